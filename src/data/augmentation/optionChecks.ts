import { expectOptionNames } from '../../tensor/acceptedOptions.js';
import { shown } from '../../tensor/check.js';
import { StriateError } from '../../tensor/index.js';

/** Throws when a value is invalid. */
export type Check = (where: string, value: unknown) => void;

export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const isPair = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(isNumber) && value[0] <= value[1];

export function refuse(where: string, rule: string, value: unknown): StriateError {
  return new StriateError({ where, rule: `must be ${rule}`, received: shown(value) });
}

export function number(least: number, most: number, rule: string): Check {
  return (where, value) => {
    if (!isNumber(value) || value < least || value > most) throw refuse(where, rule, value);
  };
}

export function pair(least: number, most: number, rule: string): Check {
  return (where, value) => {
    if (!isPair(value) || value[0] < least || value[1] > most) throw refuse(where, rule, value);
  };
}

export const flag: Check = (where, value) => {
  if (typeof value !== 'boolean') throw refuse(where, 'true or false', value);
};

/** A number v for [low(v), high(v)], or the two. */
export function factor(single: Check, range: Check): Check {
  return (where, value) => (Array.isArray(value) ? range : single)(where, value);
}

const positive = Number.MIN_VALUE;
export const share = pair(positive, 1, 'the smallest and the largest share of the area, above 0 and at most 1');
export const ratio = pair(positive, Infinity, 'the smallest and the largest ratio, above 0');
/** A group of options: `true` for the defaults, false for none. */
export function group(checks: Readonly<Record<string, Check>>, onOff = true): Check {
  return (where, value) => {
    if (onOff && typeof value === 'boolean') return;
    if (typeof value !== 'object' || value === null) throw refuse(where, 'an object with options', value);
    checkEach(where, value, checks);
  };
}

/** Throws when an option is unknown or out of range: a misspelt name would otherwise silently change nothing. */
export function checkEach(where: string, options: object, checks: Readonly<Record<string, Check>>): void {
  expectOptionNames({ where }, Object.keys(checks), options);
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) checks[name](`${where}: ${name}`, value);
  }
}
