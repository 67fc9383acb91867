import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { layers } from '../../layers/index.js';
import { sequential } from '../../models/index.js';
import { StriateError } from '../../tensor/index.js';
import { storedTypes } from '../../tensor/storedNumbers.js';
import type { LoadedWeights, LoadWeightsOptions } from '../index.js';

// testdata/checkpoints.py wrote them.
const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`./testdata/${file}`, import.meta.url), 'utf8'));
const stored = read('checkpoints.json') as Record<string, string>;

interface Loaded {
  readonly bias: unknown;
  readonly kernel: unknown;
  readonly report: LoadedWeights;
}

/** What a layer `fc` has after loading a file. */
async function load(name: string, options?: LoadWeightsOptions): Promise<Loaded> {
  const model = sequential({ layers: [layers.dense({ name: 'fc', units: 2, inputShape: [3] })] });
  const bytes = new Uint8Array(gunzipSync(Buffer.from(stored[name], 'base64')));
  const report = await model.loadWeights(bytes, { name: `${name}.pth`, ...options });
  const weights = await model.getWeights();
  return { bias: weights.get('fc/bias')!.toNested(), kernel: weights.get('fc/kernel')!.toNested(), report };
}

async function refusalOf(name: string, options?: LoadWeightsOptions): Promise<string> {
  const error: unknown = await load(name, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StriateError);
  return (error as Error).message;
}

const kernel = [0, 1, 2].map((i) => [i, i + 3]);
const right = { bias: [1, 2], kernel };

describe('a checkpoint', () => {
  it.each([
    ['by the tutorial', 'tutorial'],
    ['by the tutorial, of before PyTorch 1.6', 'tutorialStream'],
    ["with 'model'", 'model'],
    ["with 'model' beside a tensor", 'modelAndTensor'],
    ["with 'net'", 'net'],
    ['with a key of its own', 'anyKey'],
    ['with an average alone', 'emaAlone'],
    ['with dictionaries in dictionaries', 'deep'],
    ["with fastai's optimizer", 'fastai'],
    ['that is a list', 'listed'],
    ['with a dictionary for each module', 'nestedModules'],
    ['that holds itself', 'selfReference'],
    ['whose state dictionary is of a class of its own', 'ownDictionary'],
    ['with hyper parameters, callbacks and loops (Lightning)', 'hyperParameters'],
  ])('%s is read', async (_, name) => {
    const { report, ...weights } = await load(name);
    expect(weights).toEqual(right);
    expect(report).toMatchObject({ missing: [], leftOver: [], notes: [] });
  });

  it('of several dictionaries with weights gives the one that fits the model', async () => {
    expect(await load('twoNets')).toMatchObject(right);
  });

  it('with a model and its average gives the model, tells of both and takes a choice', async () => {
    const { report, ...weights } = await load('modelAndEma');
    expect(weights).toEqual(right);
    expect(report.notes).toEqual([
      "the weights under 'model' were read; 'model_ema' holds all of them, too, and { key: 'model_ema' } reads those",
    ]);
    expect((await load('modelAndEma', { key: 'model_ema' })).bias).toEqual([3, 6]);
    expect((await load('averages', { key: 'swa.averaged' })).bias).toEqual([7, 14]);
    expect((await load('averages')).report.notes[0]).toMatch(
      /'state_dict' were read; 'state_dict_ema', 'swa.averaged' hold/,
    );
    const wrong = await refusalOf('modelAndEma', { key: 'ema' });
    expect(wrong).toBe("modelAndEma.pth: has no weights under 'ema'; it has some under 'model_ema', 'model'");
  });

  it('with two modules of equal weights gives the one that is no copy, and takes a choice', async () => {
    const { report, ...weights } = await load('studentAndTeacher');
    expect(weights).toEqual(right);
    expect(report.notes[0]).toMatch(/'student' were read; 'teacher' holds all/);
    expect(report.leftOver).toEqual(['teacher.fc.weight', 'teacher.fc.bias']);
    expect(await load('studentAndTeacher', { key: 'teacher' })).toMatchObject(right);
  });
});

