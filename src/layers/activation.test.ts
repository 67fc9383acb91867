import { describe, expect, it } from 'vitest';
import { activationNames, type ActivationName } from './activation.js';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

const points = [-7, -3, -1, -0.5, 0, 0.5, 1, 3, 7];
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const hardSigmoid = (x: number): number => Math.min(6, Math.max(0, x + 3)) / 6;
const total = points.reduce((sum, x) => sum + Math.exp(x), 0);

/** Written from the formulas of Keras's documentation. */
const formulas: Record<ActivationName, (x: number) => number> = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  relu6: (x) => Math.min(6, Math.max(0, x)),
  leakyRelu: (x) => (x < 0 ? 0.2 * x : x),
  sigmoid,
  tanh: Math.tanh,
  softmax: (x) => Math.exp(x) / total,
  swish: (x) => x * sigmoid(x),
  silu: (x) => x * sigmoid(x),
  exponential: Math.exp,
  hardSigmoid,
  hardSwish: (x) => x * hardSigmoid(x),
};

function expectClose(values: readonly number[], expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  // Both are computed in float64; the last digits may differ by the order of operations.
  expected.forEach((value, i) =>
    expect(Math.abs(values[i] - value)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(value))),
  );
}

const row = { shape: [1, points.length], values: points };

describe('Activation', () => {
  it.each(activationNames)('%s follows its formula', (activation) => {
    expectClose(runLayer(layers.activation({ activation }), [row]).values, points.map(formulas[activation]));
  });

  it('lists the known names after a typo', () => {
    expect(() => layers.activation({ activation: 'Relu' as 'relu', name: 'a' })).toThrow(
      /activation 'a': no activation of that name; received "Relu"; known are linear, relu, relu6/,
    );
    expect(() => layers.activation({ activation: 'toString' as 'relu' })).toThrow(/known are/);
  });
});

describe('ReLU', () => {
  it.each([
    [{}, (x: number) => Math.max(0, x)],
    [{ maxValue: 6 }, (x: number) => Math.min(6, Math.max(0, x))],
    [{ maxValue: 2 }, (x: number) => Math.min(2, Math.max(0, x))],
    [{ negativeSlope: 0.1 }, (x: number) => (x < 0 ? 0.1 * x : x)],
    [{ negativeSlope: 0.1, maxValue: 2 }, (x: number) => Math.min(2, x < 0 ? 0.1 * x : x)],
  ])('follows its formula for %j', (options, formula) => {
    expectClose(runLayer(layers.reLU(options), [row]).values, points.map(formula));
  });

  it('refuses negative options', () => {
    expect(() => layers.reLU({ maxValue: -1 })).toThrow(/reLU: maxValue must be a number, at least 0; received -1/);
    expect(() => layers.leakyReLU({ negativeSlope: NaN })).toThrow(/leakyReLU: negativeSlope .*received NaN/);
  });
});

describe('LeakyReLU', () => {
  it('slopes by 0.3 by default', () => {
    expectClose(
      runLayer(layers.leakyReLU(), [row]).values,
      points.map((x) => (x < 0 ? 0.3 * x : x)),
    );
  });
});

describe('Softmax', () => {
  const x = { shape: [1, 2, 2, 2], values: [0, 1, 2, 3, 4, 5, 6, 9] };
  const share = (a: number, b: number): number => Math.exp(a) / (Math.exp(a) + Math.exp(b));

  it.each([
    [-1, (i: number) => i ^ 1],
    [3, (i: number) => i ^ 1],
    [2, (i: number) => i ^ 2],
    [-3, (i: number) => i ^ 4],
  ])('goes over axis %i', (axis, partner) => {
    const expected = x.values.map((value, i) => share(value, x.values[partner(i)]));
    expectClose(runLayer(layers.softmax({ axis }), [x]).values, expected);
  });

  it('refuses the batch and axes that are not there', () => {
    expect(() => layers.softmax({ axis: 0 }).outputShape([[3]])).toThrow(/softmax: axis .*received 0 .*\[batch, 3\]/);
    expect(() => layers.softmax({ axis: 2 }).outputShape([[3]])).toThrow(/received 2/);
  });
});
