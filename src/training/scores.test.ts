import { describe, expect, it } from 'vitest';
import { bands } from '../../test/fixtures/tinyModels.js';
import { GraphBuilder, type Node } from '../graph/index.js';
import { layers, type Layer } from '../layers/index.js';
import { predictsScores } from '../fit/index.js';
import { modelFromBytes, sequential, type Sequential } from '../models/index.js';
import { operators } from '../ops/index.js';
import { endsInScores, losses, type Loss } from './index.js';

const { x, y } = bands(12);
const yes = Float32Array.from(y, (label) => Math.min(label, 1));

const ending = (...last: readonly Layer[]): Sequential =>
  sequential({ seed: 4, layers: [layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 6, 1] }), ...last] });

/** A loss's value for a model's predictions, before training. */
async function lossOf(net: Sequential, loss: Loss, targets: Int32Array | Float32Array = y): Promise<number> {
  net.compile({ optimizer: 'sgd', loss, engine: 'reference' });
  return (await net.evaluate(x, targets)).loss;
}

describe('whether predictions are scores', () => {
  const flat = (): Layer => layers.flatten();
  const dense = (units: number, activation?: 'softmax' | 'sigmoid' | 'relu'): Layer =>
    layers.dense({ units, activation });

  it.each<[string, boolean, () => Sequential]>([
    ['a dense layer', true, () => ending(flat(), dense(3))],
    ['a dense layer and dropout', true, () => ending(flat(), dense(3), layers.dropout({ rate: 0.5 }))],
    ['a dense layer over every position', true, () => ending(dense(3))],
    ['a convolution, averaged', true, () => ending(layers.globalAveragePooling2d())],
    ['a rectified convolution, averaged', true, () => ending(layers.relu(), layers.globalAveragePooling2d())],
    ['a normalised convolution', true, () => ending(layers.batchNormalization(), layers.globalMaxPooling2d())],
    ['softmax', false, () => ending(flat(), dense(3, 'softmax'))],
    ['softmax over every position, reshaped', false, () => ending(dense(3, 'softmax'), flat())],
    ['the mean of probabilities', false, () => ending(dense(3, 'softmax'), layers.globalAveragePooling2d())],
    ['sigmoid', false, () => ending(flat(), dense(1, 'sigmoid'))],
    [
      'a scaled tanh',
      false,
      () => ending(layers.activation({ activation: 'tanh' }), layers.rescaling({ scale: 0.5, offset: 0.5 })),
    ],
  ])('shows in the last operators: %s, %s', (_, scores, make) => {
    expect(predictsScores(make())).toBe(scores);
  });

  it('is looked for once in values that are used again and again', () => {
    const graph = new GraphBuilder('sums');
    let value: Node = graph.input('x', [2]);
    for (let i = 0; i < 60; i++) value = operators.add(value, value);
    expect(endsInScores(value)).toBe(false);
  });

  it.each(['sparseCategoricalCrossentropy', 'binaryCrossentropy'] as const)(
    'decides for %s, unless the user does',
    async (name) => {
      const binary = name === 'binaryCrossentropy';
      const units = binary ? 1 : 3;
      const targets = binary ? yes : y;
      const [scores, shares] = [undefined, binary ? ('sigmoid' as const) : ('softmax' as const)].map(
        (activation) => () => ending(flat(), dense(units, activation)),
      );
      const own = await lossOf(scores(), losses[name](), targets);
      expect(own).toBeCloseTo(await lossOf(scores(), losses[name]({ fromLogits: true }), targets), 6);
      expect(own).toBeCloseTo(await lossOf(shares(), losses[name](), targets), 6);
      expect(Math.abs(own - (await lossOf(scores(), losses[name]({ fromLogits: false }), targets)))).toBeGreaterThan(
        0.1,
      );
    },
  );

  it('moves the threshold of binary accuracy to 0, for every way to say it', async () => {
    const accuracies: number[] = [];
    for (const [activation, fromLogits] of [
      ['sigmoid', undefined],
      [undefined, undefined],
      [undefined, true],
    ] as const) {
      const net = ending(flat(), dense(1, activation));
      const loss = losses.binaryCrossentropy(fromLogits === undefined ? {} : { fromLogits });
      net.compile({ optimizer: 'sgd', loss, metrics: ['accuracy'], engine: 'reference' });
      accuracies.push((await net.evaluate(x, yes)).accuracy);
    }
    const predicted = await ending(flat(), dense(1)).predict(x);
    const right = predicted.data.filter((score, i) => Number(score > 0) === yes[i]).length / 12;
    expect(accuracies).toEqual([right, right, right].map((share) => expect.closeTo(share, 6) as number));
    // At 0.5 another picture would count: the test can tell the thresholds apart.
    expect(predicted.data.some((score) => score > 0 && score <= 0.5)).toBe(true);
  });

  it('is saved as it was given, or not at all', async () => {
    for (const options of [{}, { fromLogits: true }, { fromLogits: false }]) {
      const net = ending(flat(), dense(3));
      net.compile({ optimizer: 'sgd', loss: losses.sparseCategoricalCrossentropy(options), engine: 'reference' });
      const again = await modelFromBytes(await net.toBytes(), { engine: 'reference' });
      expect((await again.evaluate(x, y)).loss).toBeCloseTo((await net.evaluate(x, y)).loss, 5);
    }
    expect(losses.categoricalCrossentropy().config()).toEqual({ labelSmoothing: 0 });
    expect(losses.binaryCrossentropy({ fromLogits: false }).config()).toMatchObject({ fromLogits: false });
  });
});
