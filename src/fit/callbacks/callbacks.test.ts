import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bands, tinyModel } from '../../../test/fixtures/tinyModels.js';
import { metrics, optimizers, schedules } from '../../training/index.js';
import type { Terminal } from '../../platform/platform.js';
import { callbacks, type Callback, type Training, type TrainingState } from '../index.js';
import { importKeras, loadKerasWeights } from '../../formats/index.js';
import { loadModel } from '../../formats/loadModel.js';
import { Monitor } from './monitor.js';

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
    notes: [],
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
          onTrainBatchBegin: note('batch'),
          onTrainBatchEnd: note('batch end'),
          onEpochEnd: note('epoch end'),
          onTrainEnd: note('end'),
        },
      ],
    });
    expect(calls).toEqual(['begin', 'epoch', 'batch', 'batch end', 'batch', 'batch end', 'epoch end', 'end']);
  });

  it.each(
    'accuracy valAcc top5 topKCategoricalAccuracy sparse_top_k_categorical_accuracy topK top_5 precision val_recall auc prAuc val_AUC f1Score valF1Score f1_score iou meanIoU valMeanIoU mean_io_u mIoU matthewsCorrelation cohenKappa truePositives true_negatives cosineSimilarity dice valMap valMap50 valBoxesMap50 valPck valOks valPixelAccuracy'.split(
      ' ',
    ),
  )('the monitor %s is the better the larger it is', (name) => {
    expect(new Monitor('test', name).better(0.6, 0.5)).toBe(true);
  });

  it.each(
    'loss valLoss val_loss falsePositives false_negatives meanSquaredError mae topLoss accuracyLoss precisionMeanSquaredError binaryCrossentropy hinge poisson klDivergence top'.split(
      ' ',
    ),
  )('the monitor %s is the better the smaller it is', (name) => {
    expect(new Monitor('test', name).better(0.5, 0.6)).toBe(true);
  });

  it('the monitor of every metric goes its way', () => {
    const shrink = Object.keys(metrics).filter((name) => new Monitor('test', name).better(0.5, 0.6));
    expect(shrink.join(' ')).toBe(
      'falsePositives falseNegatives meanSquaredError meanAbsoluteError rootMeanSquaredError meanAbsolutePercentageError meanSquaredLogarithmicError logCosh poisson hinge squaredHinge categoricalHinge klDivergence mse mae binaryCrossentropy categoricalCrossentropy sparseCategoricalCrossentropy',
    );
  });

  it('EarlyStopping waits patiently and brings back the best weights', async () => {
    const values = [3, 2, 2.5, 1.9, 2, 2.1, 1];
    expect((await course(callbacks.earlyStopping({ monitor: 'loss' }), 'loss', values)).epochs).toBe(3);
    const patient = callbacks.earlyStopping({ monitor: 'loss', patience: 2, restoreBestWeights: true });
    const { epochs, log } = await course(patient, 'loss', values);
    expect([epochs, patient.stoppedEpoch]).toEqual([6, 5]);
    expect(log).toEqual([[['epoch', { epoch: 3 }]]]);
    const demanding = callbacks.earlyStopping({ monitor: 'loss', patience: 2, minDelta: 0.5 });
    expect((await course(demanding, 'loss', values)).epochs).toBe(4);
    const accuracy = callbacks.earlyStopping({ monitor: 'valAccuracy', patience: 2 });
    expect((await course(accuracy, 'valAccuracy', [0.1, 0.2, 0.3, 0.2, 0.25, 0.9])).epochs).toBe(5);
    await expect(tinyModel().fit(x, y, { ...silent, callbacks: [callbacks.earlyStopping()] })).rejects.toThrow(
      /earlyStopping: there is no 'valLoss' to monitor; there are loss, accuracy, .*validation data/,
    );
  });

  it('EarlyStopping ends a real training', async () => {
    const stopping = callbacks.earlyStopping({ monitor: 'loss', minDelta: 1 });
    const history = await tinyModel().fit(x, y, { epochs: 9, ...silent, callbacks: [stopping] });
    expect(history.epochs).toHaveLength(2);
    expect(history.interrupted).toBe(false);
  });

  it('EarlyStopping ends a training that is resumed after it was stopped, and none that is asked for more', async () => {
    const options = { ...silent, validationData: [x, y] as const, batchSize: 4 };
    const stopping = () => callbacks.earlyStopping({ monitor: 'loss', minDelta: 1, restoreBestWeights: true });
    const model = tinyModel();
    const stopped = await model.fit(x, y, { ...options, epochs: 5, callbacks: [stopping()] });
    const best = await model.getWeights();
    const state = JSON.parse(JSON.stringify(model.trainingState)) as TrainingState;
    const resumeFrom = { ...state, callbacks: { earlyStopping: model.trainingState!.callbacks.earlyStopping } };
    const again = await model.fit(x, y, { ...options, epochs: 5, callbacks: [stopping()], resumeFrom });
    expect([stopped, again].map(({ epochs }) => epochs.length)).toEqual([2, 2]);
    expect(await model.getWeights()).toEqual(best);
    const more = await model.fit(x, y, { ...options, epochs: 6, callbacks: [stopping()], resumeFrom });
    expect(more.epochs).toHaveLength(3);
  });

  it('ReduceLROnPlateau reduces, cools down, and stops at the least rate', async () => {
    const flat = [1, 1, 1, 1, 1, 1, 1];
    const plateau = callbacks.reduceLROnPlateau({ monitor: 'loss', factor: 0.5, patience: 2, minLr: 0.2 });
    expect((await course(plateau, 'loss', flat)).rates).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25, 0.2]);
    const cooling = callbacks.reduceLROnPlateau({ monitor: 'loss', factor: 0.5, patience: 1, cooldown: 2 });
    expect((await course(cooling, 'loss', flat)).rates).toEqual([1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125]);
    const scheduled = tinyModel();
    const optimizer = optimizers.sgd({ learningRate: schedules.constant(0.1) });
    scheduled.compile({ optimizer, loss: 'sparseCategoricalCrossentropy' });
    const reduce = callbacks.reduceLROnPlateau({ monitor: 'loss', patience: 1, minDelta: 9 });
    await expect(scheduled.fit(x, y, { epochs: 3, ...silent, callbacks: [reduce] })).rejects.toThrow(
      /follows a schedule/,
    );
  });

  it('LearningRateScheduler sets the rate of every epoch', async () => {
    const scheduler = callbacks.learningRateScheduler((epoch, rate) => (epoch === 0 ? 0.5 : rate / 2));
    const model = tinyModel();
    const { history } = await model.fit(x, y, { epochs: 3, ...silent, callbacks: [scheduler] });
    expect(history.learningRate).toEqual([0.5, 0.25, 0.125]);
    expect(model.optimizer!.learningRate).toBe(0.125);
  });

  it('ModelCheckpoint writes files that can be loaded', async () => {
    const model = tinyModel();
    const best = callbacks.modelCheckpoint({
      filepath: join(folder, 'best.safetensors'),
      monitor: 'accuracy',
      saveBestOnly: true,
    });
    const each = callbacks.modelCheckpoint({
      filepath: join(folder, 'e{epoch:02d}-{loss:.1f}.safetensors'),
      saveWeightsOnly: true,
    });
    const history = await model.fit(x, y, { epochs: 2, ...silent, callbacks: [each, best] });
    history.epochs.forEach(({ loss }, i) =>
      expect(existsSync(join(folder, `e0${i + 1}-${loss.toFixed(1)}.safetensors`))).toBe(true),
    );
    const loaded = await loadModel(join(folder, 'best.safetensors'), { engine: 'reference' });
    const { accuracy } = history.history;
    expect(loaded.trainingState!.epoch).toBe(accuracy[1] > accuracy[0] ? 2 : 1);
    const unknown = callbacks.modelCheckpoint({ filepath: join(folder, '{nothing}.safetensors') });
    await expect(model.fit(x, y, { ...silent, callbacks: [unknown] })).rejects.toThrow(
      /names {nothing}; there are loss/,
    );
  });

  it('ModelCheckpoint writes Keras’s formats, and refuses at once what it could not write', async () => {
    const model = tinyModel();
    const whole = callbacks.modelCheckpoint({ filepath: join(folder, 'k{epoch}.keras') });
    const weights = callbacks.modelCheckpoint({ filepath: join(folder, 'k.weights.h5'), saveWeightsOnly: true });
    await model.fit(x, y, { ...silent, callbacks: [whole, weights] });
    const again = await importKeras(join(folder, 'k1.keras'));
    expect(await again.getWeights()).toEqual(await model.getWeights());
    const other = tinyModel();
    await loadKerasWeights(other, join(folder, 'k.weights.h5'));
    expect(await other.getWeights()).toEqual(await model.getWeights());
    for (const options of [
      { filepath: 'best' },
      { filepath: 'best.onnx' },
      { filepath: 'best.h5', saveWeightsOnly: true },
    ]) {
      expect(() => callbacks.modelCheckpoint(options)).toThrow(/modelCheckpoint: .*must end in/);
    }
    const resumable = callbacks.modelCheckpoint({ filepath: join(folder, 'o.keras'), optimizer: true });
    await expect(model.fit(x, y, { ...silent, callbacks: [resumable] })).rejects.toThrow(
      /without the state of the opt/,
    );
  });

  it('ModelCheckpoint can save by the clock: at the start, and where training is interrupted', async () => {
    const filepath = join(folder, 'last.safetensors');
    const saves: number[] = [];
    const model = tinyModel();
    const controller = new AbortController();
    const history = await model.fit(x, y, {
      epochs: 2,
      batchSize: 4,
      ...silent,
      signal: controller.signal,
      callbacks: [
        callbacks.modelCheckpoint({ filepath, saveFreq: { seconds: 3600 } }),
        {
          last: true,
          async onTrainBegin() {
            saves.push((await loadModel(filepath, { engine: 'reference' })).trainingState!.batch);
          },
          onTrainBatchEnd: (batch) => {
            if (batch === 1) controller.abort();
          },
        },
      ],
    });
    expect(history.interrupted).toBe(true);
    saves.push((await loadModel(filepath, { engine: 'reference' })).trainingState!.batch);
    expect(saves).toEqual([0, 2]);
    expect(() => callbacks.modelCheckpoint({ filepath, saveFreq: { seconds: 0 } })).toThrow(/or { seconds }/);
  });

  it('CSVLogger writes a row for each epoch, and goes on where training does', async () => {
    const path = join(folder, 'log.csv');
    const model = tinyModel();
    const options = { ...silent, callbacks: [callbacks.csvLogger({ filename: path })] };
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

  it('are asked before and after the batches of evaluate and predict, and of the validation within fit', async () => {
    const model = tinyModel();
    const calls: string[] = [];
    const note: Callback = {
      onTestBatchBegin: (batch) => void calls.push(`test ${batch}`),
      onTestBatchEnd: (batch, { loss }, { outputs: [{ shape }] }) =>
        void calls.push(`tested ${batch} ${Number.isFinite(loss)} ${shape[0]}`),
      onPredictBatchBegin: (batch) => void calls.push(`predict ${batch}`),
      onPredictBatchEnd: (batch, [{ shape }]) => void calls.push(`predicted ${batch} ${shape[0]}`),
    };
    const tested = ['test 0', 'tested 0 true 8', 'test 1', 'tested 1 true 4'];
    await model.evaluate(x, y, { batchSize: 8, callbacks: [note] });
    expect(calls.splice(0)).toEqual(tested);
    await model.fit(x, y, { ...silent, batchSize: 8, validationData: [x, y], callbacks: [note] });
    expect(calls.splice(0)).toEqual(tested);
    await model.predict(x, { batchSize: 8, callbacks: [note] });
    expect(calls).toEqual(['predict 0', 'predicted 0 8', 'predict 1', 'predicted 1 4']);
  });

  it('say what a method or an option is called now', async () => {
    const model = tinyModel();
    const old = { onBatchEnd: () => undefined } as Callback;
    await expect(model.fit(x, y, { ...silent, callbacks: [old] })).rejects.toThrow(/call it onTrainBatchEnd/);
    await expect(model.evaluate(x, y, { onTestBatchEnd: () => undefined } as object)).rejects.toThrow(
      /write callbacks: \[{ onTestBatchEnd }\]/,
    );
    expect(() => callbacks.reduceLROnPlateau({ minLearningRate: 0 } as object)).toThrow(/write minLr/);
    expect(() => callbacks.modelCheckpoint({ path: 'a' } as never)).toThrow(/write filepath/);
    expect(() => callbacks.csvLogger({ path: 'a' } as never)).toThrow(/write filename/);
  });

  it.each([40, 60, 80, 100, 200])('ProgressBar shows validation whole in %i columns', async (columns) => {
    let text = '';
    const terminal: Terminal = { interactive: true, columns, write: (part) => void (text += part) };
    const given = { epochs: 1, batchSize: 4, ...silent, validationData: [x, y] as [typeof x, typeof y] };
    await tinyModel().fit(x, y, { ...given, callbacks: [callbacks.progressBar({ terminal })] });
    const lines = text.split('\n').map((line) => line.replace(/^.*\r\u001b\[K/s, ''));
    const number = String.raw`\d\.\d{4}`;
    for (const name of ['loss', 'accuracy', 'valLoss', 'valAccuracy']) {
      expect(lines.join('\n')).toMatch(new RegExp(`(^|\\W)${name}: ${number}( |$)`, 'm'));
    }
    for (const line of lines) expect(line.length).toBeLessThan(columns);
    // One line where there is room for the numbers at all.
    expect(lines.length).toBe(columns >= 80 ? 3 : lines.length);
  });

  it('ProgressBar draws a bar on terminals and writes plain lines elsewhere', async () => {
    const written = async (interactive: boolean, epochs: number): Promise<string> => {
      let text = '';
      const terminal: Terminal = { interactive, columns: 100, write: (part) => void (text += part) };
      await tinyModel().fit(x, y, {
        epochs,
        batchSize: 4,
        ...silent,
        callbacks: [callbacks.progressBar({ terminal })],
      });
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
