import { describe, expect, it } from 'vitest';
import { bands } from '../../test/fixtures/tinyModels.js';
import { input, layers } from '../layers/index.js';
import { losses, optimizers } from '../training/index.js';
import { trainingGraph } from '../fit/trainingGraph.js';
import { model, modelFromBytes, type Model } from './index.js';
import { checkedCompileOptions } from '../fit/compileOptions.js';
import { objectiveFor } from '../fit/objective.js';

const { x, y } = bands(12);
const silent = { verbose: 0, batchSize: 12, shuffle: false } as const;

/** A classifier of 6×6 pictures with an auxiliary one, which has a batch normalisation of its own. */
function branched(weight: number | undefined): Model {
  const picture = input({ shape: [6, 6, 1] });
  const shared = layers.conv2d({ name: 'shared', filters: 3, kernelSize: 3, activation: 'relu' }).apply(picture);
  const flat = layers.flatten({ name: 'flat' }).apply(shared);
  const scores = layers.dense({ name: 'main', units: 3 }).apply(flat);
  const normed = layers.batchNormalization({ name: 'aux.norm' }).apply(flat);
  const output = layers.dense({ name: 'aux.fc', units: 3, kernelRegularizer: 'l2' }).apply(normed);
  return model({
    inputs: picture,
    outputs: scores,
    seed: 5,
    ...(weight !== undefined && { auxiliaries: [{ output, weight }] }),
  });
}

const compiled = (net: Model, metrics: readonly 'accuracy'[] = []): Model => {
  const optimizer = optimizers.sgd({ learningRate: 0.1 });
  net.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics, engine: 'reference' });
  return net;
};

describe('auxiliary classifiers', () => {
  it('are part of layers, weights and counts, but not of outputs and predictions', async () => {
    const [plain, net] = [branched(undefined), branched(0.3)];
    expect(net.layers.map(({ name }) => name)).toEqual(['shared', 'flat', 'main', 'aux.norm', 'aux.fc']);
    expect(net.topology.outputNames).toEqual(['main']);
    const extra = 2 * 48 + 48 * 3 + 3;
    expect(net.parameterCounts().parameters).toBe(plain.parameterCounts().parameters + extra);
    expect([...(await net.getWeights()).keys()]).toContain('aux.fc/kernel');
    const [own, others] = [net.summarize(), plain.summarize()];
    expect([own.flops, own.multiplyAdds]).toEqual([others.flops, others.multiplyAdds]);
    expect(own.layers.map(({ flops }) => flops > 0)).toEqual([true, false, true, false, false]);
    expect(net.summary({ printFn: () => undefined })).toContain('aux.fc (Dense)');
    // The same seed and names: the same starting weights.
    expect(await compiled(net).predict(x)).toEqual(await compiled(plain).predict(x));
  });

  it('count their share of the loss in training, and nothing in evaluation', async () => {
    const alone = compiled(branched(undefined));
    const { loss: main } = await alone.evaluate(x, y);
    // What the auxiliary classifier's own loss is, with the batch's statistics: twice as much weight, twice as much of it.
    const first = async (weight: number): Promise<number> => {
      const net = compiled(branched(weight));
      const penalty = (await net.getWeights()).get('aux.fc/kernel')!.data.reduce((sum, w) => sum + 0.01 * w * w, 0);
      const { history } = await net.fit(x, y, silent);
      return history.loss[0] - penalty;
    };
    const [none, once, twice] = [await first(0), await first(0.3), await first(0.6)];
    expect(none).toBeCloseTo(main, 5);
    expect(once).toBeGreaterThan(main + 0.05);
    expect(twice - main).toBeCloseTo(2 * (once - main), 5);
    expect((await compiled(branched(0.3)).evaluate(x, y)).loss).toBeCloseTo(main, 6);
  });

  it('are trained, and their running statistics move in training alone', async () => {
    const net = compiled(branched(0.3), ['accuracy']);
    const start = await net.getWeights();
    await net.predict(x);
    await net.evaluate(x, y);
    expect(await net.getWeights()).toEqual(start);
    const { history } = await net.fit(x, y, { ...silent, epochs: 3 });
    const end = await net.getWeights();
    for (const name of ['aux.fc/kernel', 'aux.norm/movingMean', 'shared/kernel']) {
      expect(end.get(name)!.data, name).not.toEqual(start.get(name)!.data);
    }
    expect(history.loss[2]).toBeLessThan(history.loss[0]);
    expect(Object.keys(history)).toContain('accuracy');
  });

  it('survive saving and loading: training goes on as it would have', async () => {
    const net = compiled(branched(0.3));
    const again = await modelFromBytes(await net.toBytes(), { engine: 'reference' });
    expect(again.topology.auxiliaries.map(({ weight }) => weight)).toEqual([0.3]);
    const ours = await net.fit(x, y, { ...silent, epochs: 2 });
    const theirs = await again.fit(x, y, { ...silent, epochs: 2 });
    expect(theirs.history.loss).toEqual(ours.history.loss);
    expect(await again.getWeights()).toEqual(await net.getWeights());
  });

  it('are left out of a model that is built into another, and of graphs without a training step', () => {
    const net = branched(0.3);
    const picture = input({ shape: [6, 6, 1] });
    expect(model({ inputs: picture, outputs: net.apply(picture) }).layers).toHaveLength(3);
    const { options, optimizer } = checkedCompileOptions({ loss: losses.sparseCategoricalCrossentropy() });
    const graph = trainingGraph(net.topology, objectiveFor(net.topology, options), optimizer, 2, false);
    expect(graph.nodes.some(({ name }) => name === 'aux.fc')).toBe(true);
  });

  it('must have the shape of the first output', () => {
    const picture = input({ shape: [4] });
    const dense = (units: number): ReturnType<typeof layers.dense> => layers.dense({ units });
    const build = (units: number, weight: number): Model =>
      model({
        inputs: picture,
        outputs: dense(3).apply(picture),
        auxiliaries: [{ output: dense(units).apply(picture), weight }],
      });
    expect(() => build(2, 0.3)).toThrow(/auxiliary output .* must have its shape \[3\]; received \[2\]/);
    expect(() => build(3, NaN)).toThrow(/auxiliary output's weight must be a finite number; received NaN/);
  });
});
