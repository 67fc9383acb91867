import { expect, it } from 'vitest';
import { openModel } from '../../classify/index.js';
import { Tensor } from '../../tensor/index.js';
import { pytorchNamings } from '../../weights/pytorchWeights.js';
import { zoo } from '../zoo.js';

/** Zeros for every weight of an architecture, under its own names (0) or timm's (1). */
function file(name: string, naming: 0 | 1): Map<string, Tensor> {
  const { topology } = zoo.create(name, { inputShape: [32, 32, 3], classes: 3 });
  return new Map(
    pytorchNamings(topology)[naming].map(({ name: tensor, shape, variable }) => [
      tensor,
      new Tensor('float32', shape, new Float32Array(variable.size)),
    ]),
  );
}

it.each([
  ['mobilenet_v3_small', /the file has timm's names: .*0\.00001 .*this one 0\.001.*names with tf_/],
  ['efficientnet_b0', /the file has timm's names: weights of its names with tf_ are for TensorFlow's padding/],
] as const)("weights under timm's names, where its network differs, are told (%s)", async (name, note) => {
  const theirs = await openModel(name, { weights: file(name, 1), inputShape: [32, 32, 3] });
  expect(theirs.notes).toHaveLength(1);
  expect(theirs.notes![0]).toMatch(note);
  expect(theirs.model.metadata['weights.notes']).toBe(theirs.notes![0]);
  const own = await openModel(name, { weights: file(name, 0), inputShape: [32, 32, 3] });
  expect(own.notes).toEqual([]);
});

it('networks that timm computes alike need no note', async () => {
  const { notes } = await openModel('mobilenet_v2', { weights: file('mobilenet_v2', 1), inputShape: [32, 32, 3] });
  expect(notes).toEqual([]);
});
