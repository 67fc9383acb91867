import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Callback } from '../index.js';
import { input, layers } from '../layers/index.js';
import { operators } from '../ops/index.js';
import { sizeOf, Tensor } from '../tensor/index.js';
import { losses, metrics, type Loss, type Metric, type MetricName } from '../training/index.js';
import { model as functional, modelFromBytes, sequential, type Model } from './index.js';

interface Data {
  readonly y: number[];
  readonly p: number[];
  readonly shape: number[];
}

// test/fixtures/training/metrics.py wrote it, with Keras and scikit-learn.
const fixture = JSON.parse(
  readFileSync(new URL('../../test/fixtures/training/metrics.json', import.meta.url), 'utf8'),
) as {
  readonly data: Readonly<Record<string, Data>>;
  readonly cases: readonly { data: string; metric: MetricName; options: Record<string, unknown>; value: number }[];
};

const lossOf: Readonly<Record<string, Loss>> = {
  binary: losses.binaryCrossentropy({ fromLogits: false }),
  multi: losses.binaryCrossentropy({ fromLogits: false }),
  oneHot: losses.categoricalCrossentropy({ fromLogits: false }),
  classes: losses.sparseCategoricalCrossentropy({ fromLogits: false }),
  multiMasks: losses.binaryCrossentropy({ fromLogits: false }),
  oneHotMasks: losses.categoricalCrossentropy({ fromLogits: false }),
  masks: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
};

function identity(shape: readonly number[], loss: Loss, chosen: readonly Metric[]): Model {
  const model = sequential([layers.activation({ activation: 'linear', inputShape: shape })]);
  model.compile({ optimizer: 'sgd', loss, metrics: chosen, threads: 1 });
  return model;
}

const make = (name: MetricName, options: object): Metric => (metrics[name] as (options: object) => Metric)(options);

describe("metrics give Keras's and scikit-learn's numbers", () => {
  for (const [name, { y, p, shape }] of Object.entries(fixture.data)) {
    const cases = fixture.cases.filter(({ data }) => data === name);
    const loss = lossOf[name];
    const examples = p.length / sizeOf(shape);
    const x = new Tensor('float32', [examples, ...shape], Float32Array.from(p));
    const own = loss.targets === 'classes' ? shape.slice(0, -1) : shape;
    const target =
      loss.targets === 'classes'
        ? new Tensor('int32', [examples, ...own], Int32Array.from(y))
        : new Tensor('float32', [examples, ...own], Float32Array.from(y));
    const callbacks: Callback[] = [{ onTestBatchEnd: () => undefined }];
    for (const options of [{ batchSize: 10 }, { batchSize: 3 }, { batchSize: 10, callbacks }]) {
      const how = `${name}, batches of ${options.batchSize}${options.callbacks ? ', seen by a callback' : ''}`;
      it(`${how}: ${cases.length} metrics`, async () => {
        const chosen = cases.map((one, i) => make(one.metric, { ...one.options, name: `m${i}` }));
        const result = await identity(shape, loss, chosen).evaluate(x, target, options);
        for (const [i, { metric, options, value }] of cases.entries()) {
          const label = `${metric} ${JSON.stringify(options)}`;
          expect([label, result[`m${i}`]]).toEqual([label, expect.closeTo(value, 5)]);
        }
      });
    }
  }
});

const [classes, perClass, pixels] = [3, 20, 5];
const x = new Tensor(
  'float32',
  [classes * perClass, pixels],
  Float32Array.from({ length: classes * perClass * pixels }, (_, i) => Math.sin(i * 1.7) + (i % classes) * 0.1),
);
const labels = Int32Array.from({ length: classes * perClass }, (_, i) => (i * i) % classes);

function classifier(chosen: readonly (Metric | MetricName | 'accuracy' | (() => Metric))[], loss?: Loss): Model {
  const model = sequential({ layers: [layers.dense({ units: classes, inputShape: [pixels] })], seed: 4 });
  const options = { optimizer: 'adam', loss: loss ?? 'sparseCategoricalCrossentropy', threads: 1 } as const;
  model.compile({ ...options, metrics: chosen as Metric[] });
  return model;
}

const several = ['accuracy', metrics.f1Score, metrics.auc({ numThresholds: 20 }), metrics.cohenKappa()] as const;

