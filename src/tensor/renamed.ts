import { StriateError } from './error.js';

/** Names that earlier versions had, by what they belonged to, and what is written now. docs/migration.md has the same rows. */
export const renamed = {
  /** What could be imported. */
  striate: {
    Sgd: 'SGD',
    Rmsprop: 'RMSprop',
    preprocessingOf: 'model.preprocessing',
    statePreprocessing: 'model.preprocessing = preprocessing',
    statedPreprocessing: 'preprocessingFromTexts(metadata, usual)',
    plainPreprocessing: 'completePreprocessing({}, inputShape)',
    layerClasses: 'the classes by their names: Conv2D',
    cachedBytes: "fit({ cacheFeatures: 'auto' })",
  },
  layers: { leakyReLU: 'leakyRelu', pReLU: 'prelu', reLU: 'relu' },
  /** Methods of callbacks. */
  Callback: { onBatchBegin: 'onTrainBatchBegin', onBatchEnd: 'onTrainBatchEnd' },
  // Options of these:
  evaluate: { onTestBatchEnd: 'callbacks: [{ onTestBatchEnd }]' },
  modelCheckpoint: { path: 'filepath' },
  csvLogger: { path: 'filename' },
  reduceLROnPlateau: { minLearningRate: 'minLr' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What names belonged to. */
export type RenamedGroup = keyof typeof renamed;

/** The first of the present names that is an old one, and what is written now. */
export function oldNameAmong(
  group: string,
  object: object,
): { readonly old: string; readonly now: string } | undefined {
  const names: Readonly<Record<string, string>> = Object.hasOwn(renamed, group) ? renamed[group as RenamedGroup] : {};
  const old = Object.keys(names).find((name) => name in object);
  return old === undefined ? undefined : { old, now: names[old] };
}

/**
 * A group of names (`layers`) in which an old one throws a StriateError that says what it is called now; types know the
 * present names alone.
 */
export function withRenamed<T extends object>(group: RenamedGroup, present: T): T {
  const names = { ...present };
  for (const [old, name] of Object.entries<string>(renamed[group])) {
    Object.defineProperty(names, old, {
      get() {
        throw new StriateError({ where: `${group}.${old}`, rule: 'renamed', advice: `use ${group}.${name}` });
      },
    });
  }
  return names;
}
