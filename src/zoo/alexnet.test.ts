import { describe, expect, it } from 'vitest';
import { pytorchShapes } from '../weights/index.js';
import { zoo } from './index.js';

const names = ['alexnet', 'alexnet_single', 'alexnet_two_stream'] as const;

describe.each(names)('%s', (name) => {
  const row = zoo.describe(name);

  it('has the parameters of its row, at any size of the input', () => {
    expect(zoo.create(name).parameterCounts().parameters).toBe(row.parameters);
    expect(zoo.create(name, { inputShape: [96, 128, 3] }).parameterCounts().parameters).toBe(row.parameters);
  });

  it('has five convolutions, three overlapping poolings and three dense layers', () => {
    const { layers } = zoo.create(name);
    const count = (className: string): number => layers.filter((layer) => layer.className === className).length;
    expect([count('Conv2D'), count('MaxPooling2D'), count('Dense'), count('Dropout')]).toEqual([5, 3, 3, 2]);
    expect(count('LocalResponseNormalization')).toBe(name === 'alexnet' ? 0 : 2);
  });

  it('gives scores, or the map that they are made from', () => {
    expect(zoo.create(name, { classes: 7 }).outputShape).toEqual([7]);
    expect(zoo.create(name, { includeTop: false }).outputShape).toEqual([6, 6, 256]);
    expect(zoo.create(name, { includeTop: false, inputShape: [99, 99, 3] }).outputShape).toEqual([2, 2, 256]);
    expect(zoo.create(name, { includeTop: false, pooling: 'avg' }).outputShape).toEqual([256]);
  });

  it('takes another share to drop', () => {
    const rates = (dropout?: number): unknown[] =>
      zoo
        .create(name, dropout === undefined ? {} : { dropout })
        .layers.flatMap((layer) => ('rate' in layer ? [layer.rate] : []));
    expect(rates()).toEqual([0.5, 0.5]);
    expect(rates(0.2)).toEqual([0.2, 0.2]);
  });
});

it('alexnet’s tensors are called as in torchvision', () => {
  const shapes = pytorchShapes(zoo.create('alexnet'));
  expect(shapes.size).toBe(16);
  expect(shapes.get('features.0.weight')).toEqual([64, 3, 11, 11]);
  expect(shapes.get('features.10.bias')).toEqual([256]);
  expect(shapes.get('classifier.1.weight')).toEqual([4096, 9216]);
  expect(shapes.get('classifier.6.weight')).toEqual([1000, 4096]);
});

it('the maps are those of the papers', () => {
  const maps = (name: string): string[] =>
    zoo
      .create(name)
      .summarize()
      .layers.filter(({ type }) => type === 'Conv2D' || type === 'MaxPooling2D')
      .map(({ output }) => output.join('×'));
  const later = ['13×13×384', '13×13×384', '13×13×256', '6×6×256'];
  expect(maps('alexnet_single')).toEqual(['55×55×96', '27×27×96', '27×27×256', '13×13×256', ...later]);
  expect(maps('alexnet').slice(0, 4)).toEqual(['55×55×64', '27×27×64', '27×27×192', '13×13×192']);
});

it('two streams see half of the channels, but for the first, third and dense layers', () => {
  const shapes = pytorchShapes(zoo.create('alexnet_two_stream'));
  const seen = ['conv1', 'conv2', 'conv3', 'conv4', 'conv5'].map((layer) => shapes.get(`${layer}.weight`)![1]);
  expect(seen).toEqual([3, 48, 256, 192, 192]);
  expect(shapes.get('fc6.weight')).toEqual([4096, 9216]);
});
