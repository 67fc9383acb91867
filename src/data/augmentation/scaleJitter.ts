import { number, pair } from './optionChecks.js';
import type { ScaleJitterOptions } from './augmentationOptions.js';
import type { StepKind } from './augmentationStep.js';

/** A picture made larger, of which a random part is shown, or smaller, at a random place; its size stays. */
export const scaleJitter: StepKind<ScaleJitterOptions> = {
  checks: {
    scale: pair(0.01, 100, 'the smallest and the largest factor, from 0.01 to 100'),
    cval: number(0, 255, 'a number from 0 to 255'),
  },
  draw({ scale: [least, most] = [0.5, 2], cval = 0 }, { height, width }, _, random) {
    const step = 1 / random.uniform(least, most);
    // Where the upper left corner of the result comes from: inside a larger picture, outside a smaller one.
    const [top, left] = [height, width].map((length) => (length - length * step) * random.uniform());
    return {
      matrix: [step, 0, top + 0.5 * step - 0.5, 0, step, left + 0.5 * step - 0.5],
      scale: [step, step],
      fill: { mode: 'constant', cval },
    };
  },
};
