import { describe, expect, it } from 'vitest';
import { StochasticDepth } from '../layers/index.js';
import { pytorchShapes } from '../weights/index.js';
import { zoo } from './index.js';

/** Parameters, tensors in torchvision's state_dict (batch counters apart), input size, output channels, dropout. */
const versions = [
  ['efficientnet_b0', 5_288_548, 311, 224, 1280, 0.2],
  ['efficientnet_b1', 7_794_184, 439, 240, 1280, 0.2],
  ['efficientnet_b2', 9_109_994, 439, 288, 1408, 0.3],
  ['efficientnet_b3', 12_233_232, 496, 300, 1536, 0.3],
  ['efficientnet_b4', 19_341_616, 610, 380, 1792, 0.4],
  ['efficientnet_b5', 30_389_784, 738, 456, 2048, 0.4],
  ['efficientnet_b6', 43_040_704, 852, 528, 2304, 0.5],
  ['efficientnet_b7', 66_347_960, 1037, 600, 2560, 0.5],
] as const;

describe.each(versions)('%s', (name, parameters, tensors, size, channels, rate) => {
  it('has torchvision’s parameters, tensors, size and dropout', () => {
    const net = zoo.create(name);
    expect(net.parameterCounts().parameters).toBe(parameters);
    const { preprocessing, ...row } = zoo.describe(name);
    expect(row).toMatchObject({ parameters, inputShape: [size, size, 3], weightNames: 'torchvision' });
    expect(preprocessing).toMatchObject({ size: [size, size], interpolation: 'bicubic' });
    expect(preprocessing.resize).toBeGreaterThanOrEqual(size);
    expect(net.inputs[0].shape).toEqual([size, size, 3]);
    expect(pytorchShapes(net).size).toBe(tensors);
    const dropouts = net.layers.filter((layer) => layer.className === 'Dropout');
    expect(dropouts.map((layer) => layer.config!().rate)).toEqual([rate]);
  });

  it('takes pictures of any size, with its classifier and without', () => {
    expect(zoo.create(name, { inputShape: [64, 96, 3], classes: 4 }).outputShape).toEqual([4]);
    const features = (side: number): readonly number[] =>
      zoo.create(name, { inputShape: [side, side, 3], includeTop: false }).outputShape;
    expect(features(size)).toEqual([Math.ceil(size / 32), Math.ceil(size / 32), channels]);
    expect(features(64)).toEqual([2, 2, channels]);
  });
});

it('EfficientNet has torchvision’s names and shapes', () => {
  const b0 = pytorchShapes(zoo.create('efficientnet_b0'));
  expect(b0.get('features.0.0.weight')).toEqual([32, 3, 3, 3]);
  expect(b0.get('features.1.0.block.0.0.weight')).toEqual([32, 1, 3, 3]);
  expect(b0.get('features.1.0.block.1.fc1.weight')).toEqual([8, 32, 1, 1]);
  // The squeezed channels are a quarter of what goes into the block, not of what is inside it.
  expect(b0.get('features.2.0.block.2.fc1.weight')).toEqual([4, 96, 1, 1]);
  expect(b0.get('features.6.3.block.1.0.weight')).toEqual([1152, 1, 5, 5]);
  expect(b0.get('features.8.1.running_var')).toEqual([1280]);
  expect(b0.get('classifier.1.weight')).toEqual([1000, 1280]);
  const b7 = pytorchShapes(zoo.create('efficientnet_b7'));
  expect(b7.get('features.0.0.weight')).toEqual([64, 3, 3, 3]);
  expect(b7.get('features.7.3.block.3.0.weight')).toEqual([640, 3840, 1, 1]);
});

it('leaves blocks with a shortcut out more often the deeper they are, up to 0.2 · 15 / 16', () => {
  const rates = zoo
    .create('efficientnet_b0')
    .layers.flatMap((layer) => (layer instanceof StochasticDepth ? [layer.rate] : []));
  // Blocks 2, 4, 6, 7, 9, 10, 12, 13, 14 of 0 to 15 keep their shape.
  expect(rates.map((rate) => Math.round((rate / 0.2) * 16))).toEqual([2, 4, 6, 7, 9, 10, 12, 13, 14]);
});

it('normalises with the epsilon and momentum of the weights: PyTorch’s up to B4, TensorFlow’s from B5', () => {
  const first = (name: string): unknown =>
    zoo.create(name).layers.find((layer) => layer.className === 'BatchNormalization')!.config!();
  expect(first('efficientnet_b4')).toMatchObject({ epsilon: 1e-5, momentum: 0.9 });
  expect(first('efficientnet_b5')).toMatchObject({ epsilon: 0.001, momentum: 0.99 });
});
