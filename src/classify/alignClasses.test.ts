import { afterAll, expect, it } from 'vitest';
import { digits } from '../data/index.js';
import type { DataSet } from '../data/dataSet.js';
import { layers } from '../layers/index.js';
import { sequential, type Model } from '../models/index.js';
import { alignClasses } from './alignClasses.js';

const models: Model[] = [];
afterAll(async () => {
  for (const model of models) await model.dispose();
});

function classifier(units: number, classNames?: readonly string[]): Model {
  const model = sequential({ layers: [layers.flatten({ inputShape: [1, 1, 1] }), layers.dense({ units })] });
  model.classNames = classNames;
  models.push(model);
  return model;
}

const pets: DataSet = {
  name: 'pets',
  size: 2,
  inputShape: [1, 1, 1],
  classNames: ['cat', 'guinea_pig'],
  fill: (indices, _, y) => {
    for (let i = 0; i < indices.length; i++) y[i] = indices[i];
  },
};

async function labels(data: DataSet): Promise<number[]> {
  const y = new Int32Array(2);
  await data.fill([0, 1], new Float32Array(2), y);
  return [...y];
}

it('brings classes together by name, in any order and among others', async () => {
  const same = await alignClasses(classifier(2, ['Cat', 'guinea pig']), pets);
  expect([same.data, same.matchedBy]).toEqual([pets, 'name']);
  const { data, matchedBy } = await alignClasses(classifier(3, ['guinea pig', 'dog', 'cat']), pets);
  expect([matchedBy, data.classNames]).toEqual(['name', ['guinea pig', 'dog', 'cat']]);
  expect(await labels(data)).toEqual([2, 0]);
});

it('takes them by number where names differ or are missing', async () => {
  for (const [model, names] of [
    [classifier(2, ['a', 'b']), ['a', 'b']],
    [classifier(1), undefined],
  ] as const) {
    expect(await alignClasses(model, pets)).toEqual({ data: pets, names, matchedBy: 'number' });
  }
});

it('refuses data of other classes', async () => {
  const { test } = digits({ train: 10, test: 10 });
  await expect(alignClasses(classifier(2, ['a', 'b']), test)).rejects.toThrow(
    /^the model tells 2 classes apart, but 'digits' has 10 \(0, 1, 2, 3, 4 and 5 more\); it does not know 0, 1, .*choose/,
  );
  await expect(alignClasses(classifier(3), pets)).rejects.toThrow(/3 classes apart, but 'pets' has 2 .*; name its/);
});