describe('prefixes of wrappers', () => {
  it.each(['compiled', 'compiledParallel', 'backbone', 'twice', 'wrappedInside'])(
    'are taken off (%s)',
    async (name) => {
      const { report, ...weights } = await load(name);
      expect(weights).toEqual(right);
      expect(report).toMatchObject({ loaded: ['fc.weight', 'fc.bias'], leftOver: [], notes: [] });
    },
  );

  it.each([
    ['averagedModel', 'n_averaged'],
    ['lightning', 'criterion.weight'],
    ['lightningCompiled', 'metric.total'],
  ])('that not all tensors have are taken off, and what is left over is told (%s)', async (name, other) => {
    const { report, ...weights } = await load(name);
    expect(weights).toEqual(right);
    expect(report).toMatchObject({ leftOver: [other], unexpected: [] });
    expect(report.notes).toEqual([`left out, beside the model's weights: ${other}`]);
  });
});

describe('objects of Python', () => {
  it.each(['namespace', 'objects', 'objectsStream', 'objectsProtocol5'])(
    'beside the weights stay closed, and no code runs (%s)',
    async (name) => {
      expect(await load(name)).toMatchObject(right);
    },
  );

  it('in the place of a weight are refused by name', async () => {
    expect(await refusalOf('arrayNeeded')).toBe(
      'arrayNeeded.pth: 1 tensor cannot be read: fc.bias (a NumPy array); save them ' +
        'as plain numbers, of float32 for instance',
    );
    expect(await refusalOf('arrays')).toMatch(
      /it holds NumPy arrays, as under 'model\.fc\.\w+', and no tensors, which torch\.from_numpy\(array\) makes of them;/,
    );
    for (const pickled of ['arraysPickled2', 'arraysPickled5']) {
      expect(await refusalOf(pickled)).toMatch(
        /not one that torch\.save wrote: it has the weights as NumPy arrays, as Detectron2's and Caffe2's files have, .*torch\.from_numpy\(array\)/,
      );
    }
    expect(await refusalOf('wholeModelUnderKey')).toMatch(
      /holds Python objects of torch\.nn\.modules\.container\.Sequential under 'model', and reading them would run code/,
    );
  });
});

describe('tensors of every kind', () => {
  it.each(['negated', 'half', 'brain', 'float8', 'float8e5', 'parameters', 'attributes', 'complexBeside'])(
    'are loaded (%s)',
    async (name) => {
      const { report, ...weights } = await load(name);
      expect(weights).toEqual(right);
      expect(report.leftOver).toEqual([]);
    },
  );

  it.each([
    ['uint16Beside', 'extra'],
    ['boolBeside', 'mask'],
    ['indicesBeside', 'index'],
  ])('of whole numbers beside the weights are told and not refused (%s)', async (name, other) => {
    const { report, ...weights } = await load(name);
    expect(weights).toEqual(right);
    expect(report).toMatchObject({ leftOver: [other], unexpected: [] });
  });

  it.each([
    ['conjugateNeeded', 'fc.bias (complex64 numbers)'],
    ['sparseNeeded', 'fc.bias (a sparse tensor (tensor.to_dense() makes it a plain one))'],
    ['quantizedNeeded', 'fc.bias (a quantised tensor (tensor.dequantize() makes it a plain one))'],
    ['metaNeeded', 'fc.bias (a tensor without numbers, of the device meta)'],
  ])('that are no plain numbers are refused by what they are, where they are needed (%s)', async (name, said) => {
    expect(await refusalOf(name)).toBe(
      `${name}.pth: 1 tensor cannot be read: ${said}; save them as plain numbers, of float32 for instance`,
    );
  });

  it('have all numbers of 8 bits as PyTorch reads them', () => {
    const expected = read('float8.json') as Record<keyof typeof storedTypes, (number | string)[]>;
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    for (const [name, values] of Object.entries(expected)) {
      const { data } = storedTypes[name as keyof typeof storedTypes].read(bytes, 256);
      const numbers = values.map((value) =>
        value === 'inf' ? Infinity : value === '-inf' ? -Infinity : Number(value),
      );
      expect([...data], name).toEqual(numbers);
    }
  });
});
