import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectWhole, expectWholes } from '../../tensor/check.js';
import { sizeOf, StriateError, zeros } from '../../tensor/index.js';
import { baselineOf, expectBaseline, type Baseline } from '../baseline.js';
import type { ExplanationMethod } from '../explanationMethod.js';
import type { Subject } from '../subject.js';

/** Options of `explanations.occlusion`. */
export interface OcclusionOptions {
  /** Rows and columns that are covered at once; an eighth of the picture's by default. */
  readonly window?: number | readonly [height: number, width: number];
  /** Rows and columns between two places of the window; half of it by default. */
  readonly strides?: number | readonly [height: number, width: number];
  /** What the window is covered with; 'zero' by default. */
  readonly baseline?: Baseline;
}

const accepts = {
  where: 'occlusion',
  kinds: { window: 'number or list', strides: 'number or list', baseline: 'string or object' },
} satisfies AcceptedOptions<OcclusionOptions>;

/**
 * Occlusion (Zeiler & Fergus 2014): how much the target's score falls when a window over the picture is covered. Each pixel has
 * the mean of all windows that cover it, as in captum.
 *
 * @example
 * await explain(model, 'elephants.jpg', { method: explanations.occlusion({ window: 32, strides: 16, baseline: 'mean' }) });
 */
export function occlusion(options: OcclusionOptions = {}): ExplanationMethod {
  const { window, strides, baseline = 'zero' } = expectOptions(accepts, options);
  const pairs = { window: pairOf('window', window), strides: pairOf('strides', strides) };
  expectBaseline('occlusion', baseline);
  return {
    name: 'occlusion',
    at: 'picture',
    signed: true,
    async attribute(subject) {
      const [height, width, channels] = subject.pictureShape;
      const size = sizeOf(subject.pictureShape);
      const extent = pairs.window ?? [Math.max(1, Math.round(height / 8)), Math.max(1, Math.round(width / 8))];
      const step = pairs.strides ?? [Math.max(1, extent[0] >> 1), Math.max(1, extent[1] >> 1)];
      const windows = placesOf([height, width], extent, step);
      const map = zeros([subject.count, height, width]);
      const whole = await wholeScores(subject);
      const batch = Math.min(subject.batchSize, windows.length);
      const data = new Float32Array(batch * size);
      for (let picture = 0; picture < subject.count; picture++) {
        const x = subject.picture(picture);
        const cover = baselineOf(baseline, subject, picture);
        const sums = new Float64Array(height * width);
        const covered = new Float64Array(height * width);
        for (let first = 0; first < windows.length; first += batch) {
          const some = windows.slice(first, first + batch);
          some.forEach(({ top, left, bottom, right }, k) => {
            data.set(x, k * size);
            for (let y = top; y < bottom; y++) {
              const [from, to] = [(y * width + left) * channels, (y * width + right) * channels];
              data.set(cover.subarray(from, to), k * size + from);
            }
          });
          const scores = await subject.scores({ data, of: some.map(() => picture) });
          some.forEach(({ top, left, bottom, right }, k) => {
            for (let y = top; y < bottom; y++) {
              for (let at = y * width + left; at < y * width + right; at++) {
                sums[at] += whole[picture] - scores[k];
                covered[at]++;
              }
            }
          });
          subject.onProgress(picture * windows.length + first + some.length, subject.count * windows.length);
        }
        map.data.set(
          sums.map((sum, at) => (covered[at] > 0 ? sum / covered[at] : 0)),
          picture * height * width,
        );
      }
      return { map };
    },
  };
}

/** The target's score for each of the subject's pictures as they are. */
export async function wholeScores(subject: Subject): Promise<Float32Array> {
  const scores = new Float32Array(subject.count);
  for (const rows of subject.batches()) scores.set(await subject.scores(rows), rows.start);
  return scores;
}

type Pair = readonly [height: number, width: number];

function pairOf(name: string, given: number | Pair | undefined): Pair | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'number') {
    expectWhole('occlusion', name, given);
    return [given, given];
  }
  expectWholes('occlusion', name, given);
  if (given.length === 2) return given;
  throw new StriateError({
    where: 'occlusion',
    rule: `${name} must be a number or [height, width]`,
    received: `[${given.join(', ')}]`,
  });
}

/** Places of a window, stride by stride until the border is reached; the last ones are cut off there. */
function placesOf([height, width]: Pair, extent: Pair, step: Pair) {
  const along = (length: number, window: number, stride: number): number[] =>
    Array.from({ length: 1 + Math.max(0, Math.ceil((length - window) / stride)) }, (_, i) => i * stride);
  return along(height, extent[0], step[0]).flatMap((top) =>
    along(width, extent[1], step[1]).map((left) => ({
      top,
      left,
      bottom: Math.min(top + extent[0], height),
      right: Math.min(left + extent[1], width),
    })),
  );
}
