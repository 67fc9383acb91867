import { describe, expect, it } from 'vitest';
import { Conv2D, input } from '../layers/index.js';
import { model } from '../models/index.js';
import { pytorchWeights } from '../weights/pytorchWeights.js';
import { Tensor } from '../tensor/index.js';
import { zoo } from './index.js';
import { basicBlock } from './residual.js';

/** Blocks of each stage, and the number of tensors in torchvision's state_dict (batch counters apart). */
const networks = [
  ['resnet18', 11_689_512, [2, 2, 2, 2], 102],
  ['resnet34', 21_797_672, [3, 4, 6, 3], 182],
  ['resnet50', 25_557_032, [3, 4, 6, 3], 267],
  ['resnet101', 44_549_160, [3, 4, 23, 3], 522],
  ['resnet152', 60_192_808, [3, 8, 36, 3], 777],
  ['wide_resnet50_2', 68_883_240, [3, 4, 6, 3], 267],
  ['resnext50_32x4d', 25_028_904, [3, 4, 6, 3], 267],
  ['resnext101_32x8d', 88_791_336, [3, 4, 23, 3], 522],
] as const;

const tensorsOf = (name: string): Map<string, readonly number[]> =>
  new Map(pytorchWeights(zoo.create(name).topology).map((weight) => [weight.name, weight.shape]));

describe.each(networks)('%s', (name, parameters, blocks, tensors) => {
  it('has torchvision’s parameters and tensors', () => {
    const net = zoo.create(name);
    expect(net.parameterCounts().parameters).toBe(parameters);
    expect(zoo.describe(name).parameters).toBe(parameters);
    expect(tensorsOf(name).size).toBe(tensors);
    const found = new Set(net.layers.map((layer) => /^layer[1-4]\.\d+/.exec(layer.name)?.[0]));
    blocks.forEach((count, i) => {
      expect([...found].filter((block) => block?.startsWith(`layer${i + 1}.`))).toHaveLength(count);
    });
  });

  it('takes pictures of any size and gives features a 32nd of theirs', () => {
    const channels = blocks.join() === '2,2,2,2' || name === 'resnet34' ? 512 : 2048;
    expect(zoo.create(name).outputShape).toEqual([1000]);
    expect(zoo.create(name, { inputShape: [64, 96, 3], classes: 7 }).outputShape).toEqual([7]);
    const features = (size: number, pooling?: 'avg' | 'max'): readonly number[] =>
      zoo.create(name, { inputShape: [size, size, 3], includeTop: false, ...(pooling && { pooling }) }).outputShape;
    expect(features(224)).toEqual([7, 7, channels]);
    expect(features(64)).toEqual([2, 2, channels]);
    expect(features(64, 'avg')).toEqual([channels]);
    expect(features(64, 'max')).toEqual([channels]);
  });
});

describe('torchvision’s names and layout', () => {
  it('of basic blocks', () => {
    const tensors = tensorsOf('resnet18');
    expect(tensors.get('conv1.weight')).toEqual([64, 3, 7, 7]);
    expect(tensors.get('layer1.1.bn2.running_var')).toEqual([64]);
    expect(tensors.get('layer2.0.downsample.0.weight')).toEqual([128, 64, 1, 1]);
    expect(tensors.get('layer4.0.conv1.weight')).toEqual([512, 256, 3, 3]);
    expect(tensors.get('fc.weight')).toEqual([1000, 512]);
    expect([...tensors.keys()].some((name) => name.startsWith('layer1.0.downsample'))).toBe(false);
  });

  it('of bottlenecks, narrow, wide and grouped', () => {
    expect(tensorsOf('resnet50').get('layer1.0.downsample.1.running_mean')).toEqual([256]);
    expect(tensorsOf('resnet50').get('layer3.5.conv2.weight')).toEqual([256, 256, 3, 3]);
    expect(tensorsOf('wide_resnet50_2').get('layer3.5.conv2.weight')).toEqual([512, 512, 3, 3]);
    expect(tensorsOf('resnext50_32x4d').get('layer1.0.conv2.weight')).toEqual([128, 4, 3, 3]);
    expect(tensorsOf('resnext101_32x8d').get('layer4.2.conv2.weight')).toEqual([2048, 64, 3, 3]);
  });

  it('with the stride on the 3×3 convolution', () => {
    const strides = new Map(
      zoo.create('resnet50').layers.flatMap((layer) => (layer instanceof Conv2D ? [[layer.name, layer.strides]] : [])),
    );
    expect(strides.get('layer2.0.conv1')).toEqual([1, 1]);
    expect(strides.get('layer2.0.conv2')).toEqual([2, 2]);
    expect(strides.get('layer2.0.downsample.0')).toEqual([2, 2]);
    expect(strides.get('layer1.0.conv2')).toEqual([1, 1]);
  });
});

it('starts with weights whose variance is 2 / (kernel · filters), as torchvision’s', async () => {
  const net = zoo.create('resnet18', { seed: 4, inputShape: [32, 32, 3], includeTop: false });
  const kernel = (await net.getWeights()).get('layer2.0.conv1/kernel')!.data;
  const variance = kernel.reduce((sum, w) => sum + w * w, 0) / kernel.length;
  // 73,728 draws: the variance's own deviation is half a percent.
  expect(variance / (2 / (9 * 128))).toBeCloseTo(1, 1);
  await net.dispose();
});

it('a block whose branch is silenced passes its input on through the ReLU', async () => {
  const x = input({ shape: [5, 4, 3] });
  const net = model({ inputs: x, outputs: basicBlock(x, 'block', { filters: 3 }), seed: 2 });
  const silent = new Tensor('float32', [3], new Float32Array(3));
  await net.setWeights(new Map([...(await net.getWeights()), ['block.bn2/gamma', silent]]));
  const values = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i));
  const y = await net.predict(new Tensor('float32', [1, 5, 4, 3], values));
  expect([...y.data]).toEqual([...values].map((value) => Math.max(0, value)));
  await net.dispose();
});

it('drops features in training where asked', () => {
  const dropping = zoo.create('resnet18', { dropout: 0.4 }).layers.filter((layer) => layer.className === 'Dropout');
  expect(dropping.map((layer) => layer.config!().rate)).toEqual([0.4]);
});
