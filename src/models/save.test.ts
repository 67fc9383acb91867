import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bands, float32Reference, tinyModel } from '../../test/fixtures/tinyModels.js';
import { input, Layer, layers, type LayerContext } from '../layers/index.js';
import type { Node, Variable } from '../graph/index.js';
import { operators } from '../ops/index.js';
import { StriateError, type Shape } from '../tensor/index.js';
import { decodeSafetensors } from '../tensor/safetensors.js';
import { losses, optimizers, schedules } from '../training/index.js';
import { callbacks, type EarlyStopping, type ReduceLROnPlateau } from '../fit/index.js';
import { importKeras, loadKerasWeights } from '../formats/index.js';
import { loadModel } from '../formats/loadModel.js';
import { model as functional, modelFromBytes, sequential, type Model } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'striate-save-'));
afterAll(() => rmSync(folder, { recursive: true }));
const silent = { verbose: 0 } as const;
const { x, y } = bands(30);

describe('save and load', () => {
  it('gives a model that predicts the same and goes on training the same', async () => {
    const engine = await float32Reference();
    const model = tinyModel([layers.batchNormalization(), layers.dropout({ rate: 0.2 })], engine);
    model.metadata.author = 'me';
    model.classNames = ['a', 'b', 'c'];
    await model.fit(x, y, { batchSize: 8, ...silent });
    const path = join(folder, 'tiny.safetensors');
    await model.save(path, { optimizer: true });
    expect(readdirSync(folder)).toEqual(['tiny.safetensors']);
    const loaded = await loadModel(path, { engine: await float32Reference() });
    expect(loaded.summary({ printFn: () => undefined })).toBe(model.summary({ printFn: () => undefined }));
    expect([loaded.metadata, loaded.classNames]).toEqual([{ author: 'me' }, ['a', 'b', 'c']]);
    expect(await loaded.getWeights()).toEqual(await model.getWeights());
    expect((await loaded.predict(x)).data).toEqual((await model.predict(x)).data);
    expect(await loaded.evaluate(x, y)).toEqual(await model.evaluate(x, y));
    await model.fit(x, y, { batchSize: 8, ...silent });
    await loaded.fit(x, y, { batchSize: 8, ...silent });
    expect(await loaded.getWeights()).toEqual(await model.getWeights());
  });

  it('keeps graphs of layers, shared layers and what compile was given', async () => {
    const a = input({ shape: [4], name: 'left' });
    const b = input({ shape: [4], name: 'right' });
    const shared = layers.dense({ units: 3, activation: 'relu' });
    const joined = layers.concatenate().apply(shared.apply(a), shared.apply(b));
    const outputs = ['first', 'second'].map((name) =>
      layers.dense({ units: 1, name, activation: 'sigmoid' }).apply(joined),
    );
    const model = functional({ inputs: [a, b], outputs, name: 'two', seed: 3 });
    model.compile({
      optimizer: optimizers.sgd({
        learningRate: schedules.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 }),
        momentum: 0.9,
      }),
      loss: { first: losses.binaryCrossentropy({ labelSmoothing: 0.1 }), second: 'meanSquaredError' },
      lossWeights: { second: 0.5 },
      metrics: { first: ['accuracy'] },
    });
    const loaded = await modelFromBytes(await model.toBytes(), { engine: 'reference' });
    expect(loaded.summary({ printFn: () => undefined })).toBe(model.summary({ printFn: () => undefined }));
    expect(loaded.optimizer?.config()).toEqual(model.optimizer?.config());
    const data = { left: x.reshape([270, 4]).slice(0, 6), right: x.reshape([270, 4]).slice(6, 12) };
    const targets = { first: [0, 1, 0, 1, 0, 1], second: [1, 1, 1, 0, 0, 0] };
    model.useEngine({ engine: 'reference' });
    const before = await model.evaluate(data, targets);
    expect(Object.keys(before)).toEqual(['loss', 'firstLoss', 'secondLoss', 'firstAccuracy']);
    expect(before.loss).toBeCloseTo(before.firstLoss + 0.5 * before.secondLoss, 6);
    expect(await loaded.evaluate(data, targets)).toEqual(before);
  });

  it("keeps the optimizer's schedule, and the place in it", async () => {
    const then = schedules.oneCycle({ maxLearningRate: 0.05, totalSteps: 12, annealing: 'linear' });
    for (const learningRate of [then, schedules.linearWarmup({ warmupSteps: 3, then })]) {
      const model = tinyModel();
      model.compile({ optimizer: optimizers.adam({ learningRate }), loss: 'sparseCategoricalCrossentropy' });
      model.useEngine({ engine: await float32Reference() });
      await model.fit(x, y, { batchSize: 8, ...silent });
      const path = join(folder, 'scheduled.safetensors');
      await model.save(path, { optimizer: true });
      const loaded = await loadModel(path, { engine: await float32Reference() });
      expect(loaded.optimizer?.config()).toEqual(model.optimizer?.config());
      await loaded.fit(x, y, { epochs: 2, batchSize: 8, resumeFrom: path, ...silent });
      expect(loaded.optimizer?.learningRate).toBe(learningRate(loaded.iterations));
      await model.fit(x, y, { epochs: 2, batchSize: 8, resumeFrom: path, ...silent });
      expect(await loaded.getWeights()).toEqual(await model.getWeights());
    }
  });

  it('keeps layers of the user where their classes are handed in', async () => {
    const model = sequential([new Scale({ inputShape: [3] })]);
    model.useEngine({ engine: 'reference' });
    const [kernel] = (await model.getWeights()).keys();
    await model.setWeights(new Map([[kernel, x.reshape([1080]).slice(0, 3)]]));
    const bytes = await model.toBytes();
    await expect(modelFromBytes(bytes)).rejects.toThrow(/Scale/);
    const loaded = await modelFromBytes(bytes, { customLayers: { Scale }, engine: 'reference' });
    expect((await loaded.predict(x.reshape([360, 3]))).data).toEqual((await model.predict(x.reshape([360, 3]))).data);
  });

  it('reads weights alone, and refuses those of another model', async () => {
    const model = tinyModel();
    const path = join(folder, 'weights.safetensors');
    await model.saveWeights(path);
    const other = tinyModel();
    await other.fit(x, y, silent);
    await other.loadWeights(path);
    expect(await other.getWeights()).toEqual(await model.getWeights());
    await expect(loadModel(path)).rejects.toThrow(/weights.safetensors: holds weights but no model/);
    const bigger = sequential([layers.dense({ units: 3, inputShape: [2] })]);
    await expect(bigger.loadWeights(path)).rejects.toThrow(
      /weights.safetensors: 2 tensors are left over: conv2d\/kernel, conv2d\/bias; .* \[16, 3\]/,
    );
  });

  it('writes Keras’s formats where the file’s name says so', async () => {
    const model = tinyModel([layers.batchNormalization()]);
    for (const name of ['tiny.keras', 'tiny.h5', 'TINY.HDF5']) {
      await model.save(join(folder, name));
      const again = await importKeras(join(folder, name));
      expect(again.constructor).toBe(model.constructor);
      expect(await again.getWeights()).toEqual(await model.getWeights());
    }
    await model.saveWeights(join(folder, 'tiny.weights.h5'));
    const other = tinyModel([layers.batchNormalization()]);
    await loadKerasWeights(other, join(folder, 'tiny.weights.h5'));
    expect(await other.getWeights()).toEqual(await model.getWeights());
  });

  it('says what to call where a file’s name says another format, and writes nothing', async () => {
    const model = tinyModel();
    const refusals = [
      [model.save('x'), /save: the file's name says the format: it must end in .*\.keras/],
      [model.save('x.onnx'), /exportOnnx\(model, 'model\.onnx'\)/],
      [model.save('site/model.json'), /exportTfjs/],
      [model.save('x.pth'), /saveWeights\('weights\.safetensors', { format: 'pytorch' }\)/],
      [model.save('x.keras', { optimizer: true }), /without the state of the optimizer/],
      [model.saveWeights('x.h5'), /must end in \.safetensors or \.weights\.h5/],
      [model.saveWeights('x.weights.h5', { format: 'pytorch' }), /Keras's names and layouts/],
    ] as const;
    for (const [attempt, message] of refusals) await expect(attempt).rejects.toThrow(message);
  });

  it('says in one line what is wrong with a file', async () => {
    const model = tinyModel();
    await expect(model.save(join(folder, 'nowhere', 'x.safetensors'))).rejects.toThrow(
      /cannot write .*no such file or folder/,
    );
    mkdirSync(join(folder, 'taken.safetensors'));
    await expect(model.save(join(folder, 'taken.safetensors'))).rejects.toThrow(/it is a folder/);
    await expect(loadModel(join(folder, 'missing'))).rejects.toThrow(/cannot read .*no such file/);
    const path = join(folder, 'cut.safetensors');
    const bytes = await model.toBytes();
    writeFileSync(path, bytes.subarray(0, bytes.length - 1));
    const error = await loadModel(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StriateError);
    expect((error as StriateError).message).toMatch(
      /cut.safetensors: not a sound safetensors file: it is cut off inside tensor/,
    );
    const other = await loadModelBytes(bytes, (metadata) => ({ ...metadata, model: '{"layers":3}' })).catch(
      (e: unknown) => e,
    );
    expect((other as Error).message).toMatch(/configuration is damaged/);
  });
});

