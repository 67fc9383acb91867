import { optionsFactory } from '../tensor/acceptedOptions.js';
import { StriateError } from '../tensor/index.js';
import { expectAtLeast, expectPositive, makeSchedule, type Schedule } from './schedule.js';

/** The same rate at every step. */
export const constant = optionsFactory(
  { where: "schedule 'constant'", first: ['learningRate'], kinds: { learningRate: 'number' } },
  ({ learningRate }: { readonly learningRate: number }): Schedule => {
    expectPositive('constant', 'learningRate', learningRate);
    return makeSchedule('constant', { learningRate }, () => learningRate);
  },
);

/** Options of exponentialDecay. */
export interface ExponentialDecayOptions {
  readonly initialLearningRate: number;
  /** Steps after which the rate has been multiplied by `decayRate` once. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Whether the rate falls in stairs instead of smoothly; false by default. */
  readonly staircase?: boolean;
}

/** initialLearningRate · decayRate^(step / decaySteps) (Keras's ExponentialDecay). */
export const exponentialDecay = optionsFactory(
  {
    where: "schedule 'exponentialDecay'",
    first: ['initialLearningRate', 'decaySteps', 'decayRate'],
    kinds: { initialLearningRate: 'number', decaySteps: 'number', decayRate: 'number', staircase: 'boolean' },
  },
  (options: ExponentialDecayOptions): Schedule => {
    const { initialLearningRate, decaySteps, decayRate, staircase = false } = options;
    expectPositive('exponentialDecay', 'initialLearningRate', initialLearningRate);
    expectPositive('exponentialDecay', 'decaySteps', decaySteps);
    expectPositive('exponentialDecay', 'decayRate', decayRate);
    return makeSchedule('exponentialDecay', options, (step) => {
      const decays = step / decaySteps;
      return initialLearningRate * decayRate ** (staircase ? Math.floor(decays) : decays);
    });
  },
);

/** Options of inverseTimeDecay. */
export interface InverseTimeDecayOptions {
  readonly initialLearningRate: number;
  /** Steps after which `decayRate` has counted once: with 1, the rate is half the first then. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Whether the rate falls in stairs instead of smoothly; false by default. */
  readonly staircase?: boolean;
}

/** initialLearningRate / (1 + decayRate · step / decaySteps) (Keras's InverseTimeDecay). */
export const inverseTimeDecay = optionsFactory(
  {
    where: "schedule 'inverseTimeDecay'",
    first: ['initialLearningRate', 'decaySteps', 'decayRate'],
    kinds: { initialLearningRate: 'number', decaySteps: 'number', decayRate: 'number', staircase: 'boolean' },
  },
  (options: InverseTimeDecayOptions): Schedule => {
    const { initialLearningRate, decaySteps, decayRate, staircase = false } = options;
    expectPositive('inverseTimeDecay', 'initialLearningRate', initialLearningRate);
    expectPositive('inverseTimeDecay', 'decaySteps', decaySteps);
    expectAtLeast('inverseTimeDecay', 'decayRate', decayRate, 0);
    return makeSchedule('inverseTimeDecay', options, (step) => {
      const decays = step / decaySteps;
      return initialLearningRate / (1 + decayRate * (staircase ? Math.floor(decays) : decays));
    });
  },
);

/** Options of polynomialDecay. */
export interface PolynomialDecayOptions {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  /** The rate at the end of the decay and after it; 0.0001 by default. */
  readonly endLearningRate?: number;
  /** 1, a straight line, by default. */
  readonly power?: number;
  /** Whether the decay stretches to the next multiple of `decaySteps` instead of ending; false by default. */
  readonly cycle?: boolean;
}

/** (initialLearningRate − endLearningRate) · (1 − step / decaySteps)^power + endLearningRate (Keras's PolynomialDecay). */
export const polynomialDecay = optionsFactory(
  {
    where: "schedule 'polynomialDecay'",
    first: ['initialLearningRate', 'decaySteps'],
    kinds: {
      initialLearningRate: 'number',
      decaySteps: 'number',
      endLearningRate: 'number',
      power: 'number',
      cycle: 'boolean',
    },
  },
  (options: PolynomialDecayOptions): Schedule => {
    const { initialLearningRate, decaySteps, endLearningRate = 0.0001, power = 1, cycle = false } = options;
    expectPositive('polynomialDecay', 'initialLearningRate', initialLearningRate);
    expectPositive('polynomialDecay', 'decaySteps', decaySteps);
    expectAtLeast('polynomialDecay', 'endLearningRate', endLearningRate, 0);
    expectPositive('polynomialDecay', 'power', power);
    return makeSchedule('polynomialDecay', options, (step) => {
      const length = cycle ? decaySteps * Math.max(1, Math.ceil(step / decaySteps)) : decaySteps;
      const left = 1 - Math.min(step / length, 1);
      return (initialLearningRate - endLearningRate) * left ** power + endLearningRate;
    });
  },
);

/** Options of piecewise. */
export interface PiecewiseOptions {
  /** Steps up to and including which `values[i]` holds, ascending. */
  readonly boundaries: readonly number[];
  /** One more than there are boundaries. */
  readonly values: readonly number[];
}

/** `values[i]` up to `boundaries[i]`, the last value afterwards (Keras's PiecewiseConstantDecay). */
export const piecewise = optionsFactory(
  { where: "schedule 'piecewise'", first: ['boundaries', 'values'], kinds: { boundaries: 'list', values: 'list' } },
  (options: PiecewiseOptions): Schedule => {
    const { boundaries, values } = options;
    if (values.length !== boundaries.length + 1) {
      throw new StriateError({
        where: "schedule 'piecewise'",
        rule: 'needs one more value than boundaries',
        received: `${values.length} values and ${boundaries.length} boundaries`,
      });
    }
    if (boundaries.some((boundary, i) => i > 0 && boundary <= boundaries[i - 1])) {
      throw new StriateError({
        where: "schedule 'piecewise'",
        rule: 'boundaries must ascend',
        received: boundaries.join(', '),
      });
    }
    return makeSchedule('piecewise', options, (step) => {
      const index = boundaries.findIndex((boundary) => step <= boundary);
      return values[index === -1 ? boundaries.length : index];
    });
  },
);

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

/** Half a cosine from the first rate down to `alpha` of it (Keras's CosineDecay, with its linear warm-up). */
export const cosineDecay = optionsFactory(
  {
    where: "schedule 'cosineDecay'",
    first: ['initialLearningRate', 'decaySteps'],
    kinds: {
      initialLearningRate: 'number',
      decaySteps: 'number',
      alpha: 'number',
      warmupTarget: 'number',
      warmupSteps: 'number',
    },
  },
  (options: CosineDecayOptions): Schedule => {
    const { initialLearningRate, decaySteps, alpha = 0, warmupTarget, warmupSteps = 0 } = options;
    expectPositive('cosineDecay', 'decaySteps', decaySteps);
    const top = warmupTarget ?? initialLearningRate;
    expectPositive('cosineDecay', warmupTarget === undefined ? 'initialLearningRate' : 'warmupTarget', top);
    return makeSchedule('cosineDecay', options, (step) => {
      if (warmupTarget !== undefined && step < warmupSteps) {
        return initialLearningRate + (warmupTarget - initialLearningRate) * (step / warmupSteps);
      }
      const done = Math.min((step - (warmupTarget === undefined ? 0 : warmupSteps)) / decaySteps, 1);
      return top * ((1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * done)) + alpha);
    });
  },
);
