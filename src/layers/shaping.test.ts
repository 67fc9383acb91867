import { describe, expect, it } from 'vitest';
import { input } from './input.js';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

const grid = { shape: [1, 2, 2, 1], values: [1, 2, 3, 4] };

describe('Flatten and Reshape', () => {
  it('keep the values in order', () => {
    expect(runLayer(layers.flatten(), [grid])).toMatchObject({ shape: [1, 4], values: [1, 2, 3, 4] });
    const layer = layers.reshape({ targetShape: [-1, 2] });
    expect(runLayer(layer, [{ shape: [2, 4], values: [1, 2, 3, 4, 5, 6, 7, 8] }])).toMatchObject({
      shape: [2, 2, 2],
      values: [1, 2, 3, 4, 5, 6, 7, 8],
    });
    expect(layers.flatten().outputShape([[]])).toEqual([1]);
  });

  it('refuse what does not add up', () => {
    expect(() => layers.reshape({ targetShape: [3, -1] }).outputShape([[4]])).toThrow(
      /reshape: targetShape \[3, -1\] does not hold the input's 4 values; received \[4\]/,
    );
    expect(() => layers.reshape({ targetShape: [3] }).outputShape([[4]])).toThrow(/does not hold/);
    expect(() => layers.reshape({ targetShape: [-1, -1] })).toThrow(/at most one −1/);
    expect(() => layers.reshape({ targetShape: [0] })).toThrow(/received \[0\]/);
  });
});

describe('ZeroPadding2D', () => {
  it.each([
    [1, [4, 4, 1], [0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0]],
    [[0, 1] as const, [2, 4, 1], [0, 1, 2, 0, 0, 3, 4, 0]],
    [
      [
        [0, 1],
        [1, 0],
      ] as const,
      [3, 3, 1],
      [0, 1, 2, 0, 3, 4, 0, 0, 0],
    ],
    [[0, 1, 1, 0] as const, [3, 3, 1], [0, 1, 2, 0, 3, 4, 0, 0, 0]],
  ])('puts %j around the picture', (padding, shape, values) => {
    expect(runLayer(layers.zeroPadding2d({ padding }), [grid])).toMatchObject({ shape: [1, ...shape], values });
  });

  it('pads by 1 by default and refuses odd paddings', () => {
    expect(layers.zeroPadding2d().outputShape([[5, 5, 2]])).toEqual([7, 7, 2]);
    expect(() => layers.zeroPadding2d({ padding: [1, 2, 3] as never })).toThrow(
      /padding must be .*received \[1, 2, 3\]/,
    );
  });
});

describe('PadChannels', () => {
  const pair = { shape: [1, 1, 2, 2], values: [1, 2, 3, 4] };

  it('puts channels of zeros before and behind', () => {
    const run = runLayer(layers.padChannels({ before: 1, after: 2 }), [pair]);
    expect(run).toMatchObject({ shape: [1, 1, 2, 5], values: [0, 1, 2, 0, 0, 0, 3, 4, 0, 0] });
    expect(runLayer(layers.padChannels(), [pair]).values).toEqual(pair.values);
  });

  it('refuses what are not counts', () => {
    expect(() => layers.padChannels({ after: -1 })).toThrow(
      'padChannels: after must be a whole number from 0; received -1',
    );
    expect(() => layers.padChannels({ before: 1 }).outputShape([[4]])).toThrow(/padChannels: needs an input/);
  });
});

describe('Permute', () => {
  it('moves axes, counted from 1', () => {
    const x = { shape: [2, 1, 3, 2], values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] };
    expect(runLayer(layers.permute({ dims: [3, 1, 2] }), [x])).toMatchObject({
      shape: [2, 2, 1, 3],
      values: [1, 3, 5, 2, 4, 6, 7, 9, 11, 8, 10, 12],
    });
    expect(layers.permute({ dims: [2, 3, 1] }).outputShape([[5, 6, 7]])).toEqual([6, 7, 5]);
  });

  it('wants each axis once', () => {
    expect(() => layers.permute({ dims: [0, 1] })).toThrow(/permute: dims must name each axis once.*received \[0, 1\]/);
    expect(() => layers.permute({ dims: [1, 1] })).toThrow(/received \[1, 1\]/);
    expect(() => layers.permute({ dims: [2, 1] }).outputShape([[2, 3, 4]])).toThrow(
      'permute: dims [2, 1] need an input of 2 axes; received [2, 3, 4]',
    );
  });
});