describe('resume', () => {
  const make = async (): Promise<Model> =>
    tinyModel([layers.batchNormalization(), layers.dropout({ rate: 0.2 })], await float32Reference());
  const watching = (): (ReduceLROnPlateau | EarlyStopping)[] => [
    callbacks.reduceLROnPlateau({ monitor: 'loss', patience: 1, minDelta: 1 }),
    callbacks.earlyStopping({ monitor: 'valLoss', patience: 10, restoreBestWeights: true }),
  ];
  const options = { epochs: 4, batchSize: 8, validationSplit: 0.2, ...silent } as const;

  it.each([1, 2, 3, 5, 8])('gives the same weights to the bit after an interruption at step %i', async (at) => {
    const whole = await make();
    const expected = await whole.fit(x, y, { ...options, callbacks: watching() });
    const first = await make();
    const stop = new AbortController();
    const interrupted = await first.fit(x, y, {
      ...options,
      signal: stop.signal,
      callbacks: [
        ...watching(),
        {
          onTrainBatchEnd(_batch, _logs, { model }) {
            if (model.iterations === at) stop.abort();
          },
        },
      ],
    });
    expect(interrupted.interrupted).toBe(true);
    expect(first.iterations).toBe(at);
    const path = join(folder, `step${at}.safetensors`);
    await first.save(path, { optimizer: true });
    const second = await loadModel(path, { engine: await float32Reference() });
    const history = await second.fit(x, y, { ...options, callbacks: watching(), resumeFrom: path });
    expect(await second.getWeights()).toEqual(await whole.getWeights());
    expect(second.iterations).toBe(whole.iterations);
    const values = ({ epochs }: typeof history): object[] => epochs.map(({ seconds: _, ...rest }) => rest);
    expect(values(history)).toEqual(values(expected));
  });

  it('knows what the callbacks of earlier versions kept under other names', async () => {
    const model = await make();
    const kept = { name: 'runCheckpoints', state: () => ({ values: { best: 0.75 } }) };
    await model.fit(x, y, { ...options, epochs: 1, callbacks: [kept] });
    const restored = await loadModelBytes(await model.toBytes({ optimizer: true }), (metadata) => metadata);
    expect(restored.trainingState!.callbacks).toEqual({ modelCheckpoint: { values: { best: 0.75 } } });
  });

  it('goes on in the same process, too, and adds epochs to a training that is done', async () => {
    const whole = await make();
    await whole.fit(x, y, options);
    const parts = await make();
    await parts.fit(x, y, { ...options, epochs: 2 });
    const history = await parts.fit(x, y, { ...options, resumeFrom: parts.trainingState! });
    expect(history.epochs).toHaveLength(4);
    expect(await parts.getWeights()).toEqual(await whole.getWeights());
  });

  it('refuses other data and files without a state', async () => {
    const model = await make();
    await model.fit(x, y, { ...options, epochs: 1 });
    const resumeFrom = model.trainingState!;
    await expect(model.fit(x, y, { ...options, batchSize: 4, resumeFrom })).rejects.toThrow(/batch size 8; received 4/);
    await expect(model.fit(x.slice(1), y.subarray(1), { ...options, resumeFrom })).rejects.toThrow(
      /examples of 24; received 23/,
    );
    const path = join(folder, 'plain.safetensors');
    await model.save(path);
    await expect(model.fit(x, y, { ...options, resumeFrom: path })).rejects.toThrow(/holds no state of training/);
    expect(decodeSafetensors(readFileSync(path)).tensors.has('adam/dense/kernel/m')).toBe(false);
  });
});

class Scale extends Layer {
  readonly className = 'Scale';
  private factor!: Variable;

  protected override build([shape]: readonly Shape[]): void {
    const ones = { className: 'Ones', config: () => ({}), fill: (values: Float32Array) => void values.fill(1) };
    this.factor = this.addWeight('factor', [shape[shape.length - 1]], ones);
  }

  call({ graph }: LayerContext, [value]: readonly Node[]): Node {
    return graph.scope(this.name, () => operators.mul(value, this.factor));
  }

  outputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }

  override config(): Record<string, unknown> {
    return this.inputShape ? { inputShape: this.inputShape } : {};
  }
}

/** The same file with other metadata. */
async function loadModelBytes(
  bytes: Uint8Array,
  change: (metadata: Record<string, string>) => Record<string, string>,
): Promise<Model> {
  const { encodeSafetensors } = await import('../tensor/safetensors.js');
  const { tensors, metadata } = decodeSafetensors(bytes);
  return modelFromBytes(encodeSafetensors(tensors, change(metadata)));
}
