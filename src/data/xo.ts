import { namedPreprocessing } from '../pictures/namedPreprocessing.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { isWhole } from '../tensor/check.js';
import { Random, StriateError, Tensor } from '../tensor/index.js';
import { Ink } from './drawing/ink.js';
import { rasterize } from './drawing/rasterize.js';
import { PictureSet, type PictureSplits } from './pictureSet.js';

const classNames: readonly string[] = ['X', 'O'];

/** Training and test pictures use separate random streams. */
const streams = { train: 0, test: 1 } as const;

/** How X and O are drawn; every option is the largest deviation, so 0 switches one of the tricky cases off. */
export interface XoOptions {
  /** The same seed gives the same pictures, byte for byte; 0 by default. */
  readonly seed?: number;
  /** Training pictures; 4,000 by default. */
  readonly train?: number;
  /** Test pictures; 1,000 by default. */
  readonly test?: number;
  /** Width and height of a picture in pixels; 32 by default, at least 7. */
  readonly size?: number;
  /** Largest shift from the centre, as a fraction of the picture's size; 0.15 by default. */
  readonly shift?: number;
  /** Largest fraction by which a letter is larger or smaller; 0.35 by default. */
  readonly scale?: number;
  /** Largest rotation, in degrees; 30 by default. */
  readonly rotation?: number;
  /** Largest fraction by which a stroke is thicker or thinner; 0.5 by default. */
  readonly weight?: number;
  /** Standard deviation of the noise on each pixel, where ink is 1; 0.05 by default. */
  readonly noise?: number;
}

const defaults = {
  seed: 0,
  train: 4_000,
  test: 1_000,
  size: 32,
  shift: 0.15,
  scale: 0.35,
  rotation: 30,
  weight: 0.5,
  noise: 0.05,
} as const satisfies Required<XoOptions>;

/** The largest value of each deviation; beyond it a letter could leave the picture or vanish. */
const limits = { shift: 0.5, scale: 0.9, rotation: 180, weight: 0.9, noise: 1 } as const;

const accepts = {
  where: 'xo',
  kinds: {
    seed: 'number',
    train: 'number',
    test: 'number',
    size: 'number',
    shift: 'number',
    scale: 'number',
    rotation: 'number',
    weight: 'number',
    noise: 'number',
  },
} as const satisfies AcceptedOptions<XoOptions>;

/**
 * Draws a data set of X and O with the cases that make matching pixel by pixel fail: translation, scaling, rotation, and
 * stroke weight. Pictures are size × size × 1, ink light on black; picture i is an X where i is even.
 *
 * @throws StriateError when an option is out of its range.
 *
 * @example
 * const { train, test } = xo({ seed: 1, rotation: 0 });
 */
export function xo(options: XoOptions = {}): PictureSplits {
  const settings = { ...defaults, ...expectOptions(accepts, options) };
  check(settings);
  return { train: draw(settings, streams.train, settings.train), test: draw(settings, streams.test, settings.test) };
}

/**
 * The lectures' clean letter on a 9×9 grid: ink is 1, paper −1. The X has ones on both diagonals from (1, 1) to (7, 7); the
 * O is an octagon of the same size.
 *
 * @returns [9, 9, 1]
 */
export function cleanLetter(letter: 'X' | 'O'): Tensor<'float32'> {
  const data = new Float32Array(81).fill(-1);
  for (let row = 1; row <= 7; row++) {
    for (let column = 1; column <= 7; column++) {
      const diagonal = row === column || row + column === 8;
      const edge = row === 1 || row === 7 || column === 1 || column === 7;
      const down = Math.abs(row - 4);
      const across = Math.abs(column - 4);
      const octagon = (edge && down + across <= 4) || (down === 2 && across === 2);
      if (letter === 'X' ? diagonal : octagon) data[row * 9 + column] = 1;
    }
  }
  return new Tensor('float32', [9, 9, 1], data);
}

function draw(settings: Required<XoOptions>, stream: number, count: number): PictureSet {
  const { size, noise } = settings;
  const pixels = size * size;
  const x = new Uint8Array(count * pixels);
  const y = new Int32Array(count);
  const ink = new Ink();
  const canvas = new Float32Array(pixels);
  for (let i = 0; i < count; i++) {
    y[i] = i % 2;
    const random = new Random([settings.seed, stream, i]);
    write(ink, y[i], settings, random);
    rasterize(ink, size, size, 1, canvas);
    const at = i * pixels;
    for (let k = 0; k < pixels; k++) {
      const value = canvas[k] + (noise > 0 ? random.normal(0, noise) : 0);
      x[at + k] = Math.round(255 * Math.min(1, Math.max(0, value)));
    }
  }
  return new PictureSet({
    name: 'xo',
    x: new Tensor('uint8', [count, size, size, 1], x),
    y: new Tensor('int32', [count], y),
    classNames,
    preprocessing: namedPreprocessing('drawing', [size, size, 1]),
  });
}

/** Draws a letter's strokes, reaching a third of the picture from their centre, at a random place, size and angle. */
function write(ink: Ink, label: number, settings: Required<XoOptions>, random: Random): void {
  const { size, shift, scale, rotation, weight } = settings;
  ink.clear();
  if (label === 0) {
    ink.line(-1, -1, 1, 1);
    ink.line(1, -1, -1, 1);
  } else {
    const ring: number[] = [];
    for (let i = 0; i <= 12; i++) ring.push(Math.cos((i * Math.PI) / 6), Math.sin((i * Math.PI) / 6));
    ink.curve(ring);
  }
  const reach = (size / 3) * (1 + random.uniform(-scale, scale));
  const angle = (random.uniform(-rotation, rotation) * Math.PI) / 180;
  const cos = reach * Math.cos(angle);
  const sin = reach * Math.sin(angle);
  const x = size * (0.5 + random.uniform(-shift, shift));
  const y = size * (0.5 + random.uniform(-shift, shift));
  ink.transform(cos, -sin, sin, cos, x, y);
  ink.radius.fill((size / 20) * (1 + random.uniform(-weight, weight)), 0, ink.length);
}

function check(settings: Required<XoOptions>): void {
  for (const option of ['train', 'test', 'size'] as const) {
    const least = option === 'size' ? 7 : 1;
    if (!isWhole(settings[option], least)) {
      throw new StriateError({
        where: "data set 'xo'",
        rule: `${option} must be a whole number of at least ${least}`,
        received: settings[option],
      });
    }
  }
  for (const [option, most] of Object.entries(limits)) {
    const value = settings[option as keyof typeof limits];
    if (!(value >= 0 && value <= most)) {
      throw new StriateError({ where: "data set 'xo'", rule: `${option} must be from 0 to ${most}`, received: value });
    }
  }
}
