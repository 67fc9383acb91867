import { describe, expect, it } from 'vitest';
import { bands, tinyModel } from '../../test/fixtures/tinyModels.js';
import type { DataSet } from '../data/dataSet.js';
import { layers, type Layer } from '../layers/index.js';
import { StriateError, Tensor, tensor } from '../tensor/index.js';
import { optimizers } from '../training/index.js';
import type { StreamedBatch } from './index.js';
import { sequential } from '../models/index.js';

const silent = { verbose: 0 } as const;

/** The same pictures behind the contract of data sets. */
function bandSet(count: number): DataSet & { filled: number[] } {
  const { x, y } = bands(count);
  const filled: number[] = [];
  return {
    name: 'bands',
    size: count,
    inputShape: [6, 6, 1],
    classNames: ['top', 'middle', 'bottom'],
    filled,
    fill(indices, pictures, labels) {
      for (let k = 0; k < indices.length; k++) {
        filled.push(indices[k]);
        pictures.set(x.data.subarray(indices[k] * 36, (indices[k] + 1) * 36), k * 36);
        labels[k] = y[indices[k]];
      }
    },
  };
}

describe('fit', () => {
  it('lowers the loss and learns', async () => {
    const { x, y } = bands(60);
    const model = tinyModel();
    const history = await model.fit(x, y, { epochs: 30, batchSize: 16, ...silent });
    const { loss, accuracy } = history.history;
    expect(loss[29]).toBeLessThan(0.7 * loss[0]);
    expect(accuracy[29]).toBeGreaterThan(0.9);
    expect(history.imagesPerSecond).toBeGreaterThan(0);
    const test = await model.evaluate(x, y);
    const { data, shape } = await model.predict(x, { batchSize: 25 });
    expect(shape).toEqual([60, 3]);
    const right = [...y].filter((label, i) => [0, 1, 2].every((c) => data[3 * i + c] <= data[3 * i + label])).length;
    expect(test.accuracy).toBeCloseTo(right / 60, 6);
  });

  it('gives the same weights for the same seed, and others for another', async () => {
    const { x, y } = bands(20);
    const weights = async (seed: number): Promise<number[]> => {
      const model = tinyModel([layers.dropout({ rate: 0.3 })]);
      await model.fit(x, y, { epochs: 2, batchSize: 8, seed, ...silent });
      return [...(await model.getWeights()).get('dense/kernel')!.data];
    };
    expect(await weights(1)).toEqual(await weights(1));
    expect(await weights(1)).not.toEqual(await weights(2));
  });

  it('reports means over examples however they are cut into batches', async () => {
    const { x, y } = bands(23);
    const model = tinyModel();
    const whole = await model.evaluate(x, y, { batchSize: 23 });
    const cut = await model.evaluate(x, y, { batchSize: 5 });
    expect(cut.loss).toBeCloseTo(whole.loss, 6);
    expect(cut.accuracy).toBe(whole.accuracy);
  });

  it('trains on every example once an epoch, the last small batch included, in an order of the epoch alone', async () => {
    const set = bandSet(10);
    const model = tinyModel();
    await model.fit(set, { epochs: 2, batchSize: 4, ...silent });
    const [first, second] = [set.filled.slice(0, 10), set.filled.slice(10, 20)];
    const sorted = [...first].sort((a, b) => a - b);
    expect(sorted).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(second).not.toEqual(first);
    expect(model.classNames).toEqual(['top', 'middle', 'bottom']);
    const later = bandSet(10);
    await tinyModel().fit(later, { epochs: 2, initialEpoch: 1, batchSize: 4, ...silent });
    expect(later.filled).toEqual(second);
  });

  it('holds the last part back for validation', async () => {
    const set = bandSet(10);
    const model = tinyModel();
    const history = await model.fit(set, { batchSize: 4, validationSplit: 0.3, ...silent });
    expect([...set.filled.slice(0, 7)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(set.filled.slice(7)).toEqual([7, 8, 9]);
    const { x, y } = bands(10);
    const expected = await model.evaluate(x.slice(7), y.subarray(7));
    expect(history.epochs[0].valLoss).toBeCloseTo(expected.loss, 6);
    expect(history.epochs[0].valAccuracy).toBe(expected.accuracy);
  });

  it('takes bytes, one-hot targets and data sets for losses over values', async () => {
    const { x, y } = bands(12);
    const bytes = new Tensor(
      'uint8',
      x.shape,
      Uint8Array.from(x.data, (value) => value * 100),
    );
    const floats = new Tensor('float32', x.shape, Float32Array.from(bytes.data));
    expect(await tinyModel().evaluate(bytes, y)).toEqual(await tinyModel().evaluate(floats, y));
    const oneHot = new Tensor(
      'float32',
      [12, 3],
      Float32Array.from({ length: 36 }, (_, i) => Number(i % 3 === y[Math.floor(i / 3)])),
    );
    const model = tinyModel();
    const sparse = await model.evaluate(x, y);
    model.compile({ loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    const dense = await model.evaluate(x, oneHot);
    expect(dense.loss).toBeCloseTo(sparse.loss, 6);
    expect(dense.accuracy).toBe(sparse.accuracy);
    expect((await model.evaluate(bandSet(12))).loss).toBeCloseTo(sparse.loss, 6);
  });

  it('trains on generators that never end', async () => {
    let made = 0;
    function* batches(): Generator<StreamedBatch> {
      for (;;) yield Object.values(bands(6, ++made)) as unknown as StreamedBatch;
    }
    const history = await tinyModel().fit(batches(), { epochs: 2, stepsPerEpoch: 3, ...silent });
    expect(history.epochs).toHaveLength(2);
    // One batch is fetched ahead.
    expect(made).toBeGreaterThanOrEqual(6);
    const short = (): Iterable<StreamedBatch> => [[bands(6).x, bands(6).y]];
    const whole = await tinyModel().fit(short, { epochs: 3, ...silent });
    expect(whole.epochs).toHaveLength(3);
    const exhausted = batches();
    exhausted.return(undefined);
    await expect(tinyModel().fit(exhausted, { stepsPerEpoch: 3, ...silent })).rejects.toThrow(/ran out/);
  });

  it('weights examples and classes', async () => {
    const { x, y } = bands(12);
    const train = async (options: object): Promise<number[]> => {
      const model = tinyModel();
      model.compile({
        optimizer: optimizers.sgd({ learningRate: 0.1 }),
        loss: 'sparseCategoricalCrossentropy',
        metrics: ['accuracy'],
      });
      await model.fit(x, y, { batchSize: 12, ...silent, ...options });
      return [...(await model.getWeights()).get('dense/bias')!.data];
    };
    const byClass = await train({ classWeight: { 0: 3, 1: 0 } });
    const byExample = await train({ sampleWeight: [...y].map((label) => [3, 0, 1][label]) });
    expect(byClass).toEqual(byExample);
    expect(byClass[0]).toBeGreaterThan((await train({}))[0]);
    expect(await train({ sampleWeight: new Float32Array(12).fill(1) })).toEqual(await train({}));
    const model = tinyModel();
    const weighted = await model.evaluate(x, y, { sampleWeight: new Float32Array(12).fill(2) });
    // As in Keras, the weighted sum is divided by the number of examples.
    expect(weighted.loss).toBeCloseTo(2 * (await model.evaluate(x, y)).loss, 6);
  });

  it('leaves frozen layers alone, from the next fit on', async () => {
    const { x, y } = bands(12);
    const model = tinyModel();
    model.layers[0].trainable = false;
    const before = await model.getWeights();
    await model.fit(x, y, silent);
    const after = await model.getWeights();
    expect(after.get('conv2d/kernel')).toEqual(before.get('conv2d/kernel'));
    expect(after.get('dense/kernel')).not.toEqual(before.get('dense/kernel'));
    model.layers[0].trainable = true;
    await model.fit(x, y, silent);
    expect((await model.getWeights()).get('conv2d/kernel')).not.toEqual(before.get('conv2d/kernel'));
  });

  it('adds regularizers to the loss', async () => {
    const { x, y } = bands(6);
    const [plain, heavy] = [undefined, 'l2' as const].map((kernelRegularizer) => {
      const model = sequential([
        layers.flatten({ inputShape: [6, 6, 1] }),
        layers.dense({ units: 3, activation: 'softmax', ...(kernelRegularizer && { kernelRegularizer }) }),
      ]);
      model.compile({ loss: 'sparseCategoricalCrossentropy', engine: 'reference' });
      return model;
    });
    const kernel = (await heavy.getWeights()).get('dense/kernel')!.data;
    const penalty = 0.01 * kernel.reduce((sum, w) => sum + w * w, 0);
    expect((await heavy.evaluate(x, y)).loss - (await plain.evaluate(x, y)).loss).toBeCloseTo(penalty, 5);
  });

  it('says what is wrong with the data', async () => {
    const { x, y } = bands(12);
    const model = tinyModel();
    const message = async (training: Promise<unknown>): Promise<string> => {
      const error = await training.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StriateError);
      return (error as StriateError).message;
    };
    expect(await message(model.fit(x.reshape([12, 36]), y, silent))).toBe(
      'fit: x must have shape [batch, 6, 6, 1]; received [12, 36]; reshape it to [12, 6, 6, 1]',
    );
    const wrong = y.slice();
    wrong[3] = 12;
    expect(await message(model.fit(x, wrong, silent))).toMatch(/labels must be 0…2; label 12 at example 3/);
    expect(await message(model.fit(x, y.subarray(1), silent))).toMatch(/12 examples but 11 targets/);
    const holed = new Tensor('float32', x.shape, x.data.slice());
    holed.data[5 * 36 + 2] = NaN;
    expect(await message(model.fit(holed, y, silent))).toMatch(/x holds NaN in example 5 \(element 2\)/);
    expect(await message(model.fit(x, tensor(new Float32Array(36), [12, 3]), silent))).toMatch(
      /use the loss 'categoricalCrossentropy'/,
    );
    expect(await message(model.fit(x, y, { validationSplit: 1, ...silent }))).toMatch(/validationSplit/);
    expect(await message(model.fit(x, y, { batchSize: 0, ...silent }))).toMatch(/batchSize must be a whole number/);
    const misspelt = { epoch: 3, ...silent };
    expect(await message(model.fit(x, y, misspelt))).toMatch(
      /there is no option 'epoch'; write epochs; the options are epochs/,
    );
    const singular = { loss: 'meanSquaredError', metric: ['accuracy'] } as const;
    expect(() => tinyModel().compile(singular)).toThrow(/compile: there is no option 'metric'/);
    const noLayer = { units: 10 } as unknown as Layer;
    expect(() => sequential([noLayer])).toThrow(StriateError);
    const unclean = bandSet(4);
    const fill = unclean.fill.bind(unclean);
    unclean.fill = (indices, pictures, labels) => {
      void fill(indices, pictures, labels);
      const place = Array.from(indices).indexOf(2);
      if (place >= 0) pictures[place * 36] = Infinity;
    };
    expect(await message(model.fit(unclean, silent))).toMatch(/'bands' holds Infinity in example 2/);
    const unnamed = sequential([layers.dense({ units: 1 })]);
    expect(await message(unnamed.fit(x, y, silent))).toMatch(/compile the model first/);
    expect(() => model.compile({ loss: 'meanSquaredEror' as 'meanSquaredError' })).toThrow(/no loss 'meanSquaredEror'/);
    expect(() => model.compile({ loss: 'meanSquaredError', optimizer: 'adamix' as 'adam' })).toThrow(
      /no optimizer 'adamix'/,
    );
  });

  it('stops at a loss that is no number, with the last good weights', async () => {
    const { x, y } = bands(12);
    const model = tinyModel();
    let good = await model.getWeights();
    const training = model.fit(x, y, {
      epochs: 3,
      batchSize: 4,
      ...silent,
      callbacks: [
        {
          async onEpochEnd(epoch, _logs, { model: trained }) {
            if (epoch === 0) good = await trained.getWeights();
          },
          onEpochBegin(epoch, run) {
            if (epoch === 1) run.learningRate = 3e38;
          },
        },
      ],
    });
    await expect(training).rejects.toThrow(
      /fit: the loss became .* at epoch 2, step [23] .*the end of epoch 1 again.*learning rate/,
    );
    expect(await model.getWeights()).toEqual(good);
    model.optimizer!.learningRate = 0.001;
    expect((await model.fit(x, y, silent)).epochs[0].loss).toBeLessThan(2);
  });

  it('waits for the shape of the data where a model does not know it', async () => {
    const { x, y } = bands(6);
    const model = sequential([layers.flatten()]).add(layers.dense({ units: 3, activation: 'softmax' }));
    expect(() => model.summary()).toThrow(/does not know its input's shape/);
    model.compile({ loss: 'sparseCategoricalCrossentropy', engine: 'reference' });
    await model.fit(x, y, silent);
    expect(model.inputs[0].shape).toEqual([6, 6, 1]);
    expect(() => model.add(layers.conv2d({ filters: 1, kernelSize: 3 }))).toThrow(StriateError);
    expect(model.add(layers.dense({ units: 2 })).outputShape).toEqual([2]);
  });
});
