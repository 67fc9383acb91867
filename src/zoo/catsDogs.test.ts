import { expect, test } from 'vitest';
import type { Model } from '../models/index.js';
import { zoo } from './index.js';

const kinds = (model: Model): string[] => model.layers.map(({ className }) => className);
const count = (model: Model): number => model.parameterCounts().parameters;

test('the lecture’s network: 150×150 to 7×7, 32 to 128 filters, one sigmoid unit', () => {
  const model = zoo.create('cats_dogs_cnn');
  expect(model.summarize().layers.map(({ type, output, parameters }) => [type, output.join('×'), parameters])).toEqual([
    ['Conv2D', '148×148×32', 896],
    ['MaxPooling2D', '74×74×32', 0],
    ['Conv2D', '72×72×64', 18_496],
    ['MaxPooling2D', '36×36×64', 0],
    ['Conv2D', '34×34×128', 73_856],
    ['MaxPooling2D', '17×17×128', 0],
    ['Conv2D', '15×15×128', 147_584],
    ['MaxPooling2D', '7×7×128', 0],
    ['Flatten', '6272', 0],
    ['Dense', '512', 3_211_776],
    ['Dense', '1', 513],
  ]);
  expect(count(model)).toBe(3_453_121);
  expect(zoo.describe('cats_dogs_cnn').parameters).toBe(3_453_121);
  expect(model.layers.at(-1)!.config!()).toMatchObject({ activation: 'sigmoid' });
});

test('the second version drops half of what was flattened', () => {
  const model = zoo.create('cats_dogs_cnn', { dropout: 0.5 });
  expect(kinds(model).slice(-4)).toEqual(['Flatten', 'Dropout', 'Dense', 'Dense']);
  expect(model.getLayer('dropout').config!()).toMatchObject({ rate: 0.5 });
  expect(count(model)).toBe(3_453_121);
});

test('more classes, or two by softmax or as a score', () => {
  const three = zoo.create('cats_dogs_cnn', { classes: 3 });
  expect([three.outputShape, kinds(three).at(-1)]).toEqual([[3], 'Softmax']);
  expect(count(three)).toBe(3_453_121 + 2 * 513);
  const two = zoo.create('cats_dogs_cnn', { classifierActivation: 'softmax' });
  expect([two.outputShape, kinds(two).at(-1)]).toEqual([[2], 'Softmax']);
  const score = zoo.create('cats_dogs_cnn', { classifierActivation: 'linear' });
  expect(score.outputShape).toEqual([1]);
  expect(score.layers.at(-1)!.config!()).not.toHaveProperty('activation', 'sigmoid');
});

test('another size, and the features alone', () => {
  expect(zoo.create('cats_dogs_cnn', { includeTop: false }).outputShape).toEqual([7, 7, 128]);
  expect(zoo.create('cats_dogs_cnn', { inputShape: [64, 64, 3], includeTop: false }).outputShape).toEqual([2, 2, 128]);
  expect(zoo.create('cats_dogs_cnn', { includeTop: false, pooling: 'avg' }).outputShape).toEqual([128]);
});
