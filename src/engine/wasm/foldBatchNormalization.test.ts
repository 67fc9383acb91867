import { expect, test } from 'vitest';
import { GraphBuilder, Variable, type Graph, type Node } from '../../graph/index.js';
import { operators as ops } from '../../ops/index.js';
import { foldBatchNormalization } from './foldBatchNormalization.js';
import { lowerGraph } from './lowerGraph.js';

const attributes = { strides: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1 } as const;
const shape = [1, 8, 8, 16];

/** Two convolutions with normalizations beside a branch, and the gradient by the picture. */
function block(batchStatistics: boolean): Graph {
  const graph = new GraphBuilder('block');
  const normal = { epsilon: 1e-3, batchStatistics };
  const variable = (name: string, of: readonly number[]): Node =>
    graph.variable(new Variable(name, of, 'weight', () => new Float32Array(of.reduce((a, b) => a * b))));
  const layer = (name: string, from: Node) => {
    const w = variable(`${name} w`, [3, 3, 16, 16]);
    const x = ops.conv2d(from, w, attributes);
    const [mean, variance, gamma, beta] = ['mean', 'variance', 'gamma', 'beta'].map((what) => variable(what, [16]));
    return {
      value: ops.batchNormalization(x, mean, variance, gamma, beta, normal),
      backward: (dy: Node): Node => {
        const scaled = ops.batchNormalizationInputGradient(dy, x, mean, variance, gamma, gamma, gamma, normal);
        return ops.conv2dInputGradient(scaled, w, { ...attributes, shape });
      },
    };
  };
  const x = ops.relu(graph.input('x', shape));
  const first = layer('first', x);
  const inner = ops.relu(first.value);
  const second = layer('second', inner);
  const y = ops.relu(ops.add(second.value, x));
  const dy = ops.reluGradient(graph.input('dy', shape), y);
  const between = ops.reluGradient(second.backward(dy), inner);
  graph.output('dx', ops.reluGradient(ops.add(dy, first.backward(between)), x));
  return graph.finish();
}

const kernelsOf = (graph: Graph): string[] =>
  lowerGraph(foldBatchNormalization(graph), { threads: 1, winograd: true }).stages.flatMap((steps) =>
    steps.map(({ kernel }) => kernel),
  );

test('a residual block and its gradient by the picture are convolutions between the first rectifier and its gradient', () => {
  const four = Array.from({ length: 4 }, () => 'winogradForward');
  expect(kernelsOf(block(false))).toEqual(['relu', four[0], four[1], 'reluGradient', four[2], four[3]]);
});

test('normalizations by the statistics of the batch stay, and so do the sums that their gradients read', () => {
  const kernels = kernelsOf(block(true));
  expect(kernels.filter((kernel) => kernel === 'normalize')).toHaveLength(2);
  expect(kernels.filter((kernel) => kernel === 'normalizeGradient')).toHaveLength(2);
  expect(kernels.filter((kernel) => kernel === 'reluGradient')).toHaveLength(1);
});
