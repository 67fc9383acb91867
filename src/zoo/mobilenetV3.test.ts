import { describe, expect, it } from 'vitest';
import { pytorchShapes } from '../weights/index.js';
import { zoo } from './index.js';

describe.each([
  ['mobilenet_v3_small', 2_542_856, 210, 576, 9],
  ['mobilenet_v3_large', 5_483_032, 266, 960, 8],
] as const)('%s', (name, parameters, tensors, channels, squeezes) => {
  it('has torchvision’s parameters and tensors', () => {
    const net = zoo.create(name);
    expect(net.parameterCounts().parameters).toBe(parameters);
    expect(zoo.describe(name)).toMatchObject({ parameters, family: 'MobileNet', weightNames: 'torchvision' });
    const shapes = pytorchShapes(net);
    expect(shapes.size).toBe(tensors);
    expect([...shapes.keys()].filter((tensor) => tensor.endsWith('.fc1.weight'))).toHaveLength(squeezes);
  });

  it('takes pictures of any size, with its classifier and without', () => {
    expect(zoo.create(name).outputShape).toEqual([1000]);
    expect(zoo.create(name, { inputShape: [64, 96, 3], classes: 4 }).outputShape).toEqual([4]);
    const features = (size: number): readonly number[] =>
      zoo.create(name, { inputShape: [size, size, 3], includeTop: false }).outputShape;
    expect(features(224)).toEqual([7, 7, channels]);
    expect(features(64)).toEqual([2, 2, channels]);
  });

  it('normalises with TensorFlow’s epsilon and momentum', () => {
    const norms = zoo.create(name).layers.filter((layer) => layer.className === 'BatchNormalization');
    expect(norms.length).toBeGreaterThan(30);
    for (const norm of norms) expect(norm.config!()).toMatchObject({ epsilon: 0.001, momentum: 0.99 });
  });
});

it('MobileNetV3 has torchvision’s names and shapes', () => {
  const small = pytorchShapes(zoo.create('mobilenet_v3_small'));
  // A first block that does not widen: depthwise, squeeze-and-excitation, narrowing.
  expect(small.get('features.1.block.0.0.weight')).toEqual([16, 1, 3, 3]);
  expect(small.get('features.1.block.1.fc1.weight')).toEqual([8, 16, 1, 1]);
  expect(small.get('features.1.block.2.0.weight')).toEqual([16, 16, 1, 1]);
  expect(small.get('features.12.0.weight')).toEqual([576, 96, 1, 1]);
  expect(small.get('classifier.0.weight')).toEqual([1024, 576]);
  const large = pytorchShapes(zoo.create('mobilenet_v3_large'));
  expect(large.get('features.1.block.1.0.weight')).toEqual([16, 16, 1, 1]);
  expect(large.get('features.4.block.1.0.weight')).toEqual([72, 1, 5, 5]);
  expect(large.get('features.4.block.2.fc2.weight')).toEqual([72, 24, 1, 1]);
  expect(large.get('features.15.block.3.1.running_mean')).toEqual([160]);
  expect(large.get('classifier.3.bias')).toEqual([1000]);
});
