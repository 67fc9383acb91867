import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectNumber, expectSeed, expectWhole } from '../../tensor/check.js';
import { Random, sizeOf, Tensor, zeros } from '../../tensor/index.js';
import { baselineOf, expectBaseline, type Baseline } from '../baseline.js';

import type { ExplanationMethod } from '../explanationMethod.js';
import { resizedMap } from '../resizedMap.js';

/** Options of `explanations.rise`. */
export interface RiseOptions {
  /** How many masks are tried; 1,000 by default. */
  readonly masks?: number;
  /** Rows and columns of cells that masks are drawn with; 7 by default. */
  readonly cells?: number;
  /** How probable it is that a cell is left visible; 0.5 by default. */
  readonly visible?: number;
  /** What is seen where the mask is closed; 'black' by default. */
  readonly baseline?: Baseline;
  /** Seed of the masks; 0 by default. */
  readonly seed?: number;
}

const accepts = {
  where: 'rise',
  kinds: { masks: 'number', cells: 'number', visible: 'number', baseline: 'string or object', seed: 'number' },
} satisfies AcceptedOptions<RiseOptions>;

/**
 * RISE (Petsiuk et al. 2018): the mean of random masks, smooth and shifted, each weighted by the target's probability for what it
 * leaves visible. The average over all masks is taken off, so that places that make no difference are near 0.
 *
 * @example
 * await explain(model, 'elephants.jpg', { method: explanations.rise({ masks: 4000, seed: 1 }) });
 */
export function rise(options: RiseOptions = {}): ExplanationMethod {
  const { masks = 1000, cells = 7, visible = 0.5, baseline = 'black', seed = 0 } = expectOptions(accepts, options);
  expectWhole('rise', 'masks', masks);
  expectWhole('rise', 'cells', cells);
  expectNumber('rise', 'visible', visible, { above: 0, below: 1 });
  expectBaseline('rise', baseline);
  expectSeed('rise', seed);
  return {
    name: 'rise',
    at: 'picture',
    signed: true,
    of: 'probabilities',
    async attribute(subject) {
      const [height, width, channels] = subject.pictureShape;
      const size = sizeOf(subject.pictureShape);
      const map = zeros([subject.count, height, width]);
      const batch = Math.min(subject.batchSize, masks);
      const data = new Float32Array(batch * size);
      for (let picture = 0; picture < subject.count; picture++) {
        const x = subject.picture(picture);
        const cover = baselineOf(baseline, subject, picture);
        const random = new Random([seed, picture]);
        const [weighted, seen] = [new Float64Array(height * width), new Float64Array(height * width)];
        let total = 0;
        for (let first = 0; first < masks; first += batch) {
          const count = Math.min(batch, masks - first);
          const some = Array.from({ length: count }, () => drawMask(random, cells, visible, height, width));
          some.forEach((mask, k) => {
            for (let i = 0; i < size; i++) {
              const open = mask[Math.floor(i / channels)];
              data[k * size + i] = cover[i] + open * (x[i] - cover[i]);
            }
          });
          const scores = await subject.scores({ data, of: some.map(() => picture) });
          some.forEach((mask, k) => {
            total += scores[k];
            for (let p = 0; p < mask.length; p++) {
              weighted[p] += scores[k] * mask[p];
              seen[p] += mask[p];
            }
          });
          subject.onProgress(picture * masks + first + count, subject.count * masks);
        }
        map.data.set(
          weighted.map((sum, p) => (seen[p] > 0 ? sum / seen[p] - total / masks : 0)),
          picture * height * width,
        );
      }
      return { map };
    },
  };
}

/** A few open and closed cells, enlarged beyond the picture, of which a part at random places is taken. */
function drawMask(random: Random, cells: number, visible: number, height: number, width: number): Float32Array {
  const grid = Float32Array.from({ length: (cells + 1) ** 2 }, () => (random.uniform() < visible ? 1 : 0));
  const [cellHeight, cellWidth] = [Math.ceil(height / cells), Math.ceil(width / cells)];
  const large = resizedMap(
    new Tensor('float32', [cells + 1, cells + 1], grid),
    (cells + 1) * cellHeight,
    (cells + 1) * cellWidth,
  );
  const [top, left] = [random.integer(cellHeight), random.integer(cellWidth)];
  const mask = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * large.shape[1] + left;
    mask.set(large.data.subarray(from, from + width), y * width);
  }
  return mask;
}
