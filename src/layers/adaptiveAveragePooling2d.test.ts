import { describe, expect, it } from 'vitest';
import { gradients } from '../autodiff/index.js';
import { GraphBuilder, type Node, type Value } from '../graph/index.js';
import { evaluate, operators as ops } from '../ops/index.js';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

/** 1, 2, 3, … as one picture. */
const picture = (height: number, width: number): { shape: number[]; values: number[] } => ({
  shape: [1, height, width, 1],
  values: Array.from({ length: height * width }, (_, i) => i + 1),
});

describe('AdaptiveAveragePooling2D', () => {
  // The results are PyTorch's.
  it.each([
    ['even bins', picture(4, 4), 2, [3.5, 5.5, 11.5, 13.5], ['averagePool2d']],
    ['even bins that overlap', picture(1, 5), [1, 2], [2, 4], ['averagePool2d']],
    ['fewer values than bins', picture(1, 2), [1, 7], [1, 1, 1, 1.5, 2, 2, 2], undefined],
    ['one value for all bins', picture(1, 1), 2, [1, 1, 1, 1], undefined],
    ['bins of different lengths', picture(1, 7), [1, 5], [1.5, 2.5, 4, 5.5, 6.5], undefined],
    ['different bins along both axes', picture(3, 4), [2, 3], [3.5, 4.5, 5.5, 7.5, 8.5, 9.5], undefined],
    ['one bin', picture(2, 3), 1, [3.5], ['averagePool2d']],
  ] as const)('averages %s', (_, x, outputSize, values, operators) => {
    const run = runLayer(layers.adaptiveAveragePooling2d({ outputSize }), [x]);
    expect(run.values).toHaveLength(values.length);
    values.forEach((value, i) => expect(run.values[i]).toBeCloseTo(value, 12));
    if (operators) expect(run.operators.map(({ operator }) => operator)).toEqual(operators);
  });

  it('costs nothing where the map has its size already', () => {
    const run = runLayer(layers.adaptiveAveragePooling2d({ outputSize: [2, 3] }), [picture(2, 3)]);
    expect(run.values).toEqual([1, 2, 3, 4, 5, 6]);
    expect(run.operators).toEqual([]);
  });

  it('gives each value its share of the gradient', () => {
    const graph = new GraphBuilder('adaptive');
    const x = graph.input('x', [1, 1, 2, 1]);
    const layer = layers.adaptiveAveragePooling2d({ outputSize: [1, 7], name: 'pool' });
    const y = layer.call({ graph, training: true, step: undefined }, [x]);
    const weights = graph.constant(Float32Array.of(1, 2, 3, 4, 5, 6, 7), [1, 1, 7, 1]);
    const attributes = { axes: [0, 1, 2, 3], keepDims: false };
    const loss = ops.reduceSum(ops.mul(y, weights), attributes);
    const dx = gradients(loss, [x])[0]!;
    graph.output('dx', dx);
    const known = new Map<Node, Value>([[x, { shape: [1, 1, 2, 1], data: Float64Array.of(1, 2) }]]);
    evaluate(graph.finish().nodes, known);
    // The fourth bin is the mean of both values.
    expect([...known.get(dx)!.data]).toEqual([1 + 2 + 3 + 4 / 2, 4 / 2 + 5 + 6 + 7]);
  });

  it('knows its window once it has been built', () => {
    const windowOf = (size: number, outputSize: number): unknown => {
      const layer = layers.adaptiveAveragePooling2d({ outputSize, name: 'pool' });
      layer.buildOnce([[size, size, 1]], 0);
      return layer.window();
    };
    const square = (kernel: number, strides: number): unknown => ({
      kernel: [kernel, kernel],
      strides: [strides, strides],
      dilation: [1, 1],
    });
    expect(windowOf(7, 7)).toEqual(square(1, 1));
    expect(windowOf(13, 6)).toEqual(square(3, 2));
    expect(windowOf(14, 4)).toEqual(square(4, 3));
    expect(windowOf(2, 7)).toEqual(square(2, 1));
    expect(windowOf(9, 1)).toBe('global');
  });

  it('refuses sizes below 1, and what is not a picture', () => {
    expect(() => layers.adaptiveAveragePooling2d({ outputSize: 0 })).toThrow(
      /adaptiveAveragePooling2d: outputSize must be a whole number from 1/,
    );
    expect(() => layers.adaptiveAveragePooling2d({ outputSize: 7 }).outputShape([[512]])).toThrow(/needs an input/);
    expect(layers.adaptiveAveragePooling2d({ outputSize: [7, 5] }).outputShape([[2, 3, 8]])).toEqual([7, 5, 8]);
  });
});
