import { describe, expect, it } from 'vitest';
import { bands, tinyModel } from '../../test/fixtures/tinyModels.js';
import { PictureSet } from '../data/index.js';
import { expectOptions } from './acceptedOptions.js';
import { Tensor, tensor } from './index.js';

const take = (kind: 'list' | 'object' | 'list or object', given: unknown): unknown =>
  expectOptions({ where: 'work', kinds: { given: kind } }, { given });

describe('an option of several kinds', () => {
  const { x, y } = bands(6);
  const train = new PictureSet({ name: 'bands', x, y: new Tensor('int32', [6], y), classNames: ['a', 'b', 'c'] });

  it('takes objects of classes that say what to write in place of other libraries’ names, and asks them for none', () => {
    for (const one of [train, tinyModel(), tensor([1, 2])]) {
      for (const kind of ['object', 'list or object'] as const) expect(() => take(kind, one)).not.toThrow();
    }
    expect(() => take('list', train)).toThrow(/work: given must be a list; received/);
  });

  it('takes lists of any kind as such', () => {
    for (const list of [[], [1], new Float32Array(2), { length: 1, 0: 1 }])
      expect(() => take('list', list)).not.toThrow();
    for (const other of [null, 'text', 3, { length: 'long' }, new Map()])
      expect(() => take('list', other)).toThrow('must be a list');
  });

  it('is validation data from a data set', async () => {
    const model = tinyModel();
    const { history } = await model.fit(train, { epochs: 1, batchSize: 4, verbose: 0, validationData: train });
    expect(history.valLoss).toHaveLength(1);
  });
});
