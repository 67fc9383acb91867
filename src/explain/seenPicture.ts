import type { CompletePreprocessing } from '../pictures/preprocessing.js';
import type { Tensor } from '../tensor/index.js';
import type { CanvasPicture } from './toPicture.js';

/** What `seenPicture` is made back from. */
interface SeenInput {
  /** `[H, W, C]`: the picture as the model takes it. */
  readonly input: Tensor<'float32'>;
  /** How the picture became the input; undefined where it was given as numbers. */
  readonly preprocessing: CompletePreprocessing | undefined;
}

/**
 * The picture that a model saw, made back from the numbers that it took: cropped and resized, in its colours. Numbers of unknown
 * origin are stretched between black and white, but for those from 0 to 1; of two or more than three channels, which are no
 * colours, the mean is shown.
 *
 * @example
 * const { width, height, data } = seenPicture(await explain(squeezenet, 'elephants.jpg'));
 */
export function seenPicture({ input, preprocessing }: SeenInput): CanvasPicture {
  const [height, width, channels] = input.shape;
  const colours = channels === 3;
  const { factor, shift } = preprocessing ? back(preprocessing) : rangeOf(input.data);
  const reversed = preprocessing?.channels === 'BGR';
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const number = (c: number): number =>
      input.data[i * channels + c] * factor[c % factor.length] + shift[c % shift.length];
    let mean = 0;
    if (!colours) for (let c = 0; c < channels; c++) mean += number(c) / channels;
    for (let c = 0; c < 3; c++) data[4 * i + c] = colours ? number(reversed ? 2 - c : c) : mean;
    data[4 * i + 3] = 255;
  }
  return { width, height, data };
}

/** Number · factor + shift is a byte, channel by channel. */
interface Bytes {
  readonly factor: readonly number[];
  readonly shift: readonly number[];
}

/** (byte / 255 − mean) / std, the other way round. */
function back({ mean, std }: CompletePreprocessing): Bytes {
  return { factor: std.map((value) => 255 * value), shift: mean.map((value) => 255 * value) };
}

function rangeOf(data: Float32Array): Bytes {
  let [least, most] = [Infinity, -Infinity];
  for (const value of data) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (least >= 0 && most <= 1) return { factor: [255], shift: [0] };
  const scale = most > least ? 255 / (most - least) : 0;
  return { factor: [scale], shift: [-least * scale] };
}
