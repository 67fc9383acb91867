import { describe, expect, it } from 'vitest';
import { gradients } from '../autodiff/index.js';
import { GraphBuilder, type Node, type Value } from '../graph/index.js';
import { evaluate, operators as ops } from '../ops/index.js';
import { drawValue } from '../ops/drawing.js';
import type { Shape } from '../tensor/index.js';
import type { Layer } from './layer.js';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

const ramp = { shape: [1, 4, 1], values: [1, 2, 3, 4] };
const weights = { kernel: [1, 10, 100], bias: [0] };

describe('layers of signals', () => {
  it('slide along steps, and causal ones see no later step', () => {
    const values = (options: Parameters<typeof layers.conv1d>[0]): readonly number[] =>
      runLayer(layers.conv1d(options), [ramp], { weights }).values;
    expect(values({ filters: 1, kernelSize: 3 })).toEqual([321, 432]);
    expect(values({ filters: 1, kernelSize: 3, padding: 'same' })).toEqual([210, 321, 432, 43]);
    expect(values({ filters: 1, kernelSize: 3, padding: 'causal' })).toEqual([100, 210, 321, 432]);
    expect(values({ filters: 1, kernelSize: 3, padding: 'causal', dilationRate: 2 })).toEqual([100, 200, 310, 420]);
    expect(values({ filters: 1, kernelSize: 3, padding: [0, 2], strides: 2 })).toEqual([321, 43]);
  });

  it('give with one row what layers of pictures give', () => {
    const x = drawValue([2, 9, 4], 3);
    const pairs: readonly (readonly [Layer, Layer])[] = [
      [
        layers.conv1d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same', groups: 2, activation: 'tanh' }),
        layers.conv2d({
          filters: 6,
          kernelSize: [1, 3],
          strides: [1, 2],
          padding: 'same',
          groups: 2,
          activation: 'tanh',
        }),
      ],
      [
        layers.depthwiseConv1d({ kernelSize: 3, depthMultiplier: 2, dilationRate: 2 }),
        layers.depthwiseConv2d({ kernelSize: [1, 3], depthMultiplier: 2, dilationRate: [1, 2] }),
      ],
      [
        layers.separableConv1d({ filters: 5, kernelSize: 3, padding: [2, 0] }),
        layers.separableConv2d({ filters: 5, kernelSize: [1, 3], padding: [0, 0, 2, 0] }),
      ],
      [
        layers.conv1dTranspose({ filters: 3, kernelSize: 4, strides: 3, padding: [1, 0], outputPadding: 2 }),
        layers.conv2dTranspose({
          filters: 3,
          kernelSize: [1, 4],
          strides: [1, 3],
          padding: [0, 0, 1, 0],
          outputPadding: [0, 2],
        }),
      ],
      [
        layers.maxPooling1d({ poolSize: 3, strides: 2, ceilMode: true }),
        layers.maxPooling2d({ poolSize: [1, 3], strides: [1, 2], ceilMode: true }),
      ],
      [
        layers.averagePooling1d({ poolSize: 4, padding: [1, 2], countPadding: true }),
        layers.averagePooling2d({ poolSize: [1, 4], padding: [0, 0, 1, 2], countPadding: true }),
      ],
      [layers.upSampling1d({ size: 3 }), layers.upSampling2d({ size: [1, 3] })],
      [layers.zeroPadding1d({ padding: [2, 1] }), layers.zeroPadding2d({ padding: [0, 0, 2, 1] })],
      [layers.cropping1d({ cropping: [2, 1] }), layers.cropping2d({ cropping: [0, 0, 2, 1] })],
    ];
    for (const [ours, picture] of pairs) {
      const signal = { shape: x.shape, values: x.data };
      const run = runLayer(ours, [signal]);
      const given = Object.fromEntries(Object.entries(run.weights).map(([name, values]) => [name, values]));
      const whole = runLayer(picture, [{ ...signal, shape: [2, 1, 9, 4] }], { weights: given });
      expect([whole.shape[0], ...whole.shape.slice(2)], ours.className).toEqual(run.shape);
      expect(whole.values, ours.className).toEqual(run.values);
      expect(picture.window?.()).toEqual(ours.window?.());
    }
  });

  it('keep weights in Keras’s shapes', () => {
    const shapes = (layer: Layer): readonly Shape[] => {
      layer.buildOnce([[9, 4]], 1);
      return layer.weights.map(({ variable }) => variable.shape);
    };
    expect(shapes(layers.conv1d(6, 3, { groups: 2 }))).toEqual([[3, 2, 6], [6]]);
    expect(shapes(layers.depthwiseConv1d(3, { depthMultiplier: 2 }))).toEqual([[3, 4, 2], [8]]);
    expect(shapes(layers.separableConv1d(5, 3, { depthMultiplier: 2 }))).toEqual([[3, 4, 2], [1, 8, 5], [5]]);
    expect(shapes(layers.conv1dTranspose(5, 3))).toEqual([[3, 5, 4], [5]]);
  });

  it('refuse what they cannot take', () => {
    expect(() => layers.conv1d(4, [3, 3] as never)).toThrow(
      'conv1d: kernelSize must be a whole number from 1; received [3, 3]',
    );
    expect(() => layers.conv1d({ filters: 4, kernelSize: 3, padding: 'full' as 'same' })).toThrow(
      "conv1d: padding must be one of 'valid', 'same', 'causal' or [before, after]; received 'full'",
    );
    expect(() => layers.conv1dTranspose({ filters: 4, kernelSize: 3, padding: 'causal' as 'same' })).toThrow(
      "conv1dTranspose: padding must be one of 'valid', 'same' or [before, after]; received 'causal'",
    );
    expect(() => layers.conv1d(4, 5).outputShape([[3, 2]])).toThrow(
      /conv1d: a kernel of 5 does not fit 3 steps; received input \[3, 2\]; use padding 'same'/,
    );
    expect(() => layers.maxPooling1d(5).outputShape([[3, 2]])).toThrow(/a window of 5 does not fit 3 steps/);
    expect(() => layers.maxPooling1d({ padding: 2 })).toThrow(/padding must be smaller than poolSize 2/);
    expect(() => layers.conv1d(4, 3).outputShape([[3, 2, 1]])).toThrow(
      /needs an input \[steps, channels\]; received \[3, 2, 1\]; use conv2d, or put a reshape before it/,
    );
    expect(() => layers.cropping1d(2).outputShape([[4, 1]])).toThrow(
      /must leave something.*received \[2, 2\] for \[4, 1\]/,
    );
    expect(() => layers.repeatVector(3).outputShape([[4, 1]])).toThrow(/repeatVector: needs a vector/);
    expect(() => layers.dot({ axes: 1 }).outputShape([[4], [5]])).toThrow(
      /dot: axis 1 of the first input must be as large as axis 1 of the second; received \[.*4\] and \[.*5\]/,
    );
    expect(() => layers.dot({ axes: 0 }).outputShape([[4], [4]])).toThrow(/axis must be one of the input's, from 1/);
    expect(() => layers.dot({ axes: 1 }).outputShape([[4]])).toThrow(/dot: takes two inputs/);
  });
});

describe('layers that join and normalize vectors', () => {
  it('add products up along an axis of each input', () => {
    const a = { shape: [1, 2, 3], values: [1, 2, 3, 4, 5, 6] };
    const b = { shape: [1, 3, 2], values: [1, 0, 0, 1, 1, 1] };
    expect(runLayer(layers.dot({ axes: [2, 1] }), [a, b])).toMatchObject({ shape: [1, 2, 2], values: [4, 5, 10, 11] });
    expect(runLayer(layers.dot({ axes: [1, 2] }), [a, b])).toMatchObject({
      shape: [1, 3, 3],
      values: [1, 4, 5, 2, 5, 7, 3, 6, 9],
    });
    const vector = { shape: [1, 2], values: [3, 4] };
    expect(runLayer(layers.dot(-1), [vector, vector])).toMatchObject({ shape: [1, 1], values: [25] });
    const [cosine] = runLayer(layers.dot({ axes: -1, normalize: true }), [
      vector,
      { ...vector, values: [4, 3] },
    ]).values;
    expect(cosine).toBeCloseTo(24 / 25, 12);
  });

  it('divide by lengths, of which none is 0', () => {
    const x = { shape: [2, 2], values: [3, 4, 0, 0] };
    const { values } = runLayer(layers.unitNormalization(), [x]);
    [0.6, 0.8, 0, 0].forEach((value, i) => expect(values[i]).toBeCloseTo(value, 12));
  });
});

/** The largest difference between the gradients of a layer and central differences, by inputs and weights. */
function gradientError(layer: Layer, shapes: readonly Shape[]): number {
  layer.assignName('layer');
  layer.buildOnce(
    shapes.map((shape) => shape.slice(1)),
    1,
  );
  const graph = new GraphBuilder('layer');
  const inputs = shapes.map((shape, i) => graph.input(`x${i}`, shape));
  const y = layer.call({ graph, training: false, step: undefined }, inputs);
  const projection = graph.input('projection', y.type.shape);
  const axes = y.type.shape.map((_, axis) => axis);
  const loss = ops.reduceSum(ops.mul(y, projection), { axes, keepDims: false });
  const wrt = [...inputs, ...layer.weights.map(({ variable }) => graph.variable(variable))];
  const known = new Map<Node, Value>(
    [...wrt, projection].map((node, i) => [node, drawValue(node.type.shape, i + 1, { distinct: true })]),
  );
  const valueOf = (node: Node, values: ReadonlyMap<Node, Value>): Value =>
    evaluate(
      [node].flatMap(function all(of: Node): Node[] {
        return of.kind === 'operator' ? [...of.inputs.flatMap(all), of] : [of];
      }),
      new Map(values),
    ).get(node)!;
  const errors = gradients(loss, wrt).map((gradient, i) => {
    const { shape, data } = known.get(wrt[i])!;
    const computed = valueOf(gradient!, known).data;
    return [...data.keys()].map((element) => {
      const at = (change: number): number =>
        valueOf(loss, new Map(known).set(wrt[i], { shape, data: data.with(element, data[element] + change) })).data[0];
      const expected = (at(1e-5) - at(-1e-5)) / 2e-5;
      return Math.abs(computed[element] - expected) / Math.max(1, Math.abs(expected));
    });
  });
  return Math.max(...errors.flat());
}

describe('gradients agree with central differences', () => {
  const cases: readonly (readonly [Layer, readonly Shape[]])[] = [
    [layers.conv1d({ filters: 2, kernelSize: 3, strides: 2, padding: 'causal', activation: 'tanh' }), [[2, 6, 3]]],
    [layers.conv1d({ filters: 4, kernelSize: 2, groups: 2, padding: [1, 0] }), [[2, 5, 2]]],
    [layers.depthwiseConv1d({ kernelSize: 3, depthMultiplier: 2, padding: 'same' }), [[2, 5, 2]]],
    [layers.separableConv1d({ filters: 3, kernelSize: 3, dilationRate: 2 }), [[1, 7, 2]]],
    [layers.conv1dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }), [[2, 4, 2]]],
    [layers.maxPooling1d({ poolSize: 3, strides: 2, padding: 'same' }), [[1, 7, 2]]],
    [layers.averagePooling1d({ poolSize: 3, strides: 2, ceilMode: true }), [[1, 6, 2]]],
    [layers.globalAveragePooling1d(), [[2, 5, 2]]],
    [layers.globalMaxPooling1d(), [[2, 5, 2]]],
    [layers.upSampling1d({ size: 3 }), [[2, 3, 2]]],
    [layers.repeatVector({ n: 3 }), [[2, 4]]],
    [layers.zeroPadding1d({ padding: [2, 1] }), [[1, 3, 2]]],
    [layers.cropping1d({ cropping: [1, 2] }), [[1, 6, 2]]],
    [layers.unitNormalization({ axis: [1, 2] }), [[2, 2, 3]]],
    [
      layers.dot({ axes: [1, 2], normalize: true }),
      [
        [2, 3, 2],
        [2, 2, 3],
      ],
    ],
    [
      layers.dot({ axes: [2, 3] }),
      [
        [1, 2, 3, 2],
        [1, 2, 2, 3],
      ],
    ],
    [layers.upSampling2d({ size: [2, 3], interpolation: 'bicubic' }), [[1, 3, 2, 2]]],
    [layers.resizing({ height: 3, width: 5, interpolation: 'lanczos3' }), [[1, 5, 3, 1]]],
    [layers.resizing({ height: 3, width: 5, coordinates: 'alignCorners' }), [[1, 5, 3, 1]]],
  ];

  it.each(cases.map(([layer, shapes]) => [layer.className, layer, shapes] as const))('of %s', (_, layer, shapes) => {
    // Truncation and rounding are below 1e-9; a wrong share of a gradient is above 1e-3.
    expect(gradientError(layer, shapes)).toBeLessThan(1e-6);
  });
});

