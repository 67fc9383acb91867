import { expect, it } from 'vitest';
import { patch, plantedPatches, side } from '../../test/fixtures/plantedPatches.js';
import { PictureSet } from '../data/pictureSet.js';
import { input, layers } from '../layers/index.js';
import { model as functional, sequential } from '../models/index.js';
import { Tensor } from '../tensor/index.js';
import { drawInside, insideSection } from './insideSection.js';
import { lookInside } from './lookInside.js';

const classNames = ['lying', 'standing'];
const { x, y, corners } = plantedPatches(12, 4);
const set = new PictureSet({ name: 'planted', x, y, classNames });
const convolution = (filters: number) =>
  layers.conv2d({ filters, kernelSize: 3, activation: 'relu', inputShape: [side, side, 1] });

it('shows kernels, and an example of each class with heat, activations and a pattern', async () => {
  const net = sequential({
    layers: [
      convolution(6),
      layers.maxPooling2d(),
      layers.conv2d({ filters: 5, kernelSize: 3, activation: 'relu' }),
      layers.globalAveragePooling2d(),
      layers.dense({ units: 2, activation: 'softmax' }),
    ],
    seed: 1,
  });
  net.classNames = classNames;
  const inside = await lookInside(net, set);
  expect(inside.notes).toEqual([]);
  expect(inside.kernels!.pictures.map(({ width, height }) => [width, height])).toEqual(Array(6).fill([3, 3]));
  expect(inside.layers.map(({ shape }) => shape)).toEqual(['22×22×6', '11×11×6', '9×9×5']);
  expect(inside.examples.map(({ name }) => name)).toEqual(classNames);
  for (const { picture, heat, activations, pattern } of inside.examples) {
    expect([picture.width, picture.height]).toEqual([side, side]);
    expect(heat.target).toBe(inside.examples[heat.label!].name);
    expect(activations).toHaveLength(3);
    expect([pattern!.width, pattern!.height]).toEqual([side, side]);
  }
  // The example is a picture of its class: its patch is in it.
  const [{ picture }] = inside.examples;
  const isExample = corners.some(({ top, left }, i) => {
    const at = (line: number): number => picture.data[4 * ((top + line) * side + left)];
    return y.data[i] === 0 && at(0) === 255 && at(1) === 0 && at(patch - 2) === 255;
  });
  expect(isExample).toBe(true);
  const html = insideSection({ inside, data: { classNames } }, await drawInside(inside));
  expect(html.match(/alt="kernel \d"/g)).toHaveLength(6);
  expect(html.match(/<li>/g)).toHaveLength(2);
  expect(html).toContain('alt="what answers to standing"');
  for (const [, address] of html.matchAll(/src="([^"]*)"/g)) expect(address).toMatch(/^data:image\/(png|jpeg);base64,/);
  await net.dispose();
});

it('says of a model without convolutions what cannot be shown, and shows the rest', async () => {
  const dense = sequential([layers.flatten({ inputShape: [side, side, 1] }), layers.dense({ units: 2 })]);
  const inside = await lookInside(dense, set);
  expect(inside.notes.join(' ')).toMatch(/first kernels cannot be shown: .*has none/);
  expect([inside.kernels, inside.layers, inside.examples.length]).toEqual([undefined, [], 2]);
  const html = insideSection({ inside, data: { classNames } }, await drawInside(inside));
  expect(html).toContain('class="note"');
  await dense.dispose();
});

it('shows ten classes of many, and says so', async () => {
  const many = Array.from({ length: 12 }, (_, i) => `class <${i}>`);
  const labels = new Tensor(
    'int32',
    [12],
    Int32Array.from({ length: 12 }, (_, i) => i),
  );
  const net = sequential([convolution(2), layers.globalAveragePooling2d(), layers.dense({ units: 12 })]);
  const inside = await lookInside(net, new PictureSet({ name: 'many', x, y: labels, classNames: many }));
  expect(inside.examples.map(({ name }) => name)).toEqual(many.slice(0, 10));
  const html = insideSection({ inside, data: { classNames: many } }, await drawInside(inside));
  expect(html).toContain('10 of its 12 classes');
  expect(html).toContain('class &lt;3&gt;');
  expect(html).not.toContain('class <3>');
  await net.dispose();
});

it('refuses a model of two inputs by name', async () => {
  const [a, b] = [input({ shape: [side, side, 1] }), input({ shape: [2] })];
  const joined = layers.concatenate().apply([layers.flatten().apply(a), b]);
  const two = functional({ inputs: [a, b], outputs: layers.dense({ units: 2 }).apply(joined), name: 'two' });
  await expect(lookInside(two, set)).rejects.toThrow(/lookInside: .*one picture .*'two'/);
});
