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

it('never takes them by number where they differ in form alone, or where only some are known', async () => {
  await expect(alignClasses(classifier(2, ['ca t', 'dog']), pets)).rejects.toThrow(
    /'cat' is not spelled like 'ca t': rename .*; it does not know cat, guinea_pig; choose/,
  );
  await expect(alignClasses(classifier(2, ['dog', 'cat']), pets)).rejects.toThrow(/it does not know guinea_pig/);
});

it("knows ImageNet's classes by WordNet's numbers, and its two cranes and maillots apart", async () => {
  const imagenet = classifier(1000);
  const named = (...classNames: string[]): DataSet => ({ ...pets, classNames });
  expect(await labels((await alignClasses(imagenet, named('n02123045', 'n01440764'))).data)).toEqual([281, 0]);
  expect(await labels((await alignClasses(imagenet, named('n03126707', 'n02012849'))).data)).toEqual([517, 134]);
  expect(await labels((await alignClasses(imagenet, named('n03710721', 'n03710637'))).data)).toEqual([639, 638]);
  await expect(alignClasses(imagenet, named('crane', 'tabby'))).rejects.toThrow(
    /2 classes are called 'crane': call it n02012849 or n03126707/,
  );
  // A model of such folders, and data with words.
  expect(
    await labels((await alignClasses(classifier(2, ['n02123045', 'n01440764']), named('tench', 'tabby'))).data),
  ).toEqual([1, 0]);
  const names = (await alignClasses(imagenet, named('n02123045', 'n01440764'))).names!;
  expect((await alignClasses(imagenet, { ...pets, classNames: names })).data.classNames).toHaveLength(1000);
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
