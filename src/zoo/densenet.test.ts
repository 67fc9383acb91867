import { describe, expect, it } from 'vitest';
import { pytorchWeights } from '../weights/pytorchWeights.js';
import { zoo } from './index.js';

/** Layers of each block, channels of the features, tensors of torchvision's state_dict (batch counters apart). */
const networks = [
  ['densenet121', 7_978_856, [6, 12, 24, 16], 1024, 606],
  ['densenet161', 28_681_000, [6, 12, 36, 24], 2208, 806],
  ['densenet169', 14_149_480, [6, 12, 32, 32], 1664, 846],
  ['densenet201', 20_013_928, [6, 12, 48, 32], 1920, 1006],
] as const;

const tensorsOf = (name: string): Map<string, readonly number[]> =>
  new Map(pytorchWeights(zoo.create(name).topology).map((weight) => [weight.name, weight.shape]));

describe.each(networks)('%s', (name, parameters, blocks, channels, tensors) => {
  it('has torchvision’s parameters and tensors', () => {
    const net = zoo.create(name);
    expect(net.parameterCounts().parameters).toBe(parameters);
    expect(zoo.describe(name).parameters).toBe(parameters);
    expect(tensorsOf(name).size).toBe(tensors);
    const convolutions = net.layers.filter((layer) => layer.className === 'Conv2D').length;
    // Two for each layer of a block, one for each transition, one at the start; with the dense layer, the name's number.
    expect(convolutions + 1).toBe(Number(name.slice('densenet'.length)));
    expect(convolutions).toBe(2 * blocks.reduce<number>((a, b) => a + b, 0) + 3 + 1);
  });

  it('takes pictures of any size and gives features a 32nd of theirs', () => {
    expect(zoo.create(name).outputShape).toEqual([1000]);
    expect(zoo.create(name, { inputShape: [64, 96, 3], classes: 5 }).outputShape).toEqual([5]);
    const features = (size: number): readonly number[] =>
      zoo.create(name, { inputShape: [size, size, 3], includeTop: false }).outputShape;
    expect(features(224)).toEqual([7, 7, channels]);
    expect(features(64)).toEqual([2, 2, channels]);
    const pooled = zoo.create(name, { inputShape: [64, 64, 3], includeTop: false, pooling: 'avg' });
    expect(pooled.outputShape).toEqual([channels]);
  });
});

it('every layer takes all maps before it in its block', () => {
  const net = zoo.create('densenet121', { inputShape: [64, 64, 3] });
  const shapes = new Map(net.topology.calls.map(({ layer, output }) => [layer.name, output.shape]));
  expect(shapes.get('features.denseblock1.denselayer2.cat')).toEqual([16, 16, 64 + 32]);
  expect(shapes.get('features.denseblock1.denselayer6.cat')).toEqual([16, 16, 64 + 5 * 32]);
  expect(shapes.get('features.denseblock1.cat')).toEqual([16, 16, 256]);
  expect(shapes.get('features.transition1.pool')).toEqual([8, 8, 128]);
  const last = net.topology.calls.find(({ layer }) => layer.name === 'features.denseblock1.cat')!;
  expect(last.inputs.map((value) => value.source!.layer.name)).toEqual([
    'features.pool0',
    ...[1, 2, 3, 4, 5, 6].map((n) => `features.denseblock1.denselayer${n}.conv2`),
  ]);
});

it('has torchvision’s names and layout', () => {
  const tensors = tensorsOf('densenet161');
  expect(tensors.get('features.conv0.weight')).toEqual([96, 3, 7, 7]);
  expect(tensors.get('features.denseblock1.denselayer1.norm1.running_var')).toEqual([96]);
  expect(tensors.get('features.denseblock4.denselayer24.conv1.weight')).toEqual([192, 2160, 1, 1]);
  expect(tensors.get('features.denseblock4.denselayer24.conv2.weight')).toEqual([48, 192, 3, 3]);
  expect(tensors.get('features.transition3.conv.weight')).toEqual([1056, 2112, 1, 1]);
  expect(tensors.get('features.norm5.bias')).toEqual([2208]);
  expect(tensors.get('classifier.weight')).toEqual([1000, 2208]);
});
