import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bands, tinyModel } from '../../../test/fixtures/tinyModels.js';
import { optimizers, schedules } from '../../training/index.js';
import type { Terminal } from '../../platform/platform.js';
import {
  CSVLogger,
  EarlyStopping,
  LearningRateScheduler,
  ModelCheckpoint,
  ProgressBar,
  ReduceLROnPlateau,
  type Callback,
  type Training,
} from '../index.js';
import { loadModel } from '../../models/index.js';

const folder = mkdtempSync(join(tmpdir(), 'striate-callbacks-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { x, y } = bands(12);
const silent = { verbose: 0 } as const;

/** A training in which a value takes given courses, epoch by epoch, seen by one callback. */
async function course(
  callback: Callback,
  name: string,
  values: readonly number[],
): Promise<{ rates: number[]; epochs: number; log: unknown[] }> {
  const log: unknown[] = [];
  let stopped = false;
  let rate = 1;
  const training: Training = {
    model: {
      name: 'fake',
      iterations: 0,
      hasFiniteWeights: () => Promise.resolve(true),
      getWeights: () => Promise.resolve(new Map([['epoch', { epoch }]]) as never),
      setWeights: (weights) => Promise.resolve(void log.push([...weights])),
      save: () => Promise.resolve(),
      saveWeights: () => Promise.resolve(),
    },
    epochs: values.length,
    steps: 1,
    names: [name],
    results: [],
    outcome: 'done',
    get learningRate() {
      return rate;
    },
    set learningRate(value) {
      rate = value;
    },
    stop: () => void (stopped = true),
  };
  let epoch = 0;
  const rates: number[] = [];
  await callback.onTrainBegin?.(training);
  for (; epoch < values.length && !stopped; epoch++) {
    await callback.onEpochBegin?.(epoch, training);
    await callback.onEpochEnd?.(epoch, { [name]: values[epoch] }, training);
    rates.push(rate);
  }
  await callback.onTrainEnd?.(training);
  return { rates, epochs: epoch, log };
}

describe('callbacks', () => {
  it('are called in order, and may wait', async () => {
    const calls: string[] = [];
    const model = tinyModel();
    const note = (name: string) => async (): Promise<void> => {
      await Promise.resolve();
      calls.push(name);
    };
    await model.fit(x, y, {
      batchSize: 6,
      ...silent,
      callbacks: [
        {
          onTrainBegin: note('begin'),
          onEpochBegin: note('epoch'),
          onBatchBegin: note('batch'),
          onBatchEnd: note('batch end'),
          onEpochEnd: note('epoch end'),
          onTrainEnd: note('end'),
        },
      ],
    });
    expect(calls).toEqual(['begin', 'epoch', 'batch', 'batch end', 'batch', 'batch end', 'epoch end', 'end']);
  });

  it('EarlyStopping waits patiently and brings back the best weights', async () => {
    const values = [3, 2, 2.5, 1.9, 2, 2.1, 1];
    expect((await course(new EarlyStopping({ monitor: 'loss' }), 'loss', values)).epochs).toBe(3);
    const patient = new EarlyStopping({ monitor: 'loss', patience: 2, restoreBestWeights: true });
    const { epochs, log } = await course(patient, 'loss', values);
    expect([epochs, patient.stoppedEpoch]).toEqual([6, 5]);
    expect(log).toEqual([[['epoch', { epoch: 3 }]]]);
    const demanding = new EarlyStopping({ monitor: 'loss', patience: 2, minDelta: 0.5 });
    expect((await course(demanding, 'loss', values)).epochs).toBe(4);
    const accuracy = new EarlyStopping({ monitor: 'valAccuracy', patience: 2 });
    expect((await course(accuracy, 'valAccuracy', [0.1, 0.2, 0.3, 0.2, 0.25, 0.9])).epochs).toBe(5);
    await expect(tinyModel().fit(x, y, { ...silent, callbacks: [new EarlyStopping()] })).rejects.toThrow(
      /earlyStopping: there is no 'valLoss' to monitor; there are loss, accuracy, .*validation data/,
    );
  });

  it('EarlyStopping ends a real training', async () => {
    const stopping = new EarlyStopping({ monitor: 'loss', minDelta: 1 });
    const history = await tinyModel().fit(x, y, { epochs: 9, ...silent, callbacks: [stopping] });
    expect(history.epochs).toHaveLength(2);
    expect(history.interrupted).toBe(false);
  });

  it('ReduceLROnPlateau reduces, cools down, and stops at the least rate', async () => {
    const flat = [1, 1, 1, 1, 1, 1, 1];
    const plateau = new ReduceLROnPlateau({ monitor: 'loss', factor: 0.5, patience: 2, minLearningRate: 0.2 });
    expect((await course(plateau, 'loss', flat)).rates).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25, 0.2]);
    const cooling = new ReduceLROnPlateau({ monitor: 'loss', factor: 0.5, patience: 1, cooldown: 2 });
    expect((await course(cooling, 'loss', flat)).rates).toEqual([1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125]);
    const scheduled = tinyModel();
    const optimizer = optimizers.sgd({ learningRate: schedules.constant(0.1) });
    scheduled.compile({ optimizer, loss: 'sparseCategoricalCrossentropy' });
    const reduce = new ReduceLROnPlateau({ monitor: 'loss', patience: 1, minDelta: 9 });
    await expect(scheduled.fit(x, y, { epochs: 3, ...silent, callbacks: [reduce] })).rejects.toThrow(
      /follows a schedule/,
    );
  });

  it('LearningRateScheduler sets the rate of every epoch', async () => {
    const scheduler = new LearningRateScheduler((epoch, rate) => (epoch === 0 ? 0.5 : rate / 2));
    const model = tinyModel();
    const { history } = await model.fit(x, y, { epochs: 3, ...silent, callbacks: [scheduler] });
    expect(history.learningRate).toEqual([0.5, 0.25, 0.125]);
    expect(model.optimizer!.learningRate).toBe(0.125);
  });

  it('ModelCheckpoint writes files that can be loaded', async () => {
    const model = tinyModel();
    const best = new ModelCheckpoint({
      path: join(folder, 'best.safetensors'),
      monitor: 'accuracy',
      saveBestOnly: true,
    });
    const each = new ModelCheckpoint({
      path: join(folder, 'e{epoch:02d}-{loss:.1f}.safetensors'),
      saveWeightsOnly: true,
    });
    const history = await model.fit(x, y, { epochs: 2, ...silent, callbacks: [each, best] });
    history.epochs.forEach(({ loss }, i) =>
      expect(existsSync(join(folder, `e0${i + 1}-${loss.toFixed(1)}.safetensors`))).toBe(true),
    );
    const loaded = await loadModel(join(folder, 'best.safetensors'), { engine: 'reference' });
    const { accuracy } = history.history;
    expect(loaded.trainingState!.epoch).toBe(accuracy[1] > accuracy[0] ? 2 : 1);
    const unknown = new ModelCheckpoint({ path: join(folder, '{nothing}') });
    await expect(model.fit(x, y, { ...silent, callbacks: [unknown] })).rejects.toThrow(
      /names {nothing}; there are loss/,
    );
  });

  it('CSVLogger writes a row for each epoch, and goes on where training does', async () => {
    const path = join(folder, 'log.csv');
    const model = tinyModel();
    const options = { ...silent, callbacks: [new CSVLogger({ path })] };
    await model.fit(x, y, { epochs: 2, ...options });
    const { history } = await model.fit(x, y, { epochs: 3, ...options, resumeFrom: model.trainingState! });
    const [header, ...rows] = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((row) => row.split(','));
    expect(header).toEqual(['epoch', 'loss', 'accuracy', 'learningRate', 'seconds']);
    expect(rows.map(([epoch, loss]) => [Number(epoch), Number(loss)])).toEqual(
      history.loss.map((loss, i) => [i, loss]),
    );
  });

  it('ProgressBar draws a bar on terminals and writes plain lines elsewhere', async () => {
    const written = async (interactive: boolean, epochs: number): Promise<string> => {
      let text = '';
      const terminal: Terminal = { interactive, columns: 100, write: (part) => void (text += part) };
      await tinyModel().fit(x, y, { epochs, batchSize: 4, ...silent, callbacks: [new ProgressBar({ terminal })] });
      return text;
    };
    const line = String.raw`\d+s - loss: \d\.\d{4} - accuracy: \d\.\d{4}\n`;
    expect(await written(false, 2)).toMatch(new RegExp(`^Epoch 1/2 - ${line}Epoch 2/2 - ${line}$`));
    const bar = await written(true, 1);
    expect(bar).toMatch(/^Epoch 1\/1\n/);
    expect(bar.replaceAll('\u001b[K', '')).toMatch(
      /\r3\/3 ━{20} \d+s \d+[mu]s\/step - loss: \d\.\d{4} - accuracy: \d\.\d{4}\n$/,
    );
  });
});
