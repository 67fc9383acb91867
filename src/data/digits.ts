import { namedPreprocessing } from '../pictures/namedPreprocessing.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWhole } from '../tensor/check.js';
import { Random, Tensor } from '../tensor/index.js';
import { DigitPen, digitSize } from './drawing/drawDigit.js';
import { PictureSet, type PictureSplits } from './pictureSet.js';

const classNames: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Training and test pictures use separate random streams, so that the sizes do not influence each other. */
const streams = { train: 0, test: 1 } as const;

/** Options of `digits`. */
export interface DigitsOptions {
  /** The same seed gives the same pictures, byte for byte; 0 by default. */
  readonly seed?: number;
  /** Training pictures; 12,000 by default. */
  readonly train?: number;
  /** Test pictures; 2,000 by default. */
  readonly test?: number;
}

const accepts = {
  where: 'digits',
  kinds: { seed: 'number', train: 'number', test: 'number' },
} as const satisfies AcceptedOptions<DigitsOptions>;

/**
 * Draws a data set of digits that look hand-written, 28×28×1, a substitute for MNIST without a network: strokes in
 * several styles, slanted, bent, of varying thickness, normalised as MNIST is. A digit CNN trained on it alone recognises
 * more than nine in ten of MNIST's test pictures. Picture i shows the digit i modulo 10.
 *
 * @throws StriateError when a size is not a positive whole number.
 *
 * @example
 * const { train, test } = digits({ seed: 1 });
 */
export function digits(options: DigitsOptions = {}): PictureSplits {
  const { seed = 0, train = 12_000, test = 2_000 } = expectOptions(accepts, options);
  return { train: draw(seed, streams.train, train), test: draw(seed, streams.test, test) };
}

function draw(seed: number, stream: number, count: number): PictureSet {
  expectWhole("data set 'digits'", 'the number of pictures', count);
  const pixels = digitSize * digitSize;
  const x = new Uint8Array(count * pixels);
  const y = new Int32Array(count);
  const pen = new DigitPen();
  for (let i = 0; i < count; i++) {
    y[i] = i % classNames.length;
    // One stream per picture: the first 100 pictures of a large set are those of a small one.
    pen.draw(y[i], new Random([seed, stream, i]), x.subarray(i * pixels, (i + 1) * pixels));
  }
  return new PictureSet({
    name: 'digits',
    x: new Tensor('uint8', [count, digitSize, digitSize, 1], x),
    y: new Tensor('int32', [count], y),
    classNames,
    preprocessing: namedPreprocessing('drawing', [digitSize, digitSize, 1]),
  });
}
