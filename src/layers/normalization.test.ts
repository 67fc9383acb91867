import { describe, expect, it } from 'vitest';
import { importTfjs } from '../formats/tfjs/importTfjs.js';
import { tfjsFiles } from '../formats/tfjs/exportTfjs.js';
import { modelFromBytes } from '../models/load.js';
import { sequential } from '../models/index.js';
import { Random, Tensor, tensor } from '../tensor/index.js';
import { layers } from './index.js';
import { runLayer } from './runLayer.js';

const examples = tensor([
  [0, 7, 4],
  [2, 9, 6],
  [0, 7, 4],
  [2, 9, 6],
]);

/** Numbers far from 0, [8, 3, 2, 4]. */
function shifted(): Tensor<'float32'> {
  const random = new Random([3]);
  return new Tensor(
    'float32',
    [8, 3, 2, 4],
    Float32Array.from({ length: 192 }, () => random.normal(1000, 0.5)),
  );
}

describe('normalization', () => {
  it('adapts to a tensor, as in Keras’s example', async () => {
    const layer = layers.normalization();
    await layer.adapt(examples);
    expect(runLayer(layer, [{ shape: [1, 3], values: [0, 7, 4] }]).values).toEqual([-1, -1, -1]);
    const back = layers.normalization({ invert: true });
    await back.adapt(examples);
    expect(runLayer(back, [{ shape: [1, 3], values: [1, 2, 3] }]).values).toEqual([2, 10, 8]);
  });

  it('takes mean and variance, for all numbers or each place of the axis', () => {
    const one = layers.normalization({ axis: null, mean: 3, variance: 2 });
    const { values } = runLayer(one, [{ shape: [3, 1], values: [1, 2, 3] }]);
    [-Math.SQRT2, -Math.SQRT1_2, 0].forEach((value, i) => expect(values[i]).toBeCloseTo(value, 6));
    const rows = layers.normalization({ axis: 1, mean: [0, 10], variance: [1, 4] });
    const x = { shape: [1, 2, 3], values: [1, 2, 3, 12, 14, 16] };
    expect(runLayer(rows, [x]).values).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it('divides by something where nothing varies', async () => {
    const layer = layers.normalization();
    await layer.adapt(tensor([[5], [5]]));
    const [value] = runLayer(layer, [{ shape: [1, 1], values: [5 + 1e-7] }]).values;
    expect(value).toBeCloseTo(1, 2);
  });

  it('finds the same in a tensor, in batches and in a data set, also far from 0', async () => {
    const x = shifted();
    const set = {
      size: 8,
      inputShape: [3, 2, 4],
      fill(indices: ArrayLike<number>, into: Float32Array) {
        Array.from(indices, (index, i) => into.set(x.slice(index, index + 1).data, i * 24));
      },
    };
    const batches = [x.slice(0, 3), x.slice(3, 8)] as const;
    const forms = [x, set, batches, () => batches.map((batch) => [batch, tensor([0])] as const)];
    const expected = [0, 1, 2, 3].map((channel) => {
      const own = Array.from(x.data).filter((_, i) => i % 4 === channel);
      const mean = own.reduce((a, b) => a + b) / own.length;
      return { mean, variance: own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length };
    });
    for (const data of forms) {
      const layer = layers.normalization({ inputShape: [3, 2, 4] });
      const model = sequential([layer]);
      await layer.adapt(data);
      const weights = await model.getWeights();
      const [mean, variance] = [...weights.values()].map((weight) => [...weight.data]);
      expect(mean).toEqual(expected.map((one) => Math.fround(one.mean)));
      variance.forEach((value, i) => expect(value).toBeCloseTo(expected[i].variance, 6));
      await model.dispose();
    }
  });

  it('adapts within a model that has predicted, and is saved with it', async () => {
    const layer = layers.normalization({ inputShape: [3] });
    const model = sequential([layer]);
    expect([...(await model.predict(examples)).data]).toEqual([...examples.data]);
    await layer.adapt(examples);
    const y = [...(await model.predict(examples)).data];
    expect(y).toEqual([-1, -1, -1, 1, 1, 1, -1, -1, -1, 1, 1, 1]);
    const again = await modelFromBytes(await model.toBytes());
    expect([...(await again.predict(examples)).data]).toEqual(y);
    expect(model.parameterCounts()).toMatchObject({ parameters: 0, statistics: 6 });
    await Promise.all([model.dispose(), again.dispose()]);
  });

  it('is adapted before the model is built, and training leaves its statistics alone', async () => {
    const layer = layers.normalization();
    await layer.adapt(examples);
    const model = sequential([layer, layers.dense({ units: 1 })]);
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await model.fit(examples, tensor([[1], [2], [1], [2]]), { epochs: 2, verbose: 0 });
    const weights = await model.getWeights();
    expect([...weights.get('normalization/mean')!.data]).toEqual([1, 8, 5]);
    expect([...weights.get('normalization/variance')!.data]).toEqual([1, 1, 1]);
    await model.dispose();
  });

  it('goes to TensorFlow.js as layers that compute the same', async () => {
    for (const options of [{}, { invert: true }, { axis: null, mean: 2, variance: 3 }] as const) {
      const layer = layers.normalization({ ...options, inputShape: [3] });
      const model = sequential([layer]);
      if (!('mean' in options)) await layer.adapt(examples);
      const back = await importTfjs(await tfjsFiles(model));
      const [expected, received] = [await model.predict(examples), await back.predict(examples)];
      received.data.forEach((value, i) => expect(value).toBeCloseTo(expected.data[i], 5));
      await Promise.all([model.dispose(), back.dispose()]);
    }
    const other = sequential([layers.normalization({ axis: 1, inputShape: [2, 3] })]);
    await expect(tfjsFiles(other)).rejects.toThrow(/normalizes along the last axis alone/);
  });

  it('says what does not fit', async () => {
    expect(() => layers.normalization({ mean: 1 })).toThrow(/takes mean and variance together.*a mean alone/);
    expect(() => layers.normalization({ mean: ['a'] as never, variance: [1] })).toThrow(/must be numbers/);
    const five = layers.normalization({ mean: [1, 2, 3, 4, 5], variance: [1, 1, 1, 1, 1] });
    expect(() => five.outputShape([[3]])).toThrow(/one number, or \[3\] of them for an input \[3\]; received \[5\]/);
    expect(() => layers.normalization({ axis: 0 }).outputShape([[3]])).toThrow(/axis must be one of the input's/);
    await expect(five.adapt(examples)).rejects.toThrow(/its mean and variance are given/);
    const built = layers.normalization({ inputShape: [4] });
    sequential([built]);
    await expect(built.adapt(examples)).rejects.toThrow(/its input is \[4\]; received examples \[3\]/);
    await expect(layers.normalization().adapt([])).rejects.toThrow(/at least one example/);
    await expect(layers.normalization().adapt([1, 2] as never)).rejects.toThrow(/adapts to a tensor/);
  });
});
