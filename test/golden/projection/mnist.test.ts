import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { project, projectionQuality, Tensor } from '../../../src/index.js';

interface Figures {
  readonly trustworthiness: number;
  readonly preserved: number;
  readonly accuracy: number;
}

/** What `make_mnist.py` measured of scikit-learn's t-SNE and of umap-learn, three seeds each. */
const reference = JSON.parse(readFileSync(new URL('mnist.json', import.meta.url), 'utf8')) as {
  readonly pictures: number;
  readonly neighbours: number;
  readonly tsne: readonly Figures[];
  readonly umap: readonly Figures[];
};

/** How much less than the mean of the other library's seeds is still as good: seeds alone differ by half of it. */
const margins: Figures = { trustworthiness: 0.01, preserved: 0.02, accuracy: 0.025 };

const data = process.env.STRIATE_DATA;
const read = (file: string): Buffer => gunzipSync(readFileSync(join(data!, 'mnist', file)));

/** The nearest of each point, itself left out. */
function nearest({ data: values, shape: [count, width] }: Tensor, k: number): Set<number>[] {
  return Array.from({ length: count }, (_, i) => {
    const far = Float64Array.from({ length: count }, (__, j) => {
      let sum = 0;
      for (let c = 0; c < width; c++) sum += (values[i * width + c] - values[j * width + c]) ** 2;
      return i === j ? Infinity : sum;
    });
    const order = Array.from(far.keys()).sort((a, b) => far[a] - far[b]);
    return new Set(order.slice(0, k));
  });
}

describe.skipIf(!data)('a thousand digits in the plane (needs STRIATE_DATA)', () => {
  it.each(['tsne', 'umap'] as const)('%s keeps neighbours as well as the library of reference', async (method) => {
    const { pictures, neighbours } = reference;
    const bytes = read('t10k-images-idx3-ubyte.gz').subarray(16, 16 + pictures * 784);
    const labels = [...read('t10k-labels-idx1-ubyte.gz').subarray(8, 8 + pictures)];
    const points = new Tensor(
      'float32',
      [pictures, 784],
      Float32Array.from(bytes, (byte) => byte / 255),
    );
    const { points: plane } = await project(points, { method, seed: 0 });
    const quality = await projectionQuality(points, plane, { neighbors: neighbours });
    const { accuracy } = await projectionQuality(points, plane, { labels });
    const [full, flat] = [nearest(points, neighbours), nearest(plane, neighbours)];
    const kept = full.reduce((sum, own, i) => sum + [...own].filter((j) => flat[i].has(j)).length, 0);
    const found: Figures = {
      trustworthiness: quality.trustworthiness,
      preserved: kept / (pictures * neighbours),
      accuracy: accuracy!,
    };
    console.log(method, found);
    for (const name of ['trustworthiness', 'preserved', 'accuracy'] as const) {
      const mean = reference[method].reduce((sum, one) => sum + one[name], 0) / reference[method].length;
      expect(found[name], name).toBeGreaterThan(mean - margins[name]);
    }
  });
});
