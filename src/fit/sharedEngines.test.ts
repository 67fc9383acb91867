import { afterEach, describe, expect, it } from 'vitest';
import { EngineMemoryError } from '../tensor/error.js';
import type { Engine } from '../engine/contract.js';
import { openEngine } from '../engine/engines.js';
import { shareEngine } from '../engine/sharedEngines.js';
import type { Graph } from '../graph/index.js';
import { layers, sequential, tensor, type Model, Random } from '../index.js';

const made: Model[] = [];
afterEach(async () => {
  for (const model of made.splice(0)) await model.dispose();
});

function small(seed: number, threads?: number): Model {
  const model = sequential({
    seed,
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 1] }),
      layers.flatten(),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', threads });
  made.push(model);
  return model;
}

const random = new Random(1);
const x = tensor(
  Float32Array.from({ length: 24 * 64 }, () => random.uniform()),
  [24, 8, 8, 1],
);
const y = Int32Array.from({ length: 24 }, (_, i) => i % 3);

async function trained(model: Model): Promise<number[][]> {
  await model.fit(x, y, { epochs: 3, batchSize: 8, verbose: 0 });
  return [...(await model.getWeights()).values()].map(({ data }) => [...data]);
}

const engineOf = (model: Model): Promise<Engine> => model.store.engine();

describe('models of one process', () => {
  it('share an engine where they ask for the same, which ends with the last of them', async () => {
    const [first, second, other] = [small(1), small(2), small(3, 1)];
    const engine = await engineOf(first);
    expect(await engineOf(second)).toBe(engine);
    expect(await engineOf(other)).not.toBe(engine);
    await first.predict(x);
    await first.dispose();
    expect(engine.failed).toBe(false);
    await second.predict(x);
    await second.dispose();
    expect(engine.failed).toBe(true);
    expect((await second.predict(x)).shape).toEqual([24, 3]);
    expect(await engineOf(second)).not.toBe(engine);
  });

  it('compute the same at the same time as one after another, to the bit', async () => {
    const alone: number[][][] = [];
    for (const seed of [1, 2, 3]) {
      const model = small(seed);
      alone.push(await trained(model));
      await model.dispose();
    }
    expect(await Promise.all([1, 2, 3].map((seed) => trained(small(seed))))).toEqual(alone);
  });

  it('do not disturb each other where one leaves while its run is under way', async () => {
    const expected = await trained(small(7));
    const training = trained(small(7));
    for (let i = 0; i < 6; i++) {
      const leaving = small(20 + i);
      const prediction = leaving.predict(x);
      await leaving.dispose();
      await prediction.catch(() => undefined);
    }
    expect(await training).toEqual(expected);
  });

  it('are given another engine when the one they would share failed', async () => {
    const first = small(1);
    const engine = await engineOf(first);
    await engine.close();
    const second = small(2);
    expect(await engineOf(second)).not.toBe(engine);
    expect((await second.predict(x)).shape).toEqual([24, 3]);
    await expect(first.predict(x)).rejects.toThrow('it was closed');
    // Its weights are lost with the engine: it cannot be disposed of either.
    made.splice(made.indexOf(first), 1);
  });

  it('move, weights and all, to an engine with room when the shared one is full', async () => {
    const [first, second] = [small(1), small(2)];
    await first.fit(x, y, { batchSize: 8, verbose: 0 });
    await second.fit(x, y, { batchSize: 8, verbose: 0 });
    const engine = await engineOf(first);
    const [before, answers] = [await second.getWeights(), await second.predict(x, { batchSize: 8 })];
    const full = new Error('never thrown');
    const compile = engine.compile.bind(engine);
    engine.compile = (graph: Graph) => {
      expect(graph).toBeDefined();
      throw new EngineMemoryError({ where: 'wasm engine', rule: 'is full' }, { cause: full });
    };
    expect(await second.predict(x, { batchSize: 8 })).toEqual(answers);
    expect(await second.predict(x, { batchSize: 6 })).toEqual(answers);
    engine.compile = compile;
    expect(await engineOf(second)).not.toBe(engine);
    expect(await second.getWeights()).toEqual(before);
    // Those who come later use the new one; who is on the old one stays.
    expect(await engineOf(small(3))).toBe(await engineOf(second));
    expect(await engineOf(first)).toBe(engine);
    await first.fit(x, y, { batchSize: 8, verbose: 0 });
    await second.fit(x, y, { batchSize: 8, verbose: 0 });
  });

  it('are told that memory is short where a model is alone on its engine', async () => {
    const model = small(1, 3);
    const engine = await engineOf(model);
    engine.compile = () => {
      throw new EngineMemoryError({ where: 'wasm engine', rule: 'is full' });
    };
    await expect(model.predict(x)).rejects.toThrow('wasm engine: is full');
    expect(await engineOf(model)).toBe(engine);
  });
});

describe('a share of an engine', () => {
  it('is opened once, also by two who ask at once, and ended once', async () => {
    const [one, two] = await Promise.all([shareEngine('reference', {}), shareEngine('reference', {})]);
    expect(one.engine).toBe(two.engine);
    expect(one.alone).toBe(false);
    await one.end();
    await one.end();
    expect(two.alone).toBe(true);
    expect(two.engine.failed).toBe(false);
    await two.end();
    expect(two.engine.failed).toBe(true);
  });

  it('is not what openEngine gives', async () => {
    const share = await shareEngine('reference', {});
    const own = await openEngine('reference');
    expect(own).not.toBe(share.engine);
    await Promise.all([share.end(), own.close()]);
  });

  it('fails for everyone who asks where it cannot be opened', async () => {
    await expect(shareEngine('cuda', {})).rejects.toThrow('there is none of that name');
    await expect(shareEngine('cuda', {})).rejects.toThrow('there is none of that name');
  });
});
