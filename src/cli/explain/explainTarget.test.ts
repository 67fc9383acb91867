import { describe, expect, it } from 'vitest';
import { layers } from '../../layers/index.js';
import { sequential } from '../../models/index.js';
import { explainTarget } from './explainTarget.js';

const model = sequential([
  layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [8, 8, 3], name: 'conv' }),
  layers.globalAveragePooling2d(),
  layers.dense({ units: 5, name: 'fc' }),
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
    ['-dog', { against: 1 }],
    ['−2', { against: 2 }],
    ['conv:1', { layer: 'conv', unit: 1 }],
    ['conv:5, 5,0', { layer: 'conv', unit: [5, 5, 0] }],
    ['fc:4', { layer: 'fc', unit: 4 }],
  ])('%s', async (text, target) => {
    expect(await explainTarget(text, model)).toEqual(target);
  });

  it.each([
    ['cta', /no class 'cta'.*cat/],
    ['7', /no class '7'/],
    ['cat-dgo', /no class 'dgo'.*dog/],
    ['-', /no class '-'/],
    ['conv:2', /'conv' gives \[6, 6, 2\]: a unit of it is \[row, column, channel\] or a number from 0 to 1/],
    ['conv:6,0,0', /'conv' gives \[6, 6, 2\]/],
    ['cnov:1', /no layer 'cnov'.*did you mean conv/],
  ])('%s is refused with the name that is wrong', async (text, message) => {
    await expect(explainTarget(text, model)).rejects.toThrow(message);
  });
});
