import { describe, expect, it } from 'vitest';
import { pytorchShapes } from '../weights/index.js';
import { zoo } from './index.js';
import { vgg } from './vgg.js';

const names = Object.keys(vgg) as (keyof typeof vgg)[];

describe.each(names)('%s', (name) => {
  const depth = Number(/\d+/.exec(name)![0]);
  const normalized = name.endsWith('_bn');

  it('has the parameters of its row, at any size of the input', () => {
    const { parameters } = zoo.describe(name);
    expect(zoo.create(name).parameterCounts().parameters).toBe(parameters);
    expect(zoo.create(name, { inputShape: [64, 96, 3] }).parameterCounts().parameters).toBe(parameters);
  });

  it('is as deep as its name says, all 3×3', () => {
    const { layers } = zoo.create(name).summarize();
    const weighted = layers.filter(({ type }) => type === 'Conv2D' || type === 'Dense');
    expect(weighted).toHaveLength(depth);
    expect(layers.filter(({ type }) => type === 'MaxPooling2D')).toHaveLength(5);
    const kernels = [...pytorchShapes(zoo.create(name))].filter(([, shape]) => shape.length === 4);
    expect(kernels.map(([, shape]) => shape.slice(2))).toEqual(kernels.map(() => [3, 3]));
  });

  it('has as many tensors as torchvision’s', () => {
    const shapes = pytorchShapes(zoo.create(name));
    // Weight and bias of each layer, and four tensors of each normalisation.
    expect(shapes.size).toBe(2 * depth + (normalized ? 4 * (depth - 3) : 0));
    expect(shapes.get('features.0.weight')).toEqual([64, 3, 3, 3]);
    expect(shapes.get('classifier.0.weight')).toEqual([4096, 25_088]);
    expect(shapes.get('classifier.6.bias')).toEqual([1000]);
  });
});

it('the last convolutions have torchvision’s numbers', () => {
  const last = (name: string): string =>
    [...pytorchShapes(zoo.create(name)).keys()].filter((key) => key.startsWith('features')).at(-1)!;
  expect(last('vgg11')).toBe('features.18.bias');
  expect(last('vgg16')).toBe('features.28.bias');
  expect(last('vgg19')).toBe('features.34.bias');
  expect(last('vgg13_bn')).toBe('features.32.running_var');
  expect(last('vgg19_bn')).toBe('features.50.running_var');
});

it('gives scores of any number of classes, or the map that they are made from', () => {
  expect(zoo.create('vgg16', { classes: 5, inputShape: [48, 48, 3] }).outputShape).toEqual([5]);
  expect(zoo.create('vgg16', { includeTop: false }).outputShape).toEqual([7, 7, 512]);
  // What the lectures take out of it for cats and dogs.
  const base = zoo.create('vgg16', { includeTop: false, inputShape: [150, 150, 3] });
  expect(base.outputShape).toEqual([4, 4, 512]);
  expect(base.parameterCounts().parameters).toBe(14_714_688);
});

it('pictures too small for five poolings are refused by name', () => {
  expect(() => zoo.create('vgg11', { inputShape: [16, 16, 3] })).toThrow(/maxPooling2d: a 2×2 window does not fit/);
});
