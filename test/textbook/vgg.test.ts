import { describe, expect, it } from 'vitest';
import { Conv2D, layers, MaxPooling2D, sequential, summarize, zoo } from '../../src/index.js';
import { learnByHeart, withNewClassifier } from './byHeart.js';
import { pathLength } from './layerCount.js';

describe.each([
  ['vgg16', [2, 2, 3, 3, 3], 138_357_544],
  ['vgg19', [2, 2, 4, 4, 4], 143_667_240],
] as const)('%s', (name, plan, parameters) => {
  const net = zoo.create(name);

  it('has as many layers as it is called after, and its parameters', () => {
    expect(name).toBe(`vgg${pathLength(net)}`);
    expect(net.parameterCounts().parameters).toBe(parameters);
  });

  it('has nothing but 3×3 convolutions that keep the size, and 2×2 poolings that halve it', () => {
    for (const layer of net.layers) {
      if (layer instanceof Conv2D) {
        expect([...layer.kernelSize, ...layer.strides, layer.groups]).toEqual([3, 3, 1, 1, 1]);
        const channels = layer.weights[0].variable.shape[2];
        expect(layer.outputShape([[14, 14, channels]])).toEqual([14, 14, layer.filters]);
      }
      if (layer instanceof MaxPooling2D) {
        expect([layer.settings.poolSize, layer.settings.strides]).toEqual([
          [2, 2],
          [2, 2],
        ]);
      }
    }
  });

  it('doubles the filters with each halving, up to 512', () => {
    const stages: number[][] = [[]];
    for (const layer of net.layers) {
      if (layer instanceof Conv2D) stages.at(-1)!.push(layer.filters);
      if (layer instanceof MaxPooling2D) stages.push([]);
    }
    const expected = plan.map((count, stage) => Array<number>(count).fill(Math.min(512, 64 << stage)));
    expect(stages).toEqual([...expected, []]);
    const pooled = summarize(net).layers.filter(({ type }) => type === 'MaxPooling2D');
    expect(pooled.map(({ output }) => output[0])).toEqual([112, 56, 28, 14, 7]);
  });
});

describe('why VGG has kernels of 3×3', () => {
  const stacked = (kernels: readonly number[], channels: number) =>
    summarize(
      sequential(
        kernels.map((kernelSize) =>
          layers.conv2d({ filters: channels, kernelSize, useBias: false, inputShape: [32, 32, channels] }),
        ),
      ),
    );

  it.each([
    [2, 5, 18 / 25],
    [3, 7, 27 / 49],
  ])('%i stacked see as much as one %i×%i, with fewer weights', (count, side, ratio) => {
    const [small, large] = [stacked(Array<number>(count).fill(3), 64), stacked([side], 64)];
    expect(small.layers.at(-1)!.receptiveField).toEqual([side, side]);
    expect(large.layers.at(-1)!.receptiveField).toEqual([side, side]);
    expect(small.parameters / large.parameters).toBeCloseTo(ratio, 10);
  });

  it('what AlexNet sees with 11×11 and poolings, VGG-16 sees with 3×3: over 195 and 212 pixels', () => {
    const sees = (name: string): number =>
      summarize(zoo.create(name, { includeTop: false })).layers.at(-1)!.receptiveField![0];
    expect(sees('alexnet_single')).toBe(195);
    expect(sees('vgg16')).toBe(212);
  });
});

it('VGG-16 learns: four pictures by heart, with a new classifier', async () => {
  const features = zoo.create('vgg16', { includeTop: false, pooling: 'avg', inputShape: [32, 32, 3], seed: 1 });
  const net = withNewClassifier(features, 4);
  const { before, after, accuracy } = await learnByHeart(net, { steps: 10, learningRate: 1e-4 });
  expect(after).toBeLessThan(before / 2);
  expect(accuracy).toBe(1);
  await net.dispose();
});
