import { describe, expect, it } from 'vitest';
import { bands, tinyModel } from '../../test/fixtures/tinyModels.js';
import { digits } from '../data/index.js';
import { layers } from '../layers/index.js';
import { optimizers, schedules } from '../training/index.js';
import type { StreamedBatch } from '../fit/index.js';
import { findLearningRate, sequential, type Model, type Sequential } from './index.js';
import { suggestLearningRates } from './learningRateSuggestion.js';

const silent = { verbose: 0 } as const;
const { x, y } = bands(60);

/** Weights, statistics and the optimizer's variables, as a file would keep them. */
async function everything(model: Model): Promise<Uint8Array> {
  return model.toBytes({ optimizer: true });
}

function normalized(): Sequential {
  return tinyModel([layers.batchNormalization(), layers.dropout({ rate: 0.2 })], 'wasm');
}

describe('findLearningRate', () => {
  it('leaves weights, statistics, optimizer and state of training as they were, to the bit', async () => {
    const model = normalized();
    await model.fit(x, y, { batchSize: 16, ...silent });
    const [before, state, iterations] = [await everything(model), model.trainingState, model.iterations];
    const found = await findLearningRate(model, [x, y], { batchSize: 16, endLearningRate: 1000 });
    expect(found.diverged).toBe(true);
    expect(await everything(model)).toEqual(before);
    expect([model.trainingState, model.iterations]).toEqual([state, iterations]);
    // Training goes on as if nothing had been.
    const other = normalized();
    await other.fit(x, y, { epochs: 2, batchSize: 16, ...silent });
    await model.fit(x, y, { epochs: 2, batchSize: 16, resumeFrom: state, ...silent });
    expect(await model.getWeights()).toEqual(await other.getWeights());
    await Promise.all([model.dispose(), other.dispose()]);
  });

  it('leaves a model that was never trained as it was', async () => {
    const [model, other] = [tinyModel(), tinyModel()];
    await findLearningRate(model, [x, y], { batchSize: 20, steps: 40 });
    expect(await model.getWeights()).toEqual(await other.getWeights());
    expect(model.trainingState).toBeUndefined();
    for (const each of [model, other]) await each.fit(x, y, { batchSize: 16, ...silent });
    expect(await model.getWeights()).toEqual(await other.getWeights());
  });

  it('tries rates evenly on a logarithmic scale, and takes the same batches for the same seed', async () => {
    const options = { batchSize: 16, steps: 30, startLearningRate: 1e-4, endLearningRate: 1e-1, seed: 3 };
    const found = await findLearningRate(tinyModel(), [x, y], options);
    expect(found.diverged).toBe(false);
    expect(found.learningRates).toHaveLength(30);
    expect(found.learningRates[0]).toBe(1e-4);
    expect(found.learningRates[29]).toBeCloseTo(1e-1, 12);
    expect(found.learningRates[11] / found.learningRates[10]).toBeCloseTo(1000 ** (1 / 29), 9);
    expect(found.smoothed[0]).toBeCloseTo(found.losses[0], 9);
    expect(await findLearningRate(tinyModel(), [x, y], options)).toEqual(found);
    const { losses } = await findLearningRate(tinyModel(), [x, y], { ...options, seed: 4 });
    expect(losses).not.toEqual(found.losses);
  });

  it('takes data sets and generators, and rates of an optimizer with a schedule', async () => {
    const { train } = digits({ train: 200, test: 1 });
    const model = sequential([
      layers.flatten({ inputShape: [28, 28, 1] }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ]);
    const learningRate = schedules.oneCycle({ maxLearningRate: 0.1, totalSteps: 50 });
    model.compile({
      optimizer: optimizers.sgd({ learningRate }),
      loss: 'sparseCategoricalCrossentropy',
      engine: 'wasm',
    });
    const set = await findLearningRate(model, train, { batchSize: 64, steps: 50 });
    // Three whole batches an epoch: the smaller fourth is left out.
    expect(set.losses.length).toBeGreaterThan(20);
    function* batches(): Generator<StreamedBatch> {
      for (let i = 0; i + 20 <= 60; i += 20) yield [x.slice(i, i + 20), y.slice(i, i + 20)];
    }
    const { losses } = await findLearningRate(tinyModel(), batches, { steps: 30, smoothing: 0.9 });
    expect(losses.length).toBeGreaterThan(15);
    await expect(findLearningRate(tinyModel(), batches(), { steps: 30 })).rejects.toThrow(
      /findLearningRate: the data ran out at batch 3 of 30; give a function/,
    );
    await model.dispose();
  });

  it('says what is wrong, and puts back the weights then, too', async () => {
    const bare = sequential([layers.dense({ units: 3, inputShape: [2] })]);
    await expect(findLearningRate(bare, [x, y])).rejects.toThrow(/findLearningRate: compile the model first/);
    const model = tinyModel();
    const before = await model.getWeights();
    const fails = (options: object, message: RegExp): Promise<void> =>
      expect(findLearningRate(model, [x, y], options)).rejects.toThrow(message);
    await fails(
      { startLearningRate: 1, endLearningRate: 0.1 },
      /endLearningRate above startLearningRate; received 1 and/,
    );
    await fails({ steps: 5 }, /steps must be a whole number from 20; received 5/);
    await fails({ smoothing: 1 }, /smoothing must be .* below 1/);
    await fails({ epochs: 5 }, /there is no option 'epochs'/);
    await fails({ startLearningRate: 1e6, endLearningRate: 1e9 }, /diverged at step \d+ of 100, too early/);
    await fails({ signal: AbortSignal.abort() }, /abort/i);
    const training = model.fit(x, y, { epochs: 3, ...silent });
    await fails({}, /being trained already/);
    await training;
    await model.setWeights(before);
    model.getLayer('dense').trainable = false;
    model.getLayer('conv2d').trainable = false;
    await fails({ batchSize: 60, smoothing: 0 }, /fell at none of the rates .* any layer is trainable/);
    expect(await model.getWeights()).toEqual(before);
  });

  it('suggests a rate that trains better than a hundredth of it and than a hundred times it', async () => {
    const { train } = digits({ train: 1200, test: 1 });
    const make = (): Sequential =>
      sequential({
        seed: 3,
        layers: [
          layers.conv2d({ filters: 8, kernelSize: 5, strides: 2, activation: 'relu', inputShape: [28, 28, 1] }),
          layers.maxPooling2d(),
          layers.flatten(),
          layers.dense({ units: 10, activation: 'softmax' }),
        ],
      });
    for (const name of ['adam', 'sgd'] as const) {
      const loss = async (learningRate: number): Promise<number> => {
        const model = make();
        model.compile({ optimizer: optimizers[name]({ learningRate }), loss: 'sparseCategoricalCrossentropy' });
        // A rate that is far too high may end in NaN, which is as bad as a loss can be.
        const trained = await model.fit(train, { batchSize: 32, ...silent }).catch(() => undefined);
        const result = trained ? (await model.evaluate(train)).loss : Infinity;
        await model.dispose();
        return result;
      };
      const model = make();
      model.compile({ optimizer: name, loss: 'sparseCategoricalCrossentropy' });
      const { suggestion } = await findLearningRate(model, train, { batchSize: 32 });
      await model.dispose();
      const reached = await loss(suggestion.valley);
      expect(reached, name).toBeLessThan(await loss(suggestion.valley / 100));
      expect(reached, name).toBeLessThan(await loss(suggestion.valley * 100));
    }
  });
});

describe('suggestLearningRates', () => {
  it('reads a curve as fastai does', () => {
    const rates = Array.from({ length: 100 }, (_, i) => 10 ** (-7 + (8 * i) / 100));
    // Flat, then down by twos from step 40 to 70, then up.
    const losses = rates.map((_, i) => (i < 40 ? 100 : i <= 70 ? 100 - 2 * (i - 40) : 40 + 5 * (i - 70)));
    losses[55] -= 1;
    const { steepest, valley, minimum } = suggestLearningRates(rates, losses, 100);
    expect(steepest).toBe(rates[54]);
    expect(minimum).toBe(rates[70] / 10);
    // The fall has 31 points and so begins, by fastai's reckoning, at 39: a third of it is 10, half of that 5.
    expect(valley).toBe(rates[39 + 10 + 5]);
  });

  it('ends with a message where there is nothing to read', () => {
    const rates = Array.from({ length: 50 }, (_, i) => i + 1);
    expect(() => suggestLearningRates(rates, rates, 50)).toThrow(/fell at none of the rates/);
    expect(() => suggestLearningRates(rates.slice(0, 12), rates.slice(0, 12), 50)).toThrow(/diverged at step 12 of 50/);
  });
});
