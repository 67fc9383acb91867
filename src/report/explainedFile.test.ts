import { describe, expect, it } from 'vitest';
import { explain } from '../explain/index.js';
import { layers } from '../layers/index.js';
import { sequential } from '../models/index.js';
import { Tensor } from '../tensor/index.js';
import { captionOf } from './explainedFile.js';

describe('what is said below an explanation', () => {
  const model = sequential({
    layers: [layers.flatten({ inputShape: [2, 2, 1] }), layers.dense({ units: 3 })],
    seed: 1,
  });
  model.classNames = ['one', 'six', 'seven'];
  const picture = new Tensor('float32', [2, 2, 1], Float32Array.of(0.2, 0.9, 0.4, 0.7));

  it('names both classes of a difference, and with them what its colours speak for', async () => {
    const why = await explain(model, picture, {
      method: 'integrated-gradients',
      target: { class: 'seven', minus: 'one' },
    });
    expect(captionOf(why)).toMatchObject({ target: 'seven − one', reading: 'red speaks for seven, blue for one' });
  });

  it('says of one class what speaks for it and against it, or where its places are without signs', async () => {
    const signed = await explain(model, picture, { method: 'integrated-gradients', target: 'seven' });
    expect(captionOf(signed).reading).toBe('red speaks for it, blue against it');
    const plain = await explain(model, picture, { method: 'saliency', target: 'seven' });
    expect(captionOf(plain).reading).toBe('the lighter a place, the more it counts');
  });
});
