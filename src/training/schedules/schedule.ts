import { StriateError } from '../../tensor/index.js';

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
export function makeSchedule(name: string, options: object, rate: (step: number) => number): Schedule {
  return Object.assign(rate, { config: { name, options: { ...options } } });
}

/** Throws unless an option is a number above 0. */
export function expectPositive(name: string, option: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new StriateError({
      where: `schedule '${name}'`,
      rule: `${option} must be a number above 0`,
      received: value,
    });
  }
}

/** Throws unless an option is a number of at least `least`. */
export function expectAtLeast(name: string, option: string, value: number, least: number): void {
  if (!(value >= least && Number.isFinite(value))) {
    throw new StriateError({
      where: `schedule '${name}'`,
      rule: `${option} must be a number of at least ${least}`,
      received: value,
    });
  }
}
