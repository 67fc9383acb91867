import { expect, it } from 'vitest';
import { zoo } from '../../src/index.js';
import { countsAsLayer, pathLength } from './layerCount.js';

it.each([
  ['alexnet', 8],
  ['alexnet_single', 8],
  ['alexnet_two_stream', 8],
  ['vgg16', 16],
  ['vgg19', 19],
  ['googlenet', 22],
  ['googlenet_2014', 22],
  ['resnet152', 152],
] as const)('%s has %i layers with weights on the way from the picture to the scores', (name, depth) => {
  expect(pathLength(zoo.create(name))).toBe(depth);
});

it('side by side there are more: 57 convolutions in GoogLeNet’s 22 layers, 4 projections beside ResNet’s 152', () => {
  const all = (name: string): number => zoo.create(name, { auxiliary: false }).layers.filter(countsAsLayer).length;
  expect(all('vgg16')).toBe(16);
  expect(all('googlenet')).toBe(57 + 1);
  expect(all('resnet152')).toBe(152 + 4);
});