describe('metrics in a training', () => {
  it('are in history, validation and evaluation, and are those of the whole set', async () => {
    const model = classifier(several);
    const y = new Tensor('int32', [labels.length], labels);
    const fit = { epochs: 2, batchSize: 7, verbose: 0, validationData: [x, y] } as const;
    const { history, epochs } = await model.fit(x, y, fit);
    expect(Object.keys(history)).toEqual(
      expect.arrayContaining(['f1Score', 'auc', 'cohenKappa', 'valF1Score', 'valAuc', 'valCohenKappa']),
    );
    const whole = await model.evaluate(x, y, { batchSize: 60 });
    for (const name of ['accuracy', 'f1Score', 'auc', 'cohenKappa']) {
      expect(epochs[1][`val${name.charAt(0).toUpperCase()}${name.slice(1)}`]).toBeCloseTo(whole[name], 6);
    }
  });

  it('go on to the bit where a training is interrupted within an epoch', async () => {
    const y = new Tensor('int32', [labels.length], labels);
    const options = { epochs: 2, batchSize: 7, verbose: 0 } as const;
    const straight = await classifier(several).fit(x, y, options);
    const stopped = classifier(several);
    const controller = new AbortController();
    const stop: Callback = { onTrainBatchEnd: (batch) => (batch === 3 ? controller.abort() : undefined) };
    await stopped.fit(x, y, { ...options, signal: controller.signal, callbacks: [stop] });
    const bytes = await stopped.toBytes({ optimizer: true });
    const restored = await modelFromBytes(bytes, { threads: 1 });
    const state = restored.trainingState!;
    expect(state.sums.sums.auc).toHaveLength(classes * 2 * 19);
    const resumed = await restored.fit(x, y, { ...options, resumeFrom: state });
    const values = (epochs: readonly object[]): object[] => epochs.map((epoch) => ({ ...epoch, seconds: 0 }));
    expect(values(resumed.epochs)).toEqual(values(straight.epochs));
  });

  it('are saved with their options and loaded again', async () => {
    const chosen = [
      metrics.auc({ curve: 'PR', name: 'prAuc' }),
      metrics.precision({ average: 'weighted' }),
      'recall',
    ] as const;
    const model = classifier(chosen);
    const y = new Tensor('int32', [labels.length], labels);
    const before = await model.evaluate(x, y);
    expect(Object.keys(before)).toEqual(['loss', 'prAuc', 'precision', 'recall']);
    expect(await (await modelFromBytes(await model.toBytes(), { threads: 1 })).evaluate(x, y)).toEqual(before);
  });

  it('of several outputs carry their names', async () => {
    const start = input({ shape: [pixels] });
    const [a, b] = ['a', 'b'].map((name) => layers.dense({ units: classes, name }).apply(start));
    const model = functional({ inputs: [start], outputs: [a, b] });
    const loss = 'sparseCategoricalCrossentropy';
    model.compile({ loss: { a: loss, b: loss }, metrics: { a: ['f1Score'], b: ['meanIoU'] }, threads: 1 });
    const y = new Tensor('int32', [labels.length], labels);
    expect(Object.keys(await model.evaluate(x, { a: y, b: y }))).toEqual([
      'loss',
      'aLoss',
      'bLoss',
      'aF1Score',
      'bMeanIoU',
    ]);
  });
});

describe('metrics of your own', () => {
  const y = new Tensor('int32', [labels.length], labels);
  const largest: Metric = {
    name: 'largest',
    emit: (prediction) => operators.reduceMax(prediction, { axes: [1], keepDims: true }),
    result: ([sum], examples) => sum / examples,
  };

  it('are saved by name, and have to be given again', async () => {
    const model = classifier([largest]);
    const before = await model.evaluate(x, y);
    const bytes = await model.toBytes();
    const alone = await modelFromBytes(bytes, { threads: 1 });
    await expect(alone.evaluate(x, y)).rejects.toThrow(
      /saved with the metric 'largest' of your own: give it as customMetrics/,
    );
    expect((await alone.predict(x)).shape).toEqual([60, 3]);
    const again = await modelFromBytes(bytes, { threads: 1, customMetrics: { largest } });
    expect(await again.evaluate(x, y)).toEqual(before);
  });

  it('must give a number for each example', async () => {
    const wrong: Metric = { name: 'wrong', emit: (prediction) => prediction };
    await expect(classifier([wrong]).evaluate(x, y)).rejects.toThrow(
      "metric 'wrong': emit must give [32], a number for each example; received [32, 3]",
    );
  });

  it('unknown names and options are refused', () => {
    expect(() => classifier(['f2Score' as MetricName])).toThrow(
      /there is no metric 'f2Score'; did you mean f1Score\?; use one of accuracy, /,
    );
    expect(() => metrics.precision({ thresholds: 0.5 } as object)).toThrow(
      /precision: there is no option 'thresholds'/,
    );
    expect(() => metrics.auc({ curve: 'PRC' as 'PR' })).toThrow(/auc: curve must be ROC or PR/);
    expect(() => classifier([metrics.auc(), metrics.auc({ curve: 'PR' })])).toThrow(/'auc' is asked for twice/);
  });

  it('weights of labels must be as many as labels that have curves of their own', async () => {
    const few = classifier([metrics.auc({ labelWeights: [1, 2] })]);
    await expect(few.evaluate(x, y)).rejects.toThrow(/'auc': needs 3 labelWeights, one an output; received 2/);
    const one = classifier([metrics.auc({ multiLabel: false, labelWeights: [1, 2, 3] })]);
    await expect(one.evaluate(x, y)).rejects.toThrow(/labelWeights need multiLabel: true/);
  });
});
