import { describe, expect, it } from 'vitest';
import { layers } from '../../layers/index.js';
import { sequential } from '../../models/index.js';
import { explainTarget } from './explainTarget.js';

const model = sequential([
  layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [8, 8, 3] }),
  layers.globalAveragePooling2d(),
  layers.dense({ units: 5 }),
]);
model.classNames = ['cat', 'dog', 'fox-terrier', 'fox', 'wire-fox-terrier'];

describe('--target', () => {
  it.each([
    ['cat', 0],
    ['3', 3],
    ['cat-dog', { class: 0, minus: 1 }],
    ['cat - dog', { class: 0, minus: 1 }],
    ['4-0', { class: 4, minus: 0 }],
    // A name with a hyphen is a class before it is a difference.
    ['fox-terrier', 2],
    ['fox-terrier-cat', { class: 2, minus: 0 }],
    ['cat-wire-fox-terrier', { class: 0, minus: 4 }],
    ['fox-terrier-fox-terrier', { class: 2, minus: 2 }],
  ])('%s', async (text, target) => {
    expect(await explainTarget(text, model)).toEqual(target);
  });

  it.each([
    ['cta', /no class 'cta'.*cat/],
    ['7', /no class '7'/],
    ['cat-dgo', /no class 'dgo'.*dog/],
    ['-', /no class '-'/],
  ])('%s is refused with the name that is wrong', async (text, message) => {
    await expect(explainTarget(text, model)).rejects.toThrow(message);
  });
});
