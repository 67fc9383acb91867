import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alignClasses, prepareTransfer } from '../src/classify/index.js';
import { testModel } from '../src/cli/testModel.js';
import { imageFolder, type ImageFolderOptions } from '../src/data/folders/imageFolder.node.js';
import { layers } from '../src/layers/index.js';
import { sequential, type Model } from '../src/models/index.js';
import { writeEvaluation } from '../src/report/writeReport.js';
import { optimizers } from '../src/training/index.js';

// Folders of pictures of one colour for each class: what a small net takes in at once, so that only names can go wrong.
const colours = ['#e01010', '#10c020', '#1030e0', '#e0d010', '#b010c0', '#10c0c0'] as const;
const size: ImageFolderOptions = { size: [8, 8], workers: 0 };

let root: string;
const models: Model[] = [];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'striate-class-names-'));
});
afterAll(async () => {
  for (const model of models) await model.dispose();
  await rm(root, { recursive: true, force: true });
});

/** Makes a folder; the class of a path decides nothing, its number in the list does. */
async function folder(name: string, paths: readonly (readonly [path: string, colour: number])[], count = 6) {
  for (const [path, colour] of paths) {
    await mkdir(join(root, name, path), { recursive: true });
    for (let i = 0; i < count; i++) {
      const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: colours[colour] } });
      await picture
        .modulate({ brightness: 1 - i / 50 })
        .png()
        .toFile(join(root, name, path, `${i}.png`));
    }
  }
  return join(root, name);
}

