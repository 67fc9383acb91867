import { describe, expect, it } from 'vitest';
import type { DataPass, DataSet } from '../data/dataSet.js';
import { input, layers } from '../layers/index.js';
import { model, type Model } from '../models/index.js';
import { Random } from '../tensor/index.js';
import type { FitOptions } from './fitOptions.js';

const size = 14;

/** Pictures of 8 × 8 with two targets, brighter or darker in every pass. */
function changing(varies: boolean): DataSet & { readonly fetched: () => number } {
  let fetched = 0;
  const noise = Float32Array.from({ length: size * 64 }, (_, i) => new Random([i]).uniform());
  return {
    ...{ name: 'changing', size, varies, inputShape: [8, 8, 1], classNames: [] },
    fetched: () => fetched,
    fill: () => expect.fail('it has two targets'),
    fillNamedTargets(indices, x, targets, pass?: DataPass) {
      fetched += indices.length;
      Array.from(indices, (index, k) => {
        const gain = pass && varies ? new Random([pass.seed, pass.epoch, index]).uniform(0.5, 1.5) : 1;
        for (let i = 0; i < 64; i++) x[64 * k + i] = gain * noise[64 * index + i];
        targets.kind[k] = index % 2;
        // Of what the pass made of it, too.
        if ('bright' in targets) targets.bright[k] = gain;
      });
    },
  };
}

/** Two convolutions that are frozen, of both of which maps go on, into two heads. */
function twoHeads(): Model {
  const x = input({ shape: [8, 8, 1] });
  const fine = layers.conv2d({ name: 'fine', filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' }).apply(x);
  const coarse = layers
    .conv2d({ name: 'coarse', filters: 4, kernelSize: 3, strides: 2, activation: 'relu' })
    .apply(fine);
  const means = layers.globalAveragePooling2d();
  const seen = layers.conv2d({ name: 'seen', filters: 5, kernelSize: 3, strides: 2, activation: 'relu' }).apply(fine);
  const both = layers.concatenate().apply(means.apply(coarse), layers.globalAveragePooling2d().apply(seen));
  const kind = layers.dense({ name: 'kind', units: 2 }).apply(both);
  const bright = layers.dense({ name: 'bright', units: 1 }).apply(layers.flatten().apply(coarse));
  const net = model({ inputs: x, outputs: [kind, bright], seed: 4 });
  net.freeze();
  for (const name of ['seen', 'kind', 'bright']) net.getLayer(name).trainable = true;
  const loss = { kind: 'sparseCategoricalCrossentropy', bright: 'meanSquaredError' } as const;
  net.compile({ optimizer: 'adam', loss });
  return net;
}

async function weightsOf(net: Model): Promise<number[]> {
  return [...(await net.getWeights())].flatMap(([, { data }]) => [...data]);
}

const options = { epochs: 5, batchSize: 4, seed: 1, verbose: 0 } as const;

async function trained(net: Model, data: DataSet, more: FitOptions): Promise<{ losses: number[]; weights: number[] }> {
  const { history } = await net.fit(data, { ...options, validationData: data, ...more });
  return { losses: [...history.loss, ...history.valLoss], weights: await weightsOf(net) };
}

describe('features that frozen layers give once', () => {
  it.each([
    ['of pictures that stay the same', false, {}, size],
    ['of as many changes as there are epochs', true, { views: 5 }, 5 * size],
  ])('may be several maps: training is the same as without, %s', async (_, varies, views, fetched) => {
    const [plain, kept] = [changing(varies), changing(varies)];
    const without = await trained(twoHeads(), plain, {});
    const withThem = await trained(twoHeads(), kept, { cacheFeatures: true, ...views });
    without.losses.forEach((loss, i) => expect(withThem.losses[i]).toBeCloseTo(loss, 5));
    without.weights.forEach((value, i) => expect(Math.abs(withThem.weights[i] - value)).toBeLessThan(1e-5));
    // Those of validation are as they are, once.
    expect([plain.fetched(), kept.fetched()]).toEqual([10 * size, fetched + size]);
  });

  it('are taken in turn where there are fewer views than epochs, and resumed to the bit', async () => {
    const data = changing(true);
    const auto = { cacheFeatures: 'auto', views: 2 } as const;
    const { weights } = await trained(twoHeads(), data, auto);
    expect(data.fetched()).toBe(3 * size);
    const net = twoHeads();
    const stop = new AbortController();
    let steps = 0;
    const callbacks = [{ onTrainBatchEnd: () => (++steps === 6 ? stop.abort() : undefined) }];
    await trained(net, changing(true), { ...auto, callbacks, signal: stop.signal });
    // What was kept is gone, as in another process.
    const rest = await trained(net, changing(true), { ...auto, resumeFrom: net.trainingState! });
    expect(rest.weights).toEqual(weights);
  });

  it('may have auxiliary heads behind them, which count', async () => {
    const make = (): Model => {
      const x = input({ shape: [8, 8, 1] });
      const map = layers.conv2d({ name: 'map', filters: 4, kernelSize: 3, activation: 'relu' }).apply(x);
      const deep = layers.conv2d({ name: 'deep', filters: 4, kernelSize: 3, activation: 'relu' }).apply(map);
      const scores = layers.dense({ name: 'kind', units: 2 }).apply(layers.flatten().apply(deep));
      const early = layers.dense({ name: 'early', units: 2 }).apply(layers.flatten().apply(map));
      const net = model({ inputs: x, outputs: scores, auxiliaries: [{ output: early, weight: 0.5 }], seed: 4 });
      net.getLayer('map').trainable = false;
      net.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
      return net;
    };
    const without = await trained(make(), changing(false), {});
    const withThem = await trained(make(), changing(false), { cacheFeatures: true });
    without.weights.forEach((value, i) => expect(Math.abs(withThem.weights[i] - value)).toBeLessThan(1e-5));
  });

  it('are none where what learns takes the picture itself', async () => {
    const x = input({ shape: [8, 8, 1] });
    const frozen = layers.conv2d({ name: 'frozen', filters: 2, kernelSize: 1 }).apply(x);
    const both = layers.concatenate().apply(frozen, layers.conv2d({ filters: 2, kernelSize: 1 }).apply(x));
    const net = model({
      inputs: x,
      outputs: layers.dense({ name: 'kind', units: 2 }).apply(layers.flatten().apply(both)),
    });
    net.getLayer('frozen').trainable = false;
    net.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
    await expect(trained(net, changing(false), { cacheFeatures: true })).rejects.toThrow(/needs frozen layers at the/);
  });
});
