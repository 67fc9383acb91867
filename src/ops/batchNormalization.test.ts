import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GraphBuilder, type Value } from '../graph/index.js';
import { applyOperator, valueOf } from './applyOperator.js';
import { batchNormalization } from './batchNormalization.js';
import { channelMean, channelVariance } from './channelStatistics.js';
import { checkGradients, drawShape, drawValue } from './gradientCheck.js';

const anyCase = (batchStatistics: boolean) =>
  fc.tuple(drawShape({ rank: [1, 4] }), fc.constantFrom(0.01, 0.5)).map(([shape, epsilon]) => {
    const channels = shape.slice(-1);
    return { shapes: [shape, channels, channels, channels, channels], attributes: { epsilon, batchStatistics } };
  });

/** Mean and variance of x in place of what was drawn. */
function withStatistics([x, , , gamma, beta]: readonly Value[]): Value[] {
  const mean = applyOperator(channelMean, [x], {});
  return [x, mean, applyOperator(channelVariance, [x, mean], {}), gamma, beta];
}

test('each channel is shifted and scaled by its own numbers', () => {
  const inputs = [
    valueOf([1, 5, 3, 9], [2, 2]),
    valueOf([2, 7]),
    valueOf([1, 3]),
    valueOf([10, 2]),
    valueOf([0.5, -1]),
  ];
  const y = applyOperator(batchNormalization, inputs, { epsilon: 1, batchStatistics: false });
  [-10 / Math.SQRT2 + 0.5, -3, 10 / Math.SQRT2 + 0.5, 1].forEach((expected, i) =>
    expect(y.data[i]).toBeCloseTo(expected, 12),
  );
});

test('with the statistics of the batch every channel comes out with mean beta and deviation gamma', () => {
  const drawn = [drawValue([4, 3, 3, 2], 1), valueOf([0, 0]), valueOf([0, 0]), valueOf([3, 0.5]), valueOf([7, -2])];
  const y = applyOperator(batchNormalization, withStatistics(drawn), { epsilon: 0, batchStatistics: true });
  const mean = applyOperator(channelMean, [y], {});
  const variance = applyOperator(channelVariance, [y, mean], {});
  [7, -2].forEach((expected, c) => expect(mean.data[c]).toBeCloseTo(expected, 10));
  [9, 0.25].forEach((expected, c) => expect(variance.data[c]).toBeCloseTo(expected, 10));
});

test('in training the gradient goes through the mean and the variance', () => {
  checkGradients(batchNormalization, anyCase(true), { without: [1, 2], derive: withStatistics });
});

test('with running statistics the gradient is a plain scaling', () => {
  checkGradients(batchNormalization, anyCase(false), { without: [1, 2], ranges: [{}, {}, { low: 0.1, high: 3 }, {}] });
});

test('a frozen layer with running statistics sums nothing for the gradient of its input', () => {
  const graph = new GraphBuilder('test');
  const inputs = ['x', 'mean', 'variance', 'gamma', 'beta'].map((name, i) => graph.input(name, i === 0 ? [4, 2] : [2]));
  const attributes = { epsilon: 0.001, batchStatistics: false };
  const node = batchNormalization(...inputs, attributes);
  const gradient = graph.input('dy', [4, 2]);
  const wanted = [true, false, false, false, false];
  const [dx] = batchNormalization.gradient!({ node, inputs, attributes, gradient, wanted });
  graph.output('dx', dx!);
  const names = graph.finish().nodes.flatMap((found) => (found.kind === 'operator' ? [found.operator.name] : []));
  expect(names).toEqual(['batchNormalizationInputGradient']);
});

test('statistics of another size are refused', () => {
  const two = valueOf([1, 2]);
  const attributes = { epsilon: 0.001, batchStatistics: true };
  const x = valueOf([1, 2, 3, 4], [2, 2]);
  expect(() => applyOperator(batchNormalization, [x, two, valueOf([1]), two, two], attributes)).toThrow(
    'batchNormalization: variance must have shape [2]; received [1]',
  );
  expect(() => applyOperator(batchNormalization, [x, two, two, two, two], { ...attributes, epsilon: -1 })).toThrow(
    'batchNormalization: epsilon must be a number from 0; received -1',
  );
});
