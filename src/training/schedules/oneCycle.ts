import { StriateError } from '../../tensor/index.js';
import { expectPositive, makeSchedule, type Schedule } from './schedule.js';

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
export function oneCycle(options: OneCycleOptions): Schedule {
  const { maxLearningRate, totalSteps, pctStart = 0.3, annealing = 'cosine' } = options;
  const { divFactor = 25, finalDivFactor = 1e4, threePhase = false } = options;
  for (const [option, value] of Object.entries({ maxLearningRate, totalSteps, divFactor, finalDivFactor })) {
    expectPositive('oneCycle', option, value);
  }
  if (!Number.isInteger(totalSteps)) {
    throw new StriateError({
      where: "schedule 'oneCycle'",
      rule: 'totalSteps must be a whole number',
      received: totalSteps,
    });
  }
  // Falling as long as rising needs room for both.
  const most = threePhase ? 0.5 : 1;
  if (!(pctStart >= 0 && pctStart <= most)) {
    throw new StriateError({
      where: "schedule 'oneCycle'",
      rule: `pctStart must be from 0 to ${most}`,
      received: pctStart,
    });
  }
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
}
