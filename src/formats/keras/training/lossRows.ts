import type { Loss } from '../../../training/loss.js';
import { isLossName, type LossName } from '../../../training/lossNames.js';
import { losses } from '../../../training/losses.js';
import { isJson, type Json } from '../json.js';
import { originOf } from '../read/origin.js';
import { alike, isMissing, named, noteOthers, type Note } from './serialized.js';

type Settings = Readonly<Record<string, string>>;

const scores = { from_logits: 'fromLogits', label_smoothing: 'labelSmoothing' } as const;

/** Keras's losses: its class, and its settings under their names here. */
const lossRows: Readonly<Record<LossName, readonly [className: string, settings: Settings]>> = {
  // Keras has no smoothing of class numbers.
  sparseCategoricalCrossentropy: ['SparseCategoricalCrossentropy', { from_logits: 'fromLogits' }],
  categoricalCrossentropy: ['CategoricalCrossentropy', scores],
  binaryCrossentropy: ['BinaryCrossentropy', scores],
  binaryFocalCrossentropy: [
    'BinaryFocalCrossentropy',
    { ...scores, apply_class_balancing: 'applyClassBalancing', alpha: 'alpha', gamma: 'gamma' },
  ],
  categoricalFocalCrossentropy: ['CategoricalFocalCrossentropy', { ...scores, alpha: 'alpha', gamma: 'gamma' }],
  meanSquaredError: ['MeanSquaredError', {}],
  meanAbsoluteError: ['MeanAbsoluteError', {}],
  meanAbsolutePercentageError: ['MeanAbsolutePercentageError', {}],
  meanSquaredLogarithmicError: ['MeanSquaredLogarithmicError', {}],
  huber: ['Huber', { delta: 'delta' }],
  logCosh: ['LogCosh', {}],
  poisson: ['Poisson', {}],
  hinge: ['Hinge', {}],
  squaredHinge: ['SquaredHinge', {}],
  categoricalHinge: ['CategoricalHinge', {}],
  klDivergence: ['KLDivergence', {}],
  cosineSimilarity: ['CosineSimilarity', {}],
  dice: ['Dice', { axis: 'axis' }],
  tversky: ['Tversky', { alpha: 'alpha', beta: 'beta', axis: 'axis' }],
};

/** Settings that Keras 3 has and does not write, with what its own reader takes then, too. */
const unwritten: Readonly<Partial<Record<LossName, Readonly<Record<string, number>>>>> = {
  huber: { delta: 1 },
  cosineSimilarity: { axis: -1 },
};

/** Keras's short names, and those of functions that are called otherwise than their classes. */
const otherNames: Readonly<Record<string, LossName>> = {
  mse: 'meanSquaredError',
  mae: 'meanAbsoluteError',
  mape: 'meanAbsolutePercentageError',
  msle: 'meanSquaredLogarithmicError',
  kld: 'klDivergence',
  kldivergence: 'klDivergence',
  kullbackleiblerdivergence: 'klDivergence',
  bce: 'binaryCrossentropy',
  huberloss: 'huber',
  cosineproximity: 'cosineSimilarity',
};

/** The loss here that has one of Keras's names. */
export function lossNamed(name: string): LossName | undefined {
  const wanted = alike(name);
  return (
    otherNames[wanted] ??
    Object.keys(losses)
      .filter(isLossName)
      .find((known) => known.toLowerCase() === wanted)
  );
}

/** Reductions that are the mean over a batch where no example has a weight of its own. */
const means = ['sum_over_batch_size', 'auto', 'mean', 'mean_with_sample_weight'];

/** A loss of a file; undefined where Striate has none of the name. */
export function readLoss(value: unknown, note: Note): Loss | undefined {
  const single = Array.isArray(value) && value.length === 1 ? (value as unknown[])[0] : value;
  const { name, config } = named(single);
  if (originOf(single) !== undefined) return undefined;
  const key = lossNamed(name);
  if (!key) return undefined;
  const [, settings] = lossRows[key];
  const ofMasks = 'axis' in settings;
  const options: Record<string, unknown> = {};
  for (const [setting, option] of Object.entries(settings)) {
    const found = config[setting];
    // Probabilities are what Keras takes for granted, and what the model's last operators tell here.
    if (!isMissing(found) && found !== false) options[option] = found;
  }
  if (options.labelSmoothing === 0) delete options.labelSmoothing;
  // Keras takes a batch's masks as one unless axes are stated.
  if (ofMasks) options.axis = config.axis ?? null;
  const { reduction, axis, ignore_class: ignored } = config;
  const usual = ['ignore_class', ...Object.keys(settings)];
  if (means.includes((reduction ?? 'auto') as string)) usual.push('reduction');
  if (axis === -1) usual.push('axis');
  // Class 0 is a class, too.
  if (!isMissing(ignored)) note('loss ignore_class');
  if (isJson(single) && single.class_name !== 'function') {
    const lost = Object.keys(unwritten[key] ?? {}).filter((setting) => !(setting in config));
    for (const setting of lost) note(`loss ${setting}, which Keras 3 does not write`);
  }
  noteOthers(config, usual, note, 'loss');
  return (losses[key] as (options: object) => Loss)(options);
}

/** What is known of a loss where it is written. */
export interface LossContext {
  /** Whether the output that it measures consists of scores. */
  readonly scores: boolean;
  /** The number of axes of predictions, the batch's among them. */
  readonly rank: number;
}

/** A loss as Keras's; undefined where Keras has none that does the same. */
export function writtenLoss(loss: Loss, { scores: fromLogits, rank }: LossContext): Json | undefined {
  if (loss.own || !isLossName(loss.name)) return undefined;
  const [className, settings] = lossRows[loss.name];
  const options: Record<string, unknown> = { ...loss.config() };
  if ('from_logits' in settings) options.fromLogits = loss.fromLogits ?? fromLogits;
  if ('axis' in settings && options.axis === undefined)
    options.axis = Array.from({ length: rank - 1 }, (_, i) => i + 1);
  const names = Object.values(settings);
  const isLost = ([option, value]: [string, unknown]): boolean => !names.includes(option) && !isOffOption(value);
  if (Object.entries(options).some(isLost)) return undefined;
  const config = Object.entries(settings).map(([key, option]) => [key, options[option]] as const);
  return {
    module: 'keras.losses',
    class_name: className,
    config: {
      ...unwritten[loss.name],
      ...Object.fromEntries(config.filter(([, value]) => value !== undefined)),
      reduction: 'sum_over_batch_size',
    },
    registered_name: null,
  };
}

const isOffOption = (value: unknown): boolean => isMissing(value) || value === false || value === 0;
