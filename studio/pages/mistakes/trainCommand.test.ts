import { expect, it } from 'vitest';
import { trainCommand } from './trainCommand.js';

it('trains the page’s own digits again with the labels as corrected', () => {
  expect(trainCommand({ data: 'digits' })).toBe('striate train --data digits --model mnist_cnn --labels labels.csv');
});

it('repeats what a run was called with, and leaves out what is usual', () => {
  const run = {
    arguments: { data: 'cats dogs', model: 'resnet18', epochs: 3, seed: 7, augment: 'basic', freeze: 'none', lr: 0.01 },
  };
  expect(trainCommand({ run, data: 'digits' })).toBe(
    "striate train --data 'cats dogs' --model resnet18 --epochs 3 --lr 0.01 --augment basic --seed 7 --labels labels.csv",
  );
});

it('solves a classifier again that was solved', () => {
  const run = { arguments: { data: 'cd', model: 'net.onnx', epochs: 0, freeze: 'features', head: 'solved', seed: 1 } };
  expect(trainCommand({ run, data: 'digits' })).toBe('striate train --data cd --model net.onnx --labels labels.csv');
});

it('quotes what a shell would take apart', () => {
  expect(trainCommand({ data: "Anna's photos", model: 'my model.onnx' })).toBe(
    "striate train --data 'Anna'\\''s photos' --model 'my model.onnx' --labels labels.csv",
  );
});
