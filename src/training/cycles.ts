import { expectNumber, expectWhole } from '../tensor/check.js';
import { expectOptions, optionsFactory, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { StriateError } from '../tensor/index.js';
import { expectAtLeast, expectPositive, makeSchedule, type Schedule } from './schedule.js';

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
export const cosineDecayRestarts = optionsFactory(
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
export const oneCycle = optionsFactory(
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
export function linearWarmup(options: LinearWarmupOptions): Schedule {
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
