import { expect, it } from 'vitest';
import { Tensor } from '../tensor/index.js';
import type { DataSet } from './dataSet.js';
import { NormalizedSet, normalizedSplits } from './normalizedSet.js';
import { PictureSet } from './pictureSet.js';
import { RelabelledSet } from './derivedSet.js';

/** Two pictures of one pixel. */
const base = new PictureSet({
  name: 'pixels',
  x: new Tensor('float32', [2, 1, 1, 3], Float32Array.of(0, 0.5, 1, 1, 0.25, 0)),
  y: new Tensor('int32', [2], Int32Array.of(1, 0)),
  classNames: ['a', 'b'],
});
const caffe = { size: [1, 1], mean: [0.5, 0, 0.25], std: [0.5, 1, 0.25], channels: 'BGR' } as const;

it('brings numbers into the model’s range and order', () => {
  const x = new Float32Array(6);
  const y = new Int32Array(2);
  const set = new NormalizedSet(base, caffe);
  expect(set.fill([1, 0], x, y)).toBeUndefined();
  expect([[...x], [...y]]).toEqual([
    [-1, 0.25, 3, 1, 0.5, -1],
    [0, 1],
  ]);
  expect(set).toMatchObject({ name: 'pixels', size: 2, inputShape: [1, 1, 3], preprocessing: caffe });
  expect(set.fillTargets).toBeUndefined();
  expect(() => new NormalizedSet(base, { ...caffe, std: [1, 0, 1] })).toThrow(/std must not be 0/);
});

it('waits for sets that read files, and passes on what they say of themselves', async () => {
  const slow: DataSet = {
    name: 'slow',
    size: 2,
    inputShape: [1, 1, 3],
    classNames: ['a', 'b'],
    ahead: 3,
    batchSize: 7,
    fill: async (indices, x, y) => base.fill(indices, x, y),
    fillTargets: async (indices, x, targets) => {
      base.fill(indices, x, new Int32Array(indices.length));
      targets.fill(0.5);
    },
  };
  const set = new NormalizedSet(slow, caffe);
  expect([set.ahead, set.batchSize]).toEqual([3, 7]);
  const x = new Float32Array(3);
  await set.fill([0], x, new Int32Array(1));
  expect([...x]).toEqual([1, 0.5, -1]);
  const targets = new Float32Array(2);
  x.fill(0);
  await set.fillTargets!([1], x, targets);
  expect([[...x], [...targets]]).toEqual([
    [-1, 0.25, 3],
    [0.5, 0.5],
  ]);
});

it('leaves sets alone that are right already', () => {
  const splits = { train: base, test: base };
  expect(normalizedSplits(splits, { size: [1, 1], mean: [0], std: [1] })).toBe(splits);
  expect(normalizedSplits(splits, caffe).test).toBeInstanceOf(NormalizedSet);
});

it('gives labels the numbers of a model’s classes', async () => {
  const set = new RelabelledSet(new NormalizedSet(base, caffe), [4, 2], ['v', 'w', 'b', 'x', 'a']);
  const y = new Int32Array(2);
  await set.fill([0, 1], new Float32Array(6), y);
  expect([...y].map((label) => set.classNames[label])).toEqual(['b', 'a']);
  expect(set.preprocessing).toBe(caffe);
});
