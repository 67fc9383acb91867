import { describe, expect, it } from 'vitest';
import { pytorchShapes } from '../weights/index.js';
import { zoo } from './index.js';

describe.each([
  ['squeezenet1_0', 1_248_424, [13, 13, 512], [96, 3, 7, 7]],
  ['squeezenet1_1', 1_235_496, [13, 13, 512], [64, 3, 3, 3]],
] as const)('%s', (name, parameters, map, stem) => {
  it('has torchvision’s parameters and tensors, at any size of the input', () => {
    expect(zoo.describe(name).parameters).toBe(parameters);
    expect(zoo.create(name).parameterCounts().parameters).toBe(parameters);
    expect(zoo.create(name, { inputShape: [64, 96, 3] }).parameterCounts().parameters).toBe(parameters);
    const shapes = pytorchShapes(zoo.create(name));
    expect(shapes.size).toBe(52);
    expect(shapes.get('features.0.weight')).toEqual(stem);
    expect(shapes.get('features.3.squeeze.weight')).toEqual([16, stem[0], 1, 1]);
    expect(shapes.get('features.12.expand3x3.weight')).toEqual([256, 64, 3, 3]);
    expect(shapes.get('classifier.1.weight')).toEqual([1000, 512, 1, 1]);
  });

  it('gives scores, or the map that they are made from', () => {
    expect(zoo.create(name, { classes: 7 }).outputShape).toEqual([7]);
    expect(zoo.create(name, { includeTop: false }).outputShape).toEqual(map);
    expect(zoo.create(name, { includeTop: false, inputShape: [64, 96, 3] }).outputShape).toEqual([3, 5, 512]);
    expect(zoo.create(name, { includeTop: false, pooling: 'max' }).outputShape).toEqual([512]);
  });
});

it('SqueezeNet 1.1 needs 2.4 times less arithmetic', () => {
  const [old, recent] = ['squeezenet1_0', 'squeezenet1_1'].map((name) => zoo.create(name).summarize().flops);
  expect(old / recent).toBeGreaterThan(2.2);
  expect(old / recent).toBeLessThan(2.5);
});
