import { describe, expect, it } from 'vitest';
import { activationNames, type ActivationName } from './activations.js';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

const points = [-7, -3, -1, -0.5, 0, 0.5, 1, 3, 7];
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const hardSigmoid = (x: number): number => Math.min(6, Math.max(0, x + 3)) / 6;
const total = points.reduce((sum, x) => sum + Math.exp(x), 0);

/** The error function by its power series, which is exact enough below 4. */
function erf(x: number): number {
  if (Math.abs(x) > 4) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; n < 120; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const elu = (x: number): number => (x > 0 ? x : Math.exp(x) - 1);
const softplus = (x: number): number => Math.log1p(Math.exp(x));

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
  elu,
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.exp(x) - 1)),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
  mish: (x) => x * Math.tanh(softplus(x)),
  logSoftmax: (x) => x - Math.log(total),
  erf,
  abs: Math.abs,
  log: Math.log,
};

/** What is a quotient of polynomials: as exact as float32 needs it. */
const approximate: readonly ActivationName[] = ['erf', 'gelu'];

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
    const positive = points.map((x) => Math.abs(x) + 0.1);
    const given = activation === 'log' ? positive : points;
    const { values } = runLayer(layers.activation({ activation }), [{ shape: [1, given.length], values: given }]);
    const expected = given.map(formulas[activation]);
    if (!approximate.includes(activation)) expectClose(values, expected);
    else values.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(1e-6));
  });

  it('lists the known names after a typo', () => {
    expect(() => layers.activation({ activation: 'Relu' as 'relu', name: 'a' })).toThrow(
      /activation 'a': no activation of that name; received "Relu"; write relu; use one of linear, relu, relu6/,
    );
    expect(() => layers.activation({ activation: 'toString' as 'relu' })).toThrow(/use one of/);
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
    expectClose(runLayer(layers.relu(options), [row]).values, points.map(formula));
  });

  it('refuses negative options', () => {
    expect(() => layers.relu({ maxValue: -1 })).toThrow(/relu: maxValue must be a number from 0; received -1/);
    expect(() => layers.leakyRelu({ negativeSlope: NaN })).toThrow(/leakyRelu: negativeSlope .*received NaN/);
  });
});

describe('LeakyReLU', () => {
  it('slopes by 0.3 by default', () => {
    expectClose(
      runLayer(layers.leakyRelu(), [row]).values,
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
