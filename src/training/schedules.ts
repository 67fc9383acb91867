import { withForeignNames } from '../tensor/index.js';
import { cosineDecayRestarts, linearWarmup, oneCycle } from './cycles.js';
import { constant, cosineDecay, exponentialDecay, inverseTimeDecay, piecewise, polynomialDecay } from './decays.js';
import type { Schedule, ScheduleConfig } from './schedule.js';

export type { CosineDecayRestartsOptions, LinearWarmupOptions, OneCycleOptions } from './cycles.js';
export type {
  CosineDecayOptions,
  ExponentialDecayOptions,
  InverseTimeDecayOptions,
  PiecewiseOptions,
  PolynomialDecayOptions,
} from './decays.js';
export type { Schedule, ScheduleConfig } from './schedule.js';

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
