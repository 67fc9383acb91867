import type { Random } from '../../tensor/index.js';
import {
  aboutCentre,
  compose,
  flip,
  identity,
  rotation,
  shear,
  translation,
  zoom,
  type Affine,
  type Frame,
} from './affineMatrix.js';
import { factor, flag, isNumber, number, pair, refuse, type Check } from './optionChecks.js';
import type { AugmentationOptions } from './augmentationOptions.js';
import { fillModes } from './resampler.js';
import type { StepKind } from './augmentationStep.js';

/** Keras's changes of geometry. */
export type KerasGeometryOptions = Pick<
  AugmentationOptions,
  | 'rotationRange'
  | 'widthShiftRange'
  | 'heightShiftRange'
  | 'shearRange'
  | 'zoomRange'
  | 'horizontalFlip'
  | 'verticalFlip'
  | 'fillMode'
  | 'cval'
>;

/** Pixels to shift by, drawn as Keras draws them. */
export function drawShift(range: number | readonly number[], length: number, random: Random): number {
  if (typeof range === 'number') {
    if (range < 1) return random.uniform(-range, range) * length;
    if (!Number.isInteger(range)) return random.uniform(-range, range);
    // For a whole number n, Keras chooses among 0 … n − 1, in either direction.
    return random.integer(range) * (random.integer(2) === 0 ? -1 : 1);
  }
  const drawn = range[random.integer(range.length)] * (random.integer(2) === 0 ? -1 : 1);
  return Math.max(...range) < 1 ? drawn * length : drawn;
}

/**
 * A random rotation, shift, shear, zoom and flip as ImageDataGenerator multiplies them: R · T · S · Z about the centre,
 * then the flips.
 *
 * @param frame the size that fractions and pixels refer to
 */
export function drawKerasGeometry(options: KerasGeometryOptions, frame: Frame, random: Random): Affine {
  const { rotationRange = 0, widthShiftRange = 0, heightShiftRange = 0, shearRange = 0, zoomRange = 0 } = options;
  const parts: Affine[] = [];
  if (rotationRange > 0) parts.push(rotation(random.uniform(-rotationRange, rotationRange)));
  if (heightShiftRange !== 0 || widthShiftRange !== 0) {
    const rows = drawShift(heightShiftRange, frame.height, random);
    parts.push(translation(rows, drawShift(widthShiftRange, frame.width, random)));
  }
  if (shearRange > 0) parts.push(shear(random.uniform(-shearRange, shearRange)));
  const [least, most] = typeof zoomRange === 'number' ? [1 - zoomRange, 1 + zoomRange] : zoomRange;
  if (least !== 1 || most !== 1) {
    const rows = random.uniform(least, most);
    parts.push(zoom(rows, random.uniform(least, most)));
  }
  const horizontal = options.horizontalFlip === true && random.uniform() < 0.5;
  const vertical = options.verticalFlip === true && random.uniform() < 0.5;
  const turned = parts.length === 0 ? identity : aboutCentre(compose(...parts), frame);
  return horizontal || vertical ? compose(turned, flip(frame, horizontal, vertical)) : turned;
}

const shiftRange: Check = (where, value) => {
  const values: unknown = Array.isArray(value) ? value : [value];
  const list = values as unknown[];
  if (list.length === 0 || !list.every((one) => isNumber(one) && one >= 0)) {
    throw refuse(where, 'a fraction of the picture below 1, a number of pixels, or a list of either', value);
  }
};

/** Rotation, shift, shear, zoom and flip in Keras's order. */
export const kerasGeometry: StepKind<KerasGeometryOptions> = {
  checks: {
    rotationRange: number(0, Infinity, 'degrees, at least 0'),
    widthShiftRange: shiftRange,
    heightShiftRange: shiftRange,
    shearRange: number(0, 89, 'degrees from 0 to 89'),
    zoomRange: factor(
      number(0, 0.99, 'a number below 1, or the smallest and the largest zoom, such as [0.8, 1.2]'),
      pair(0.01, Infinity, 'the smallest and the largest zoom, above 0, such as [0.8, 1.2]'),
    ),
    horizontalFlip: flag,
    verticalFlip: flag,
    fillMode: (where, value) => {
      if (typeof value !== 'string' || !Object.hasOwn(fillModes, value)) {
        throw refuse(where, `one of ${Object.keys(fillModes).join(', ')}`, value);
      }
    },
    cval: number(-Infinity, Infinity, 'a number'),
  },
  draw: (options, frame, _, random) => ({
    matrix: drawKerasGeometry(options, frame, random),
    fill: { mode: options.fillMode ?? 'nearest', cval: options.cval ?? 0 },
  }),
};
