import { expect, test } from 'vitest';
import { operators } from '../../ops/index.js';
import { operatorCases } from '../cases/operatorCases.js';
import type { Engine } from '../contract.js';
import { createReferenceEngine } from '../reference/referenceEngine.js';
import { runOperator } from './operatorRun.js';

/** An engine that is right but for one element of every output, and of every variable that is read back. */
async function slightlyWrong(): Promise<Engine> {
  const engine = await createReferenceEngine();
  return {
    name: 'wrong',
    describe: () => engine.describe(),
    compile(graph) {
      const program = engine.compile(graph);
      return {
        async run(feeds) {
          const outputs = await program.run(feeds);
          for (const { data } of Object.values(outputs)) data[data.length - 2] += 0.125;
          return outputs;
        },
        dispose: () => program.dispose(),
      };
    },
    async read(variable) {
      const value = await engine.read(variable);
      value[1] *= 1.001;
      return value;
    },
    write: (variable, value) => engine.write(variable, value),
    release: (variables) => engine.release(variables),
    close: () => engine.close(),
  };
}

test('a wrong element is found and named with operator, shapes and attributes', async () => {
  const engine = await slightlyWrong();
  const attributes = { strides: [1, 1], padding: 'same', dilation: [1, 1], groups: 1 } as const;
  const shapes = [
    [1, 5, 5, 3],
    [3, 3, 3, 4],
  ];
  await expect(
    runOperator(engine, operators.conv2d, operatorCases.conv2d, { shapes, attributes }, 1, 1),
  ).rejects.toThrow(
    /^wrong: conv2d\(\w+ float32 \[1, 5, 5, 3\], \w+ float32 \[3, 3, 3, 4\]\) .*"padding":"same".*run 1: element 98 \[0, 4, 4, 2\] is .*; the reference gives .*; 1 of 100 elements are wrong/,
  );
});

test('a wrong effect is found and the operand is named', async () => {
  const engine = await slightlyWrong();
  const cases = operatorCases.sgd;
  await expect(
    runOperator(engine, operators.sgd, cases, { shapes: [[4], [4], []], attributes: { weightDecay: 0 } }, 1, 1),
  ).rejects.toThrow(/^wrong: sgd\(.*operand 0 afterwards: element 1 \[1\]/);
});
