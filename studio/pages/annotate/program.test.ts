import { expect, it } from 'vitest';
import { problemsOf } from '../../compiledPrograms.js';
import { learnKinds } from './learnKinds.js';
import { learntProgram } from './program.js';

it('compiles, whatever was learned', () => {
  const programs = Object.fromEntries(
    learnKinds.flatMap((kind) =>
      ['fresh', 'data:pretrained/squeezenet.onnx'].map((backbone, i) => [
        `${kind}-${i}`,
        learntProgram({
          ...{ kind, backbone, passes: 40, inputShape: [128, 128, 3] },
          ...{ pictures: 1, step: 80, steps: 80, curve: [], seconds: 20 },
        }),
      ]),
    ),
  );
  expect(Object.keys(programs)).toHaveLength(6);
  expect(problemsOf(programs)).toEqual([]);
});
