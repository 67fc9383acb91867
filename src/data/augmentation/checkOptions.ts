import { StriateError } from '../../tensor/index.js';
import type { AugmentationOptions, ColorJitterOptions, FillMode, StandardizeOptions } from './options.js';

type Check = (where: string, value: unknown) => void;

export const fillModes = { nearest: 0, constant: 1, reflect: 2, wrap: 3 } as const satisfies Record<FillMode, number>;

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const isPair = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(isNumber) && value[0] <= value[1];

function refuse(where: string, rule: string, value: unknown): StriateError {
  return new StriateError({ where, rule: `must be ${rule}`, received: JSON.stringify(value) ?? String(value) });
}

function number(least: number, most: number, rule: string): Check {
  return (where, value) => {
    if (!isNumber(value) || value < least || value > most) throw refuse(where, rule, value);
  };
}

function pair(least: number, most: number, rule: string): Check {
  return (where, value) => {
    if (!isPair(value) || value[0] < least || value[1] > most) throw refuse(where, rule, value);
  };
}

const flag: Check = (where, value) => {
  if (typeof value !== 'boolean') throw refuse(where, 'true or false', value);
};

const shiftRange: Check = (where, value) => {
  const values: unknown = Array.isArray(value) ? value : [value];
  const list = values as unknown[];
  if (list.length === 0 || !list.every((one) => isNumber(one) && one >= 0)) {
    throw refuse(where, 'a fraction of the picture below 1, a number of pixels, or a list of either', value);
  }
};

/** A number v for [low(v), high(v)], or the two. */
function factor(single: Check, range: Check): Check {
  return (where, value) => (Array.isArray(value) ? range : single)(where, value);
}

const positive = Number.MIN_VALUE;
const share = pair(positive, 1, 'the smallest and the largest share of the area, above 0 and at most 1');
const ratio = pair(positive, Infinity, 'the smallest and the largest ratio, above 0');
const jitter = factor(
  number(0, Infinity, 'a number of at least 0, or the smallest and the largest factor'),
  pair(0, Infinity, 'a number of at least 0, or the smallest and the largest factor'),
);

/** Options of options: `true` for the usual ones, false for none. */
function group(checks: Readonly<Record<string, Check>>, onOff = true): Check {
  return (where, value) => {
    if (onOff && typeof value === 'boolean') return;
    if (typeof value !== 'object' || value === null) throw refuse(where, 'an object with options', value);
    check(where, value, checks);
  };
}

const augmentationChecks = {
  rotationRange: number(0, Infinity, 'degrees, at least 0'),
  widthShiftRange: shiftRange,
  heightShiftRange: shiftRange,
  brightnessRange: pair(0, Infinity, 'the smallest and the largest factor, such as [0.8, 1.2]'),
  shearRange: number(0, 89, 'degrees from 0 to 89'),
  zoomRange: factor(
    number(0, 0.99, 'a number below 1, or the smallest and the largest zoom, such as [0.8, 1.2]'),
    pair(0.01, Infinity, 'the smallest and the largest zoom, above 0, such as [0.8, 1.2]'),
  ),
  channelShiftRange: number(0, Infinity, 'at least 0'),
  fillMode: (where, value) => {
    if (typeof value !== 'string' || !Object.hasOwn(fillModes, value)) {
      throw refuse(where, `one of ${Object.keys(fillModes).join(', ')}`, value);
    }
  },
  cval: number(-Infinity, Infinity, 'a number'),
  horizontalFlip: flag,
  verticalFlip: flag,
  randomResizedCrop: group({ scale: share, ratio }),
  colorJitter: group(
    {
      brightness: jitter,
      contrast: jitter,
      saturation: jitter,
      hue: factor(
        number(0, 0.5, 'a number from 0 to 0.5, or two from −0.5 to 0.5'),
        pair(-0.5, 0.5, 'a number from 0 to 0.5, or two from −0.5 to 0.5'),
      ),
    } satisfies Record<keyof ColorJitterOptions, Check>,
    false,
  ),
  randAugment: group({
    n: number(0, 100, 'a number of operations'),
    magnitude: number(0, Infinity, 'at least 0'),
    bins: number(2, Infinity, 'at least 2'),
  }),
  randomErasing: group({
    probability: number(0, 1, 'from 0 to 1'),
    scale: share,
    ratio,
    value: (where, value) => {
      const list: unknown[] = Array.isArray(value) ? value : [value];
      if (value !== 'random' && !list.every(isNumber)) {
        throw refuse(where, "a number, one for each channel, or 'random'", value);
      }
    },
  }),
} satisfies Record<keyof AugmentationOptions, Check>;

const standardizeChecks = {
  preprocessingFunction: (where, value) => {
    if (typeof value !== 'function') throw refuse(where, 'a function over a picture', value);
  },
  normalization: group({ scale: number(-Infinity, Infinity, 'a number'), mean: list, std: list, order: text }, false),
  samplewiseCenter: flag,
  samplewiseStdNormalization: flag,
} satisfies Record<keyof StandardizeOptions, Check>;

function list(where: string, value: unknown): void {
  if (!Array.isArray(value) || !value.every(isNumber)) throw refuse(where, 'a list of numbers', value);
}

function text(where: string, value: unknown): void {
  if (value !== 'RGB' && value !== 'BGR') throw refuse(where, "'RGB' or 'BGR'", value);
}

function check(where: string, options: object, checks: Readonly<Record<string, Check>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) {
      throw new StriateError({
        where,
        rule: `there is no option '${name}'`,
        advice: `the options are ${Object.keys(checks).join(', ')}`,
      });
    }
    if (value !== undefined) checks[name](`${where}: ${name}`, value);
  }
}

/**
 * Throws where an option is unknown or out of range: a misspelt name would otherwise silently change nothing.
 *
 * @param further names that are checked elsewhere
 */
export function checkOptions(where: string, options: object, further: readonly string[] = []): void {
  const others = Object.fromEntries(further.map((name) => [name, () => undefined] as const));
  check(where, options, { ...augmentationChecks, ...standardizeChecks, ...others });
  const { randAugment } = options as AugmentationOptions;
  if (typeof randAugment === 'object') {
    const { bins = 31, magnitude = 9, n = 2 } = randAugment;
    if (magnitude >= bins || ![bins, magnitude, n].every(Number.isInteger)) {
      throw new StriateError({
        where,
        rule: `randAugment: n, magnitude and bins must be whole numbers, and magnitude below bins (${bins})`,
        received: JSON.stringify(randAugment),
      });
    }
  }
}
