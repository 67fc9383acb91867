import { StriateError } from '../tensor/index.js';

/** A learning rate for every step: a pure function of the number of steps done before it. */
export interface Schedule {
  (step: number): number;
  /** Its name in the table and the options it was made with, so that it can be saved. */
  readonly config?: { readonly name: string; readonly options: Record<string, unknown> };
}

function schedule(name: string, options: object, rate: (step: number) => number): Schedule {
  return Object.assign(rate, { config: { name, options: { ...options } } });
}

function expectPositive(name: string, option: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new StriateError(`schedule '${name}': ${option} must be a number above 0; received ${value}`);
  }
}

/** Options of exponentialDecay. */
export interface ExponentialDecayOptions {
  readonly initialLearningRate: number;
  /** Steps after which the rate has been multiplied by `decayRate` once. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Whether the rate falls in stairs instead of smoothly; false by default. */
  readonly staircase?: boolean;
}

/** Options of cosineDecay. */
export interface CosineDecayOptions {
  /** The rate that the decay begins at, or, with `warmupTarget`, that the warm-up begins at. */
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  /** The final rate as a part of the first; 0 by default. */
  readonly alpha?: number;
  /** The rate at the end of the warm-up. */
  readonly warmupTarget?: number;
  /** Steps of linear warm-up before the decay; 0 by default. */
  readonly warmupSteps?: number;
}

/** Options of piecewise. */
export interface PiecewiseOptions {
  /** Steps up to and including which `values[i]` holds, ascending. */
  readonly boundaries: readonly number[];
  /** One more than there are boundaries. */
  readonly values: readonly number[];
}

/** The same rate at every step. */
function constant(learningRate: number | { readonly learningRate: number }): Schedule {
  const rate = typeof learningRate === 'number' ? learningRate : learningRate.learningRate;
  expectPositive('constant', 'learningRate', rate);
  return schedule('constant', { learningRate: rate }, () => rate);
}

/** initialLearningRate · decayRate^(step / decaySteps) (Keras's ExponentialDecay). */
function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  const { initialLearningRate, decaySteps, decayRate, staircase = false } = options;
  expectPositive('exponentialDecay', 'initialLearningRate', initialLearningRate);
  expectPositive('exponentialDecay', 'decaySteps', decaySteps);
  expectPositive('exponentialDecay', 'decayRate', decayRate);
  return schedule('exponentialDecay', options, (step) => {
    const decays = step / decaySteps;
    return initialLearningRate * decayRate ** (staircase ? Math.floor(decays) : decays);
  });
}

/** Half a cosine from the first rate down to `alpha` of it (Keras's CosineDecay, with its linear warm-up). */
function cosineDecay(options: CosineDecayOptions): Schedule {
  const { initialLearningRate, decaySteps, alpha = 0, warmupTarget, warmupSteps = 0 } = options;
  expectPositive('cosineDecay', 'decaySteps', decaySteps);
  const top = warmupTarget ?? initialLearningRate;
  expectPositive('cosineDecay', warmupTarget === undefined ? 'initialLearningRate' : 'warmupTarget', top);
  return schedule('cosineDecay', options, (step) => {
    if (warmupTarget !== undefined && step < warmupSteps) {
      return initialLearningRate + (warmupTarget - initialLearningRate) * (step / warmupSteps);
    }
    const done = Math.min((step - (warmupTarget === undefined ? 0 : warmupSteps)) / decaySteps, 1);
    return top * ((1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * done)) + alpha);
  });
}

/** `values[i]` up to `boundaries[i]`, the last value afterwards (Keras's PiecewiseConstantDecay). */
function piecewise(options: PiecewiseOptions): Schedule {
  const { boundaries, values } = options;
  if (values.length !== boundaries.length + 1) {
    throw new StriateError(
      `schedule 'piecewise': needs one more value than boundaries; received ${values.length} values and ` +
        `${boundaries.length} boundaries`,
    );
  }
  if (boundaries.some((boundary, i) => i > 0 && boundary <= boundaries[i - 1])) {
    throw new StriateError(`schedule 'piecewise': boundaries must ascend; received ${boundaries.join(', ')}`);
  }
  return schedule('piecewise', options, (step) => {
    const index = boundaries.findIndex((boundary) => step <= boundary);
    return values[index === -1 ? boundaries.length : index];
  });
}

/**
 * Learning-rate schedules, to be given to an optimizer in place of a number.
 *
 * @example
 * optimizers.sgd({ learningRate: schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 4690 }) });
 */
export const schedules = { constant, exponentialDecay, cosineDecay, piecewise } as const;

/** Makes again a schedule whose `config` was saved; undefined where there is none of that name. */
export function scheduleFromConfig(config: { name: string; options: Record<string, unknown> }): Schedule | undefined {
  if (!Object.hasOwn(schedules, config.name)) return undefined;
  const make = schedules[config.name as keyof typeof schedules] as (options: object) => Schedule;
  return make(config.options);
}
