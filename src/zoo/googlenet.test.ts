import { describe, expect, it } from 'vitest';
import type { Model } from '../models/index.js';
import { pytorchShapes } from '../weights/index.js';
import { zoo } from './index.js';

const count = (model: Model): number => model.parameterCounts().parameters;

describe.each([
  ['googlenet', 13_004_888, 6_624_904],
  ['googlenet_2014', 13_378_280, 6_998_552],
] as const)('%s', (name, all, mainPath) => {
  it('has its parameters, with and without auxiliary classifiers, at any size of the input', () => {
    expect(zoo.describe(name).parameters).toBe(all);
    expect(count(zoo.create(name))).toBe(all);
    expect(count(zoo.create(name, { auxiliary: false }))).toBe(mainPath);
    expect(count(zoo.create(name, { inputShape: [96, 64, 3] }))).toBe(all);
  });

  it('counts each of two auxiliary losses 0.3', () => {
    const { auxiliaries, outputs } = zoo.create(name, { classes: 4 }).topology;
    expect(auxiliaries.map(({ weight, output }) => [weight, ...output.shape])).toEqual([
      [0.3, 4],
      [0.3, 4],
    ]);
    expect(outputs).toHaveLength(1);
    const ended = zoo.create(name, { classifierActivation: 'softmax' }).topology;
    for (const { output } of ended.auxiliaries) expect(output.source!.layer.className).toBe('Softmax');
  });

  it('gives scores, or the map that they are made from', () => {
    expect(zoo.create(name, { classes: 7 }).outputShape).toEqual([7]);
    expect(zoo.create(name, { includeTop: false }).outputShape).toEqual([7, 7, 1024]);
    expect(zoo.create(name, { includeTop: false, inputShape: [96, 64, 3] }).outputShape).toEqual([3, 2, 1024]);
    expect(zoo.create(name, { includeTop: false, pooling: 'avg' }).outputShape).toEqual([1024]);
  });

  it('has 22 layers with parameters on the longest path', () => {
    const { topology } = zoo.create(name, { auxiliary: false });
    const depth = new Map(topology.inputs.map((input) => [input, 0]));
    for (const { layer, inputs, output } of topology.calls) {
      const own = layer.className === 'Conv2D' || layer.className === 'Dense' ? 1 : 0;
      depth.set(output, own + Math.max(...inputs.map((input) => depth.get(input)!)));
    }
    expect(depth.get(topology.outputs[0])).toBe(22);
  });
});

it('googlenet’s tensors are called as in torchvision, whose wide branch is 3×3', () => {
  const shapes = pytorchShapes(zoo.create('googlenet'));
  expect(shapes.size).toBe(305);
  expect(pytorchShapes(zoo.create('googlenet', { auxiliary: false })).size).toBe(287);
  expect(shapes.get('conv1.conv.weight')).toEqual([64, 3, 7, 7]);
  expect(shapes.get('inception3a.branch3.1.conv.weight')).toEqual([32, 16, 3, 3]);
  expect(shapes.get('inception5b.branch4.1.bn.running_var')).toEqual([128]);
  expect(shapes.get('aux1.conv.conv.weight')).toEqual([128, 512, 1, 1]);
  expect(shapes.get('aux2.fc1.weight')).toEqual([1024, 2048]);
  expect(shapes.get('fc.bias')).toEqual([1000]);
  const normalizations = zoo.create('googlenet').layers.filter(({ className }) => className === 'BatchNormalization');
  for (const layer of normalizations) expect(layer.config!()).toMatchObject({ epsilon: 0.001 });
});

it('googlenet_2014 has the layers of the paper’s Table 1', () => {
  const model = zoo.create('googlenet_2014');
  expect(pytorchShapes(model).get('inception3a.branch3.1.weight')).toEqual([32, 16, 5, 5]);
  const classes = new Set(model.layers.map(({ className }) => className));
  expect(classes).toContain('LocalResponseNormalization');
  expect(classes).not.toContain('BatchNormalization');
  // Thousands of weights by module, as the paper's table has them; it rounds, and is 5 % off at 5a (whose filters are 4e's).
  const published = { '3a': 159, '3b': 380, '4b': 437, '4d': 580, '4e': 840, '5a': 1072, '5b': 1388 };
  for (const [at, thousands] of Object.entries(published)) {
    const weights = [...pytorchShapes(model)]
      .filter(([name]) => name.startsWith(`inception${at}`) && name.endsWith('weight'))
      .reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
    expect(Math.abs(weights / 1024 / thousands - 1)).toBeLessThan(0.055);
  }
  const shapes = model.summarize().layers.filter(({ type }) => type === 'Concatenate');
  expect(shapes.map(({ output }) => output.join('×'))).toEqual([
    '28×28×256',
    '28×28×480',
    '14×14×512',
    '14×14×512',
    '14×14×512',
    '14×14×528',
    '14×14×832',
    '7×7×832',
    '7×7×1024',
  ]);
});
