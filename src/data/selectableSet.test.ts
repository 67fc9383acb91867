import { describe, expect, it } from 'vitest';
import { augment, digits, NormalizedSet, type SelectableSet } from './index.js';
import { RelabelledSet } from './derivedSet.js';
import { mix } from './augmentation/mixedSet.js';
import type { DataPass, DataSet } from './dataSet.js';

const { train } = digits({ seed: 1, train: 24, test: 4 });

async function read(set: DataSet, indices: readonly number[], pass?: DataPass): Promise<[Float32Array, Int32Array]> {
  const x = new Float32Array(indices.length * 28 * 28);
  const y = new Int32Array(indices.length);
  await set.fill(indices, x, y, pass);
  return [x, y];
}

const moved = augment(train, { rotationRange: 20 }) as SelectableSet;
const sets: readonly (readonly [string, SelectableSet])[] = [
  ['pictures in memory', train],
  ['normalized', new NormalizedSet(train, { size: [28, 28], channels: 'grey', mean: [0.2], std: [0.5] })],
  ['relabelled', new RelabelledSet(train, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0], [...train.classNames].reverse())],
  ['augmented', moved],
  ['a part of a part', moved.skip(4)],
];

describe('parts of a data set', () => {
  it.each(sets)('of %s are its examples, in training as they are in the whole set', async (_, set) => {
    const pass = { epoch: 3, seed: 7 };
    const rows = [5, 2, 5];
    for (const passed of [undefined, pass]) {
      const [x, y] = await read(set, [...rows, 0], passed);
      expect(await read(set.subset([...rows, 0]), [0, 1, 2, 3], passed)).toEqual([x, y]);
      expect(Array.from(rows, (row) => set.label!(row))).toEqual(Array.from(y.subarray(0, 3)));
      expect(set.subset(rows).label!(1)).toBe(y[1]);
    }
    expect([set.take(6).size, set.skip(6).size, set.take(1000).size, set.skip(1000).size]).toEqual([
      6,
      set.size - 6,
      set.size,
      0,
    ]);
    expect(await read(set.skip(6), [0])).toEqual(await read(set, [6]));
    const [most, rest] = set.split(0.75, 3);
    const examples = [...Array(most.size).keys()]
      .map((i) => most.label!(i))
      .concat([...Array(rest.size).keys()].map((i) => rest.label!(i)));
    expect(examples.sort()).toEqual([...Array(set.size).keys()].map((i) => set.label!(i)).sort());
  });

  it('of pictures in memory are pictures in memory', () => {
    expect(train.take(3).arrays.x.shape).toEqual([3, 28, 28, 1]);
    expect(train.skip(20).arrays.y.size).toBe(4);
  });

  it('of mixed pictures are mixed', async () => {
    const part = (mix(train, { mixUp: 0.4 }) as SelectableSet).take(4);
    const targets = new Float32Array(40);
    await part.fillTargets!([0, 1, 2, 3], new Float32Array(4 * 784), targets, { epoch: 0, seed: 1 });
    expect(targets.reduce((a, b) => a + b)).toBeCloseTo(4, 5);
  });

  it.each(sets)('of %s that cannot be are refused', (_, set) => {
    for (const bad of [[-1], [set.size], [0.5]])
      expect(() => set.subset(bad)).toThrow(/has examples 0 to \d+; received/);
    expect(() => set.take(-1)).toThrow(/take is given must be a whole number from 0/);
    expect(() => set.skip(1.5)).toThrow(/whole number/);
    expect(() => set.split(1)).toThrow(/leaves examples on both sides/);
  });
});