describe('Add, Multiply, Concatenate', () => {
  const row = (...values: number[]) => ({ shape: [1, values.length], values });

  it('join several inputs', () => {
    const inputs = [row(1, 2), row(3, 4), row(5, 6)];
    expect(runLayer(layers.add(), inputs).values).toEqual([9, 12]);
    expect(runLayer(layers.multiply(), inputs).values).toEqual([15, 48]);
    expect(runLayer(layers.concatenate(), inputs).values).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('stretch sizes of 1 and missing axes', () => {
    const picture = { shape: [2, 2, 1, 2], values: [1, 2, 3, 4, 5, 6, 7, 8] };
    const gate = { shape: [2, 2], values: [1, 10, 2, 100] };
    const expected = { shape: [2, 2, 1, 2], values: [1, 20, 3, 40, 10, 600, 14, 800] };
    expect(runLayer(layers.multiply(), [picture, gate])).toMatchObject(expected);
    expect(runLayer(layers.multiply(), [picture, { ...gate, shape: [2, 1, 1, 2] }])).toMatchObject(expected);
  });

  it('concatenate along any axis but the batch', () => {
    const layer = layers.concatenate({ axis: 1 });
    const tall = { shape: [1, 1, 2, 1], values: [8, 9] };
    expect(runLayer(layer, [grid, tall])).toMatchObject({ shape: [1, 3, 2, 1], values: [1, 2, 3, 4, 8, 9] });
    expect(() => layers.concatenate({ axis: 0 }).outputShape([[2], [2]])).toThrow(/axis .*received 0/);
  });

  it('refuse shapes that do not fit', () => {
    expect(() =>
      layers.add({ name: 'sum' }).outputShape([
        [2, 3],
        [2, 4],
      ]),
    ).toThrow(/add 'sum': inputs must have the same shape.*received \[2, 3\] and \[2, 4\]/);
    expect(() =>
      layers.concatenate().outputShape([
        [2, 3],
        [3, 3],
      ]),
    ).toThrow(/concatenate: inputs must .*\[2, 3\] and \[3, 3\]/);
    expect(() => layers.multiply().outputShape([[2]])).toThrow(/multiply: joins at least two inputs; received \[2\]/);
  });
});

describe('Rescaling', () => {
  it('scales and shifts, all or channel by channel', () => {
    const pair = { shape: [1, 1, 2], values: [2, 3] };
    expect(runLayer(layers.rescaling({ scale: 2, offset: 1 }), [pair]).values).toEqual([5, 7]);
    expect(runLayer(layers.rescaling({ scale: [2, 4], offset: -1 }), [pair]).values).toEqual([3, 11]);
    expect(runLayer(layers.rescaling({ scale: 2, offset: [1, -1] }), [pair]).values).toEqual([5, 5]);
  });

  it('wants one number per channel', () => {
    expect(() => layers.rescaling({ scale: [1, 2] }).outputShape([[4, 4, 3]])).toThrow(
      /rescaling: scale must be one number or one per channel; received 2 numbers for an input \[4, 4, 3\]/,
    );
    expect(() => layers.rescaling({ scale: NaN })).toThrow(/scale must be .*received NaN/);
  });
});

describe('input', () => {
  it('starts a functional model', () => {
    const x = input({ shape: [28, 28, 1], name: 'picture' });
    const flat = layers.flatten();
    const y = flat.apply(x);
    expect(x).toEqual({ shape: [28, 28, 1], source: undefined, name: 'picture' });
    expect(y.shape).toEqual([784]);
    expect(y.source).toEqual({ layer: flat, inputs: [x] });
  });

  it('refuses what is not a shape', () => {
    expect(() => input({ shape: [28, -1] })).toThrow(/input: shape must be .*received \[28, -1\]/);
    expect(() => input({ shape: 784 as never, name: 'x' })).toThrow(/input 'x': shape must be .*received 784/);
  });
});
