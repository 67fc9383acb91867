import { factor, number, pair } from './optionChecks.js';
import type { ColorJitterOptions } from './augmentationOptions.js';
import type { StepKind } from './augmentationStep.js';

const kinds = ['brightness', 'contrast', 'saturation', 'hue'] as const satisfies (keyof ColorJitterOptions)[];

/** The range that a number or a pair stands for. */
function rangeOf(value: number | readonly [number, number], middle: number): readonly [number, number] {
  if (typeof value !== 'number') return value;
  return [middle === 0 ? -value : Math.max(0, middle - value), middle + value];
}

const jitter = factor(
  number(0, Infinity, 'a number of at least 0, or the smallest and the largest factor'),
  pair(0, Infinity, 'a number of at least 0, or the smallest and the largest factor'),
);

/** A colour jitter: each kind once, in random order. */
export const colorJitter: StepKind<ColorJitterOptions> = {
  checks: {
    brightness: jitter,
    contrast: jitter,
    saturation: jitter,
    hue: factor(
      number(0, 0.5, 'a number from 0 to 0.5, or two from −0.5 to 0.5'),
      pair(-0.5, 0.5, 'a number from 0 to 0.5, or two from −0.5 to 0.5'),
    ),
  },
  draw(options, _frame, _target, random) {
    const drawn = random.shuffle([0, 1, 2, 3]).flatMap((at) => {
      const kind = kinds[at];
      const value = options[kind];
      return value === undefined ? [] : [{ kind, factor: random.uniform(...rangeOf(value, kind === 'hue' ? 0 : 1)) }];
    });
    return { colours: (pass) => drawn.forEach(({ kind, factor: amount }) => pass[kind](amount)) };
  },
};