describe('dropout with other noise', () => {
  const selu = drawValue([100, 200], 5, { low: -Math.sqrt(3), high: Math.sqrt(3) });
  const x = { shape: selu.shape, values: selu.data };
  const momentsOf = (values: readonly number[]): readonly [mean: number, variance: number] => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length];
  };

  it('keeps mean 0 and variance 1 where SELU has them', () => {
    const { values } = runLayer(layers.alphaDropout({ rate: 0.3 }), [x], { training: true });
    const [mean, variance] = momentsOf(values);
    // Four standard errors of 20,000 draws and their inputs'.
    expect(Math.abs(mean)).toBeLessThan(0.04);
    expect(Math.abs(variance - 1)).toBeLessThan(0.04);
    const lowest = values.filter((value) => Math.abs(value - Math.min(...values.slice(0, 1000))) < 1e-9).length;
    expect(Math.abs(lowest / values.length - 0.3)).toBeLessThan(0.015);
  });

  it('multiplies by numbers around 1 with the variance of a dropout', () => {
    const ones = { shape: [100, 200], values: new Array<number>(20_000).fill(1) };
    const { values } = runLayer(layers.gaussianDropout({ rate: 0.2 }), [ones], { training: true });
    const [mean, variance] = momentsOf(values);
    expect(Math.abs(mean - 1)).toBeLessThan(0.02);
    expect(Math.abs(variance / 0.25 - 1)).toBeLessThan(0.05);
    expect(runLayer(layers.gaussianDropout({ rate: 0.2 }), [ones]).values).toEqual(ones.values);
  });

  it('drops whole channels of a signal', () => {
    const ones = { shape: [4, 5, 50], values: new Array<number>(1000).fill(1) };
    const { values } = runLayer(layers.spatialDropout1d({ rate: 0.5 }), [ones], { training: true });
    for (let n = 0; n < 4; n++)
      for (let c = 0; c < 50; c++) {
        const channel = [0, 1, 2, 3, 4].map((step) => values[(n * 5 + step) * 50 + c]);
        expect([0, 2]).toContain(channel[0]);
        expect(new Set(channel).size).toBe(1);
      }
    expect(new Set(values)).toEqual(new Set([0, 2]));
  });
});
