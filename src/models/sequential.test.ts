import { describe, expect, it } from 'vitest';
import { input, layers } from '../layers/index.js';
import { Tensor } from '../tensor/index.js';
import { model as functional, modelFromBytes, sequential, type Model } from './index.js';

const x = new Tensor('float32', [2, 3], Float32Array.of(1, -2, 3, 0.5, 0, -1));

/** Two ways from input to output, one skipping the other. */
function branches(): Model {
  const start = input({ shape: [3] });
  const way = layers.dense({ units: 3, name: 'way', activation: 'tanh' }).apply(start);
  return functional({ inputs: start, outputs: layers.add({ name: 'sum' }).apply(way, start), seed: 4 });
}

describe('models in a stack', () => {
  it('become part of it, with their weights', async () => {
    const base = sequential({ layers: [layers.dense({ units: 4, inputShape: [3], activation: 'relu' })], seed: 3 });
    const before = await base.predict(x);
    const head = layers.dense({ units: 2 });
    const whole = sequential([base, head]);
    expect(whole.layers).toEqual([...base.layers, head]);
    expect(whole.kind).toBe('Sequential');
    const end = sequential([layers.dense({ units: 2, inputShape: [4], name: 'same' })]);
    const weights = await whole.getWeights();
    await end.setWeights(
      new Map(['kernel', 'bias'].map((name) => [`same/${name}`, weights.get(`${head.name}/${name}`)!])),
    );
    expect((await whole.predict(x)).data).toEqual((await end.predict(before)).data);
  });

  it('may have branches; the whole is then saved as a graph of layers', async () => {
    const base = branches();
    const whole = sequential([base, layers.dense({ units: 2 })]);
    whole.add(layers.softmax());
    expect(whole.layers.map(({ name }) => name)).toEqual(['way', 'sum', 'dense', 'softmax']);
    expect(whole.kind).toBe('Functional');
    const again = await modelFromBytes(await whole.toBytes());
    expect(again.kind).toBe('Functional');
    expect((await again.predict(x)).data).toEqual((await whole.predict(x)).data);
  });

  it('may be stacks whose input is not known yet', async () => {
    const inner = sequential([layers.dense({ units: 4 }), layers.relu()]);
    const whole = sequential([inner, layers.dense({ units: 2 })]);
    expect((await whole.predict(x)).shape).toEqual([2, 2]);
    expect(whole.layers.map(({ className }) => className)).toEqual(['Dense', 'ReLU', 'Dense']);
  });

  it('say which way they do not fit', () => {
    const base = branches();
    expect(() => sequential([layers.dense({ units: 5, inputShape: [3] }), base])).toThrow(/its input 0 takes \[3\]/);
  });
});
