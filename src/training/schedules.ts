import { constant } from './schedules/constant.js';
import { cosineDecay } from './schedules/cosineDecay.js';
import { cosineDecayRestarts } from './schedules/cosineDecayRestarts.js';
import { exponentialDecay } from './schedules/exponentialDecay.js';
import { inverseTimeDecay } from './schedules/inverseTimeDecay.js';
import { linearWarmup } from './schedules/linearWarmup.js';
import { oneCycle } from './schedules/oneCycle.js';
import { piecewise } from './schedules/piecewise.js';
import { polynomialDecay } from './schedules/polynomialDecay.js';
import type { Schedule, ScheduleConfig } from './schedules/schedule.js';

export type { CosineDecayOptions } from './schedules/cosineDecay.js';
export type { CosineDecayRestartsOptions } from './schedules/cosineDecayRestarts.js';
export type { ExponentialDecayOptions } from './schedules/exponentialDecay.js';
export type { InverseTimeDecayOptions } from './schedules/inverseTimeDecay.js';
export type { LinearWarmupOptions } from './schedules/linearWarmup.js';
export type { OneCycleOptions } from './schedules/oneCycle.js';
export type { PiecewiseOptions } from './schedules/piecewise.js';
export type { PolynomialDecayOptions } from './schedules/polynomialDecay.js';
export type { Schedule, ScheduleConfig } from './schedules/schedule.js';

/**
 * Learning-rate schedules, to be given to an optimizer in place of a number.
 *
 * @example
 * optimizers.sgd({ learningRate: schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 4690 }) });
 */
export const schedules = {
  constant,
  exponentialDecay,
  inverseTimeDecay,
  polynomialDecay,
  cosineDecay,
  cosineDecayRestarts,
  piecewise,
  oneCycle,
  linearWarmup,
} as const;

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
