import { describe, expect, it } from 'vitest';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

const row = (...values: number[]): { shape: number[]; values: number[] } => ({ shape: [1, values.length], values });

describe('layers of two inputs', () => {
  it.each([
    [layers.subtract(), [-3, 1, 4]],
    [layers.divide(), [0.25, -1, 3]],
    [layers.maximum(), [4, 0.5, 6]],
    [layers.minimum(), [1, -0.5, 2]],
  ])('%#: compute element by element', (layer, expected) => {
    const inputs = [row(1, 0.5, 6), row(4, -0.5, 2)];
    expect(runLayer(layer, inputs).values).toEqual(expected);
  });

  it('stretch, and take three where the order does not matter', () => {
    const wide = { shape: [1, 1, 2, 2], values: [1, 2, 3, 4] };
    const gate = { shape: [1, 1, 1, 2], values: [2, 3] };
    expect(runLayer(layers.subtract(), [wide, gate]).values).toEqual([-1, -1, 1, 1]);
    expect(runLayer(layers.maximum(), [row(1, 5), row(2, 3), row(0, 9)]).values).toEqual([2, 9]);
    expect(runLayer(layers.minimum(), [row(1, 5), row(2, 3), row(0, 9)]).values).toEqual([0, 3]);
  });

  it('refuse another number of inputs', () => {
    expect(() => layers.subtract().outputShape([[2], [2], [2]])).toThrow(/subtract: takes two inputs/);
    expect(() => layers.divide().outputShape([[2]])).toThrow(/divide: takes two inputs/);
  });
});

describe('Power', () => {
  it.each([
    [2, [4, 9]],
    [3, [-8, 27]],
    [0, [1, 1]],
    [-1, [-0.5, 1 / 3]],
    [5, [-32, 243]],
  ])('takes whole exponents of any number: %d', (exponent, expected) => {
    runLayer(layers.power({ exponent }), [row(-2, 3)]).values.forEach((value, i) =>
      expect(value).toBeCloseTo(expected[i], 6),
    );
  });

  it.each([0.5, 1.5, 0.3, -0.5])('takes other exponents of positive numbers: %d', (exponent) => {
    const { values } = runLayer(layers.power({ exponent }), [row(0.25, 4)]);
    [0.25, 4].forEach((x, i) => expect(values[i]).toBeCloseTo(x ** exponent, 10));
  });
});

describe('Clip', () => {
  it('keeps values within its limits', () => {
    expect(runLayer(layers.clip({ minValue: -1, maxValue: 2 }), [row(-3, 0, 3)]).values).toEqual([-1, 0, 2]);
    expect(runLayer(layers.clip({ maxValue: 2 }), [row(-3, 3)]).values).toEqual([-3, 2]);
    expect(() => layers.clip({ minValue: 2, maxValue: 1 })).toThrow(
      /minValue must not exceed maxValue; received 2 and 1/,
    );
  });
});

describe('Affine', () => {
  const picture = { shape: [1, 1, 2, 2], values: [1, 2, 3, 4] };

  it('multiplies and adds per channel', () => {
    const weights = { gamma: [2, 3], beta: [10, 20] };
    expect(runLayer(layers.affine(), [picture], { weights }).values).toEqual([12, 26, 16, 32]);
  });

  it('has weights of another shape', () => {
    const layer = layers.affine({ scale: false, shape: [2, 1] });
    expect(runLayer(layer, [picture], { weights: { beta: [10, 20] } }).values).toEqual([11, 12, 23, 24]);
    expect(() => layers.affine({ shape: [3] }).outputShape([[1, 2, 2]])).toThrow(
      /shape \[3\] must stretch to the input's/,
    );
    expect(() => layers.affine({ shape: [2, 1, 2, 2] }).outputShape([[1, 2, 2]])).toThrow(/must stretch/);
  });
});

describe('ELU and PReLU', () => {
  it('follow their formulas', () => {
    const { values } = runLayer(layers.elu({ alpha: 0.5 }), [row(-1, 0, 2)]);
    [0.5 * (Math.exp(-1) - 1), 0, 2].forEach((y, i) => expect(values[i]).toBeCloseTo(y, 12));
    const shared = layers.prelu({ sharedAxes: [1, 2] });
    const run = runLayer(shared, [{ shape: [1, 1, 2, 2], values: [-1, -1, 2, -3] }], {
      weights: { alpha: [0.1, 0.5] },
    });
    [-0.1, -0.5, 2, -1.5].forEach((y, i) => expect(run.values[i]).toBeCloseTo(y, 12));
    const own = layers.prelu();
    runLayer(own, [row(1, 2)]);
    expect(own.weights[0].variable.shape).toEqual([2]);
  });
});

describe('LayerNormalization', () => {
  it("normalizes each position's channels", () => {
    const layer = layers.layerNormalization({ epsilon: 1e-5 });
    const { values } = runLayer(layer, [{ shape: [1, 2, 3], values: [1, 2, 3, 10, 10, 40] }], {
      weights: { gamma: [1, 2, 1], beta: [0, 0, 5] },
    });
    const normal = (x: number, mean: number, variance: number): number => (x - mean) / Math.sqrt(variance + 1e-5);
    const expected = [
      normal(1, 2, 2 / 3),
      0,
      normal(3, 2, 2 / 3) + 5,
      normal(10, 20, 200),
      2 * normal(10, 20, 200),
      normal(40, 20, 200) + 5,
    ];
    values.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 10));
  });
});

describe('Reduce', () => {
  const grid = { shape: [1, 2, 3], values: [1, 2, 3, 4, 5, 9] };
  it.each([
    ['mean', [1], false, [3], [2.5, 3.5, 6]],
    ['sum', [-1], true, [2, 1], [6, 18]],
    ['max', [1, 2], false, [], [9]],
  ] as const)('takes the %s along %j', (operation, axes, keepDims, shape, values) => {
    const run = runLayer(layers.reduce({ operation, axes, keepDims }), [grid]);
    expect(run).toMatchObject({ shape: [1, ...shape], values });
  });

  it('refuses what there is not', () => {
    expect(() => layers.reduce({ operation: 'median' as 'mean', axes: [1] })).toThrow(
      /operation must be one of mean, sum, max/,
    );
    expect(() => layers.reduce({ operation: 'mean', axes: [0] }).outputShape([[2]])).toThrow(/axis must be one of/);
  });
});

describe('Slice', () => {
  it('takes a block', () => {
    const grid = { shape: [1, 2, 3], values: [1, 2, 3, 4, 5, 6] };
    const run = runLayer(layers.slice({ begin: [0, 1], size: [-1, 2] }), [grid]);
    expect(run).toMatchObject({ shape: [1, 2, 2], values: [2, 3, 5, 6] });
    expect(() => layers.slice({ begin: [0], size: [4] }).outputShape([[3]])).toThrow(
      /must lie in the input; received \[3\]/,
    );
    expect(() => layers.slice({ begin: [-1], size: [1] })).toThrow(/begin must be whole numbers from 0/);
  });
});
