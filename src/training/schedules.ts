import { expectOptions, optionsFactory, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { StriateError, withForeignNames } from '../tensor/index.js';
import { expectNumber, expectWhole } from '../tensor/check.js';

/** A schedule's name in the table and the options it was made with, JSON values only. */
export interface ScheduleConfig {
  readonly name: string;
  readonly options: Record<string, unknown>;
}

/** A learning rate for every step: a pure function of the number of steps done before it. */
export interface Schedule {
  (step: number): number;
  /** What makes the schedule again, so that it can be saved; a function of your own has none. */
  readonly config?: ScheduleConfig;
}

/** A rate for every step together with what makes it again. */
function makeSchedule(name: string, options: object, learningRate: (step: number) => number): Schedule {
  return Object.assign(learningRate, { config: { name, options: { ...options } } });
}

/** Throws unless an option is a number above 0. */
function expectPositive(name: string, option: string, value: number): void {
  expectNumber(`schedule '${name}'`, option, value, { above: 0 });
}

/** Throws unless an option is a number of at least `least`. */
function expectAtLeast(name: string, option: string, value: number, least: number): void {
  expectNumber(`schedule '${name}'`, option, value, { least });
}

/** The same rate at every step. */
const constant = optionsFactory(
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
const exponentialDecay = optionsFactory(
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
const inverseTimeDecay = optionsFactory(
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
const polynomialDecay = optionsFactory(
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
const piecewise = optionsFactory(
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
const cosineDecay = optionsFactory(
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

/** Options of cosineDecayRestarts. */
export interface CosineDecayRestartsOptions {
  readonly initialLearningRate: number;
  /** Steps of the first decay. */
  readonly firstDecaySteps: number;
  /** How many times longer each decay is than the one before, 1 or more; 2 by default. */
  readonly tMul?: number;
  /** The rate at each restart as a part of that at the one before; 1 by default. */
  readonly mMul?: number;
  /** The lowest rate as a part of the first; 0 by default. */
  readonly alpha?: number;
}

/**
 * Half a cosine from the first rate down, again and again (Keras's CosineDecayRestarts; Loshchilov and Hutter 2017, «SGDR:
 * Stochastic Gradient Descent with Warm Restarts»).
 */
const cosineDecayRestarts = optionsFactory(
  {
    where: "schedule 'cosineDecayRestarts'",
    first: ['initialLearningRate', 'firstDecaySteps'],
    kinds: {
      initialLearningRate: 'number',
      firstDecaySteps: 'number',
      tMul: 'number',
      mMul: 'number',
      alpha: 'number',
    },
  },
  (options: CosineDecayRestartsOptions): Schedule => {
    const { initialLearningRate, firstDecaySteps, tMul = 2, mMul = 1, alpha = 0 } = options;
    expectPositive('cosineDecayRestarts', 'initialLearningRate', initialLearningRate);
    expectPositive('cosineDecayRestarts', 'firstDecaySteps', firstDecaySteps);
    expectAtLeast('cosineDecayRestarts', 'tMul', tMul, 1);
    expectPositive('cosineDecayRestarts', 'mMul', mMul);
    return makeSchedule('cosineDecayRestarts', options, (step) => {
      let restarts = 0;
      let length = firstDecaySteps;
      let into = step;
      if (tMul === 1) {
        restarts = Math.floor(step / length);
        into = step - restarts * length;
      } else {
        // Added up and not computed by logarithms, whose rounding would put a restart a whole decay off.
        for (; into >= length; restarts++) {
          into -= length;
          length *= tMul;
        }
      }
      const cosine = 0.5 * mMul ** restarts * (1 + Math.cos((Math.PI * into) / length));
      return initialLearningRate * ((1 - alpha) * cosine + alpha);
    });
  },
);

/** How the rate goes from one value to another: `part` of the way is done. */
const annealings = {
  linear: (from: number, to: number, part: number) => from + (to - from) * part,
  cosine: (from: number, to: number, part: number) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * part)),
} as const;

/** Options of oneCycle. */
export interface OneCycleOptions {
  /** The rate at the top; a learning-rate finder suggests one. */
  readonly maxLearningRate: number;
  /** The steps of the whole training: epochs · steps per epoch. */
  readonly totalSteps: number;
  /** The part of the steps in which the rate rises; 0.3 by default. */
  readonly pctStart?: number;
  /** The shape of rise and fall; 'cosine' by default. */
  readonly annealing?: keyof typeof annealings;
  /** The first rate is maxLearningRate / divFactor; 25 by default. */
  readonly divFactor?: number;
  /** The last rate is the first / finalDivFactor; 10,000 by default. */
  readonly finalDivFactor?: number;
  /** Whether the rate falls as long as it rose, back to the first, before it falls to the last; false by default. */
  readonly threePhase?: boolean;
}

/**
 * One rise and one long fall over the whole training (Smith and Topin 2018, «Super-Convergence: Very Fast Training of Neural
 * Networks Using Large Learning Rates»), with PyTorch's OneCycleLR's options and values. Momentum stays as it is:
 * PyTorch with `cycle_momentum=False`. After `totalSteps` the last rate holds.
 *
 * @example
 * const totalSteps = epochs * Math.ceil(train.size / batchSize);
 * optimizers.sgd({ learningRate: schedules.oneCycle({ maxLearningRate: 0.1, totalSteps }), momentum: 0.9 });
 */
const oneCycle = optionsFactory(
  {
    where: "schedule 'oneCycle'",
    first: ['maxLearningRate', 'totalSteps'],
    kinds: {
      maxLearningRate: 'number',
      totalSteps: 'number',
      pctStart: 'number',
      annealing: 'string',
      divFactor: 'number',
      finalDivFactor: 'number',
      threePhase: 'boolean',
    },
  },
  (options: OneCycleOptions): Schedule => {
    const { maxLearningRate, totalSteps, pctStart = 0.3, annealing = 'cosine' } = options;
    const { divFactor = 25, finalDivFactor = 1e4, threePhase = false } = options;
    for (const [option, value] of Object.entries({ maxLearningRate, totalSteps, divFactor, finalDivFactor })) {
      expectPositive('oneCycle', option, value);
    }
    expectWhole("schedule 'oneCycle'", 'totalSteps', totalSteps);
    // Falling as long as rising needs room for both.
    expectNumber("schedule 'oneCycle'", 'pctStart', pctStart, { least: 0, most: threePhase ? 0.5 : 1 });
    if (!Object.hasOwn(annealings, annealing)) {
      throw new StriateError({
        where: "schedule 'oneCycle'",
        rule: `annealing must be ${Object.keys(annealings).join(' or ')}`,
        received: annealing,
      });
    }
    const anneal = annealings[annealing];
    const first = maxLearningRate / divFactor;
    const last = first / finalDivFactor;
    const top = pctStart * totalSteps - 1;
    const end = totalSteps - 1;
    const phases = [
      { until: top, from: first, to: maxLearningRate },
      ...(threePhase ? [{ until: 2 * top, from: maxLearningRate, to: first }] : []),
      { until: end, from: threePhase ? first : maxLearningRate, to: last },
    ];
    return makeSchedule('oneCycle', options, (step) => {
      if (step >= end) return last;
      const index = phases.findIndex(({ until }) => step <= until);
      const { until, from, to } = phases[index];
      const begin = index === 0 ? 0 : phases[index - 1].until;
      return until > begin ? anneal(from, to, (step - begin) / (until - begin)) : to;
    });
  },
);

/** Options of linearWarmup. */
export interface LinearWarmupOptions {
  readonly warmupSteps: number;
  /** What follows, counted from the end of the warm-up: a schedule, or a rate that stays. */
  readonly then: Schedule | number;
  /** The rate of the first step; 0 by default. */
  readonly initialLearningRate?: number;
}

/**
 * A straight line up to the first rate of another schedule, then that schedule (Goyal et al. 2017, «Accurate, Large
 * Minibatch SGD»; PyTorch's LinearLR and SequentialLR in one).
 *
 * @example
 * const then = schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 4500 });
 * optimizers.sgd({ learningRate: schedules.linearWarmup({ warmupSteps: 500, then }) });
 */
function linearWarmup(options: LinearWarmupOptions): Schedule {
  expectOptions(
    {
      where: "schedule 'linearWarmup'",
      kinds: { warmupSteps: 'number', then: 'number or function', initialLearningRate: 'number' },
    } satisfies AcceptedOptions<LinearWarmupOptions>,
    options,
  );
  const { warmupSteps, then, initialLearningRate = 0 } = options;
  expectPositive('linearWarmup', 'warmupSteps', warmupSteps);
  expectAtLeast('linearWarmup', 'initialLearningRate', initialLearningRate, 0);
  if (typeof then === 'number') expectPositive('linearWarmup', 'then', then);
  const target = typeof then === 'number' ? then : then(0);
  const rate = (step: number): number => {
    if (step < warmupSteps) return initialLearningRate + (target - initialLearningRate) * (step / warmupSteps);
    return typeof then === 'number' ? then : then(step - warmupSteps);
  };
  if (typeof then === 'number') return makeSchedule('linearWarmup', options, rate);
  // What follows is saved as an optimizer saves its schedule; a function of the user's own cannot be.
  return then.config ? makeSchedule('linearWarmup', { ...options, then: { schedule: then.config } }, rate) : rate;
}

/**
 * Learning-rate schedules, to be given to an optimizer in place of a number.
 *
 * @namespace
 * @example
 * optimizers.sgd({ learningRate: schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 4690 }) });
 */
export const schedules = withForeignNames(
  'schedules',
  {
    constant,
    exponentialDecay,
    inverseTimeDecay,
    polynomialDecay,
    cosineDecay,
    cosineDecayRestarts,
    piecewise,
    oneCycle,
    linearWarmup,
  } as const,
  {
    'PiecewiseConstantDecay piecewiseConstantDecay piecewiseConstant MultiStepLR multiStepLR stepLR StepLR':
      'write schedules.piecewise',
    'ExponentialLR exponentialLR': 'write schedules.exponentialDecay',
    'CosineAnnealingLR cosineAnnealing CosineAnnealing': 'write schedules.cosineDecay',
    CosineAnnealingWarmRestarts: 'write schedules.cosineDecayRestarts',
    'OneCycleLR oneCycleLR': 'write schedules.oneCycle',
    'ReduceLROnPlateau reduceLROnPlateau': 'write callbacks.reduceLROnPlateau',
    'warmup WarmUp LinearLR': 'write schedules.linearWarmup',
    'LambdaLR LearningRateSchedule': 'write a function of the step as the learning rate',
  },
);

/** Makes again a schedule whose `config` was saved; undefined where there is none of that name. */
export function scheduleFromConfig({ name, options }: ScheduleConfig): Schedule | undefined {
  if (!Object.hasOwn(schedules, name)) return undefined;
  const make = schedules[name as keyof typeof schedules] as (options: object) => Schedule;
  const inner = (options.then as { readonly schedule?: ScheduleConfig } | undefined)?.schedule;
  if (!inner) return make(options);
  // A schedule that goes on with another cannot be made without it.
  const then = scheduleFromConfig(inner);
  return then && make({ ...options, then });
}
