import type { Random } from '../../tensor/index.js';
import type { Frame } from './affineMatrix.js';
import { isNumber, number, ratio, refuse, share } from './optionChecks.js';
import type { RandomErasingOptions } from './augmentationOptions.js';
import type { Rectangle } from './randomResizedCrop.js';
import type { StepKind } from './augmentationStep.js';

const attempts = 10;

/** The rectangle to erase; undefined if nothing is erased this time. */
function drawErasing(options: RandomErasingOptions, { height, width }: Frame, random: Random): Rectangle | undefined {
  const { probability = 0.5, scale = [0.02, 0.33], ratio = [0.3, 3.3] } = options;
  if (!(random.uniform() < probability)) return undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const area = height * width * random.uniform(scale[0], scale[1]);
    const aspect = Math.exp(random.uniform(Math.log(ratio[0]), Math.log(ratio[1])));
    const rows = Math.round(Math.sqrt(area * aspect));
    const columns = Math.round(Math.sqrt(area / aspect));
    if (!(rows < height && columns < width)) continue;
    const top = random.integer(height - rows + 1);
    return { top, left: random.integer(width - columns + 1), height: rows, width: columns };
  }
  return undefined;
}

/** Erases a rectangle of one example, [height, width, channels] from `offset`. */
function erase(
  { top, left, height, width }: Rectangle,
  value: number | readonly number[] | 'random',
  frame: Frame,
  channels: number,
  random: Random,
  out: Float32Array,
  offset: number,
): void {
  for (let row = top; row < top + height; row++) {
    const begin = offset + (row * frame.width + left) * channels;
    const end = begin + width * channels;
    if (typeof value === 'number') out.fill(value, begin, end);
    else if (value === 'random') for (let at = begin; at < end; at++) out[at] = random.normal();
    else for (let at = begin; at < end; at++) out[at] = value[(at - begin) % value.length];
  }
}

/** A rectangle painted over, in the model's range. */
export const randomErasing: StepKind<RandomErasingOptions> = {
  checks: {
    probability: number(0, 1, 'from 0 to 1'),
    scale: share,
    ratio,
    value: (where, value) => {
      const list: unknown[] = Array.isArray(value) ? value : [value];
      if (value !== 'random' && !list.every(isNumber)) {
        throw refuse(where, "a number, one for each channel, or 'random'", value);
      }
    },
  },
  draw(options, _, target, random) {
    const erased = drawErasing(options, target, random);
    if (!erased) return {};
    const { value = 0 } = options;
    return { finish: (out, offset) => erase(erased, value, target, target.channels, random, out, offset) };
  },
};
