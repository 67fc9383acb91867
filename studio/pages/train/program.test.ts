import { expect, it } from 'vitest';
import { problemsOf } from '../../compiledPrograms.js';
import { normalizedBlocks, suitedTo, type TrainSettings } from './recipe.js';
import { trainingProgram } from './program.js';

const plain: TrainSettings = {
  ...{ data: 'digits', pictures: 400, held: 100, side: 64, model: 'blocks', blocks: 'conv8,pool2,dense16' },
  ...{ optimizer: 'adam', rate: 0.003, course: 'cycle', batch: 32, epochs: 2, augment: 'none' },
};

const trained = { data: 'photos:0', model: 'file:0' } as const;

/** Settings of each kind, by what is special in them. */
const kinds: Readonly<Record<string, TrainSettings>> = {
  plain,
  mnist: { ...plain, ...suitedTo.mnist, data: 'mnist', blocks: normalizedBlocks },
  photos: { ...plain, data: 'photos:0', augment: 'basic' },
  zoo: { ...plain, data: 'cifar10', model: 'cifar_resnet20', optimizer: 'sgd', course: 'steady', augment: 'flip' },
  solved: { ...plain, ...trained, learns: 'classifier' },
  'fine-tuned': { ...plain, ...trained, learns: 'all', augment: 'flip' },
};

it('compiles, whatever was trained', () => {
  const programs = Object.fromEntries(
    Object.entries(kinds).map(([kind, settings]) => [
      kind,
      trainingProgram(settings, [32, 32, settings.data === 'digits' || settings.data === 'mnist' ? 1 : 3], 10),
    ]),
  );
  expect(problemsOf(programs)).toEqual([]);
});