/** A net that has learned a folder. */
async function trainedOn(path: string): Promise<Model> {
  const { train } = await imageFolder(path, { ...size, validationSplit: 0 });
  const model = sequential({
    layers: [
      layers.globalAveragePooling2d({ inputShape: [8, 8, 3] }),
      layers.dense({ units: 16, activation: 'relu' }),
      layers.dense({ units: train.classNames.length }),
    ],
    seed: 1,
  });
  models.push(model);
  model.useEngine({ threads: 1 });
  model.compile({
    optimizer: optimizers.adam({ learningRate: 0.05 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  await model.fit(train, { epochs: 40, batchSize: 8, verbose: 0 });
  return model;
}

async function accuracyOn(model: Model, path: string): Promise<number> {
  const { train } = await imageFolder(path, { ...size, validationSplit: 0 });
  const { data } = await alignClasses(model, train);
  return (await model.evaluate(data)).accuracy;
}

describe('classes that differ in case', () => {
  it('are classes of their own, in training, evaluation and further training', async () => {
    // prettier-ignore
    const letters = await folder('letters', [['A', 0], ['B', 1], ['a', 2], ['b', 3]]);
    // prettier-ignore
    const upper = await folder('letters_upper', [['A', 0], ['B', 1]]);
    // prettier-ignore
    const other = await folder('letters_other', [['b', 3], ['A', 0], ['a', 2], ['B', 1]]);
    const model = await trainedOn(letters);
    expect(model.classNames).toEqual(['A', 'B', 'a', 'b']);
    expect(await accuracyOn(model, letters)).toBe(1);
    expect(await accuracyOn(model, upper)).toBe(1);
    const again = await imageFolder(other, size);
    expect((await prepareTransfer(model, again)).keepsClassifier).toBe(true);
    const fewer = await prepareTransfer(model, await imageFolder(upper, size));
    expect([fewer.keepsClassifier, fewer.data.train.classNames]).toEqual([true, ['A', 'B', 'a', 'b']]);
    expect(fewer.notes.at(-1)).toContain('among 4: its classifier stays');
  });

  it('are refused where the model could mean either', async () => {
    const model = await trainedOn(join(root, 'letters'));
    model.classNames = ['CAT', 'Cat', 'dog', 'bird'];
    // prettier-ignore
    const pets = await folder('pets', [['cat', 0], ['dog', 2], ['bird', 3], ['fish', 1]]);
    const { train } = await imageFolder(pets, size);
    await expect(alignClasses(model, train)).rejects.toThrow(/'cat' could be 'CAT' or 'Cat'.*does not know.*fish/s);
  });
});

it('takes composed and decomposed letters for the same', async () => {
  const [composed, decomposed] = ['\u00c9t\u00e9', 'E\u0301te\u0301'];
  // prettier-ignore
  const train = await folder('nf_train', [[composed, 0], ['Herbst', 1], ['Winter', 2]]);
  // prettier-ignore
  const test = await folder('nf_test', [[decomposed, 0], ['Herbst', 1], ['Winter', 2]]);
  const model = await trainedOn(train);
  expect(await accuracyOn(model, test)).toBe(1);
  const parts = await folder('nf_parts', [
    [`train/${composed}`, 0], ['train/Herbst', 1], [`val/${decomposed}`, 0], ['val/herbst', 1],
  ]); // prettier-ignore
  const { train: own, validation } = await imageFolder(parts, size);
  expect(own.classNames).toEqual(['Herbst', composed]);
  expect(validation!.indicesByClass().map(({ length }) => length)).toEqual([6, 6]);
});

it('trains and reports on names that plain objects know', async () => {
  const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf'];
  // prettier-ignore
  const path = await folder('jswords', names.map((name, i) => [name, i]));
  const model = await trainedOn(path);
  expect(model.classNames).toEqual(names);
  const { train } = await imageFolder(path, { ...size, validationSplit: 0 });
  const test = await testModel(model, train, { mistakes: 3, batch: 8 });
  expect(test.accuracy).toBe(1);
  const page = await writeEvaluation(join(root, 'page'), {
    model: 'net',
    parameters: 1,
    layers: [],
    test,
    architecture: '<svg xmlns="http://www.w3.org/2000/svg"/>',
    data: { name: 'jswords', pictures: train.size, classNames: names, inputShape: train.inputShape },
    settings: {},
    engine: 'wasm',
  });
  const text = await readFile(page, 'utf8');
  for (const name of names) expect(text).toContain(`>${name}<`);
});

describe('folders called train, val and test', () => {
  it('are not guessed to be parts beside others that are alike', async () => {
    const paths = ['bus', 'car', 'train'].flatMap((name, i) => [1, 2].map((n) => [`${name}/set${n}`, i] as const));
    const vehicles = await folder('vehicles_deep', paths, 2);
    await expect(imageFolder(vehicles, size)).rejects.toThrow(
      /'train' could be its training part, or a class beside 'bus', 'car'.*rename it.*parts: true or false/s,
    );
    const { train } = await imageFolder(vehicles, { ...size, parts: false });
    expect(train.classNames).toEqual(['bus', 'car', 'train']);
    const sets = await imageFolder(vehicles, { ...size, parts: true });
    expect(sets.train.classNames).toEqual(['set1', 'set2']);
  });

  it('are parts where another part is alike, and what is left out is told', async () => {
    // prettier-ignore
    const path = await folder('beside', [['train/a', 0], ['train/b', 1], ['val/a', 0], ['val/b', 1], ['raw', 2], ['test', 3]], 2);
    const { train, validation } = await imageFolder(path, size);
    expect([train.size, validation!.size, train.classNames]).toEqual([4, 4, ['a', 'b']]);
    expect(train.notes).toEqual([
      "'train', 'val' were taken for the parts of " + path + "; 'raw', 'test' are left out.",
    ]);
  });

  it('are not guessed to be classes where they are all there is', async () => {
    // prettier-ignore
    const path = await folder('flat', [['train', 0], ['test', 1]], 2);
    await expect(imageFolder(path, size)).rejects.toThrow(/nothing but 'test', 'train': its parts, or classes\?/);
    expect((await imageFolder(path, { ...size, parts: false })).train.classNames).toEqual(['test', 'train']);
  });

  it('may lack a class beside training: labels stay, and it is told', async () => {
    // prettier-ignore
    const path = await folder('valgap', [['train/ant', 0], ['train/bee', 1], ['train/cow', 2], ['val/ant', 0], ['val/cow', 2]]);
    const { train, validation } = await imageFolder(path, size);
    expect(train.classNames).toEqual(['ant', 'bee', 'cow']);
    expect(validation!.indicesByClass().map(({ length }) => length)).toEqual([6, 0, 6]);
    expect(train.notes).toEqual(["The validation part of valgap has 0 pictures of the class 'bee'."]);
  });

  it('name a class that training does not have', async () => {
    // prettier-ignore
    const path = await folder('stranger', [['train/a', 0], ['train/b', 1], ['val/a', 0], ['val/c', 1]], 2);
    await expect(imageFolder(path, size)).rejects.toThrow(/'val\/c' is a class that the training folder does not have/);
  });
});
