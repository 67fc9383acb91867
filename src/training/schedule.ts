import { expectNumber } from '../tensor/check.js';

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
export function makeSchedule(name: string, options: object, learningRate: (step: number) => number): Schedule {
  return Object.assign(learningRate, { config: { name, options: { ...options } } });
}

/** Throws unless an option is a number above 0. */
export function expectPositive(name: string, option: string, value: number): void {
  expectNumber(`schedule '${name}'`, option, value, { above: 0 });
}

/** Throws unless an option is a number of at least `least`. */
export function expectAtLeast(name: string, option: string, value: number, least: number): void {
  expectNumber(`schedule '${name}'`, option, value, { least });
}
