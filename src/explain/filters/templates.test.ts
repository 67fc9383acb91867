import { describe, expect, it } from 'vitest';
import { layers } from '../../layers/index.js';
import { sequential } from '../../models/index.js';
import { tensor } from '../../tensor/index.js';
import { templates } from './templates.js';

const shape = [2, 3, 1];

describe('templates', () => {
  it('are the weights of each unit, at the pixels that they multiply', async () => {
    const model = sequential([
      layers.rescaling({ scale: 1 / 255, inputShape: shape }),
      layers.flatten(),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: 2, name: 'scores' }),
    ]);
    const kernel = Array.from({ length: 6 }, (_, pixel) => [pixel, 10 + pixel]);
    await model.setWeights(
      new Map([
        ['scores/kernel', tensor(kernel)],
        ['scores/bias', tensor([0, 0])],
      ]),
    );
    const pictures = await templates(model);
    expect(pictures.shape).toEqual([2, 2, 3, 1]);
    expect([...pictures.data]).toEqual([0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15]);
  });

  it('are refused where a weight does not belong to a pixel', async () => {
    const model = sequential([
      layers.conv2d({ filters: 4, kernelSize: 2, inputShape: shape, name: 'conv' }),
      layers.globalAveragePooling2d(),
      layers.dense({ units: 2, name: 'scores' }),
    ]);
    await expect(templates(model)).rejects.toThrow(/the input of 'scores' must be a flattened picture/);
    await expect(templates(model, 'conv')).rejects.toThrow(/needs a dense layer; 'conv' is a Conv2D/);
  });
});
