import { describe, expect, it } from 'vitest';
import { input, Layer, layers } from '../layers/index.js';
import { formatUnits } from '../platform/textTable.js';
import { receptiveFields } from '../topology/index.js';
import { model, modelFromBytes, resized, sequential, summarize, type Model } from './index.js';

/** Two convolutions of 5×5 and 3×3 side by side, then flattening and a dense layer. */
function branched(): Model {
  const picture = input({ shape: [8, 8, 1] });
  const wide = layers.conv2d({ name: 'wide', filters: 2, kernelSize: 5, padding: 'same', strides: 2 }).apply(picture);
  const narrow = layers.conv2d({ name: 'narrow', filters: 2, kernelSize: 3, padding: 'same', strides: 2 });
  const both = layers.add({ name: 'both' }).apply(wide, narrow.apply(picture));
  const next = layers.conv2d({ name: 'next', filters: 4, kernelSize: 3, dilationRate: 2, padding: 'same' }).apply(both);
  const flat = layers.flatten({ name: 'flat' }).apply(next);
  return model({ inputs: picture, outputs: layers.dense({ name: 'fc', units: 3 }).apply(flat), seed: 3 });
}

describe('a model at another input size', () => {
  it('has the sizes, parameters and operations of a model built for it', async () => {
    const net = branched();
    expect(net.summarize().layers.at(-1)).toMatchObject({ output: [3], parameters: 64 * 3 + 3, multiplyAdds: 192 });
    const summary = summarize(net, [16, 16, 3]);
    const rows = Object.fromEntries(summary.layers.map((row) => [row.name, row]));
    expect(rows.both.output).toEqual([8, 8, 2]);
    expect(rows.fc).toMatchObject({ parameters: 256 * 3 + 3, multiplyAdds: 768 });
    expect(rows.wide).toMatchObject({ parameters: 25 * 3 * 2 + 2, multiplyAdds: 64 * 25 * 3 * 2 });
    expect(summary.multiplyAdds).toBe(64 * 2 * 3 * (25 + 9) + 64 * 9 * 2 * 4 + 768);
    expect(summary.flops).toBeGreaterThan(2 * summary.multiplyAdds);
    // The model itself, with its weights, stays as it is.
    expect(net.parameterCounts().parameters).toBe(branched().parameterCounts().parameters);
    const other = resized(net, [16, 16, 3]);
    expect(other.parameterCounts().parameters).toBe(summary.parameters);
    expect(other.layers[0]).not.toBe(net.layers[0]);
    expect(resized(net, [8, 8, 1]).summary({ printFn: () => undefined })).toBe(
      net.summary({ printFn: () => undefined }),
    );
  });

  it('is made of saved models of both kinds', async () => {
    const stack = sequential([
      layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [6, 6, 1] }),
      layers.flatten(),
      layers.dense({ units: 3 }),
    ]);
    for (const net of [stack, branched()]) {
      const loaded = await modelFromBytes(await net.toBytes());
      expect(summarize(loaded, [12, 10, 1])).toEqual(summarize(net, [12, 10, 1]));
      expect(summarize(loaded, [12, 10, 1]).parameters).toBeGreaterThan(net.summarize().parameters);
    }
    const unbuilt = sequential([layers.flatten(), layers.dense({ units: 2 })]);
    expect(summarize(unbuilt, [5, 5, 1]).parameters).toBe(52);
    expect(summarize(unbuilt, [6, 5, 1]).parameters).toBe(62);
  });

  it('keeps auxiliary classifiers and features, and makes layers of the user’s own again', () => {
    class Twice extends Layer {
      readonly className = 'Twice';
      outputShape = ([shape]: readonly (readonly number[])[]): readonly number[] => shape;
      call = (...[, [value]]: Parameters<Layer['call']>): ReturnType<Layer['call']> => value;
      override config = (): Record<string, unknown> => ({});
    }
    const picture = input({ shape: [8, 8, 1] });
    const map = new Twice().apply(layers.conv2d({ filters: 2, kernelSize: 3 }).apply(picture));
    const head = (): ReturnType<typeof input> => layers.dense({ units: 3 }).apply(layers.flatten().apply(map));
    const net = model({
      inputs: picture,
      outputs: head(),
      features: map,
      auxiliaries: [{ output: head(), weight: 0.5 }],
    });
    const other = resized(net, [10, 10, 1]);
    expect(other.features.outputShape).toEqual([8, 8, 2]);
    expect(other.topology.auxiliaries.map(({ weight }) => weight)).toEqual([0.5]);
    expect(other.layers.map(({ className }) => className)).toContain('Twice');
  });

  it('says what does not fit', () => {
    const net = sequential([layers.conv2d({ name: 'first', filters: 1, kernelSize: 5, inputShape: [9, 9, 1] })]);
    expect(() => summarize(net, [4, 4, 1])).toThrow(/'first': .*5×5 kernel does not fit a 4×4 input/);
    const [a, b] = [input({ shape: [2] }), input({ shape: [2] })];
    const joined = model({ inputs: [a, b], outputs: layers.add().apply(a, b), name: 'joined' });
    expect(() => resized(joined, [3])).toThrow(/'joined' has 2 inputs; only models with one can be resized/);
  });
});

describe('receptive fields', () => {
  it('are those of the largest branch, counted in steps of what comes before', () => {
    const net = branched();
    const fields = Object.fromEntries(net.summarize().layers.map((row) => [row.name, row.receptiveField?.[0]]));
    // 5; then 2·2 positions further on each side, two pixels each; the dense layer sees the 4×4 map: 3 more steps of 2.
    expect(fields).toEqual({ wide: 5, narrow: 3, both: 5, next: 5 + 4 * 2, flat: 13 + 3 * 2, fc: 19 });
  });

  it('grow in whole pixels where a map is enlarged, and to all positions where it is pooled', () => {
    const picture = input({ shape: [8, 6, 1] });
    const half = layers.maxPooling2d({ poolSize: 2 }).apply(picture);
    const gate = layers.globalAveragePooling2d().apply(half);
    const scaled = layers.multiply().apply(half, gate);
    const net = model({ inputs: picture, outputs: scaled });
    expect(receptiveFields(net.topology).get(gate)).toEqual([8, 6]);
    expect(receptiveFields(net.topology).get(scaled)).toEqual([8, 6]);
  });
});

it('counts are written with three digits and a unit', () => {
  expect([0, 7, 999, 1000, 1824, 999_499, 999_500, 1_814_073_344, 4.1e12].map(formatUnits)).toEqual([
    '0',
    '7',
    '999',
    '1.00 K',
    '1.82 K',
    '999 K',
    '1.00 M',
    '1.81 G',
    '4.10 T',
  ]);
});
