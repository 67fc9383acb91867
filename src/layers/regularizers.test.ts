import { describe, expect, it } from 'vitest';
import { GraphBuilder, type Value } from '../graph/index.js';
import { evaluate } from '../ops/index.js';
import { type Regularizer, regularizers } from './regularizers.js';

function penalty(regularizer: Regularizer, values: readonly number[]): Value | undefined {
  const graph = new GraphBuilder('penalty');
  const weight = graph.input('w', [2, values.length / 2]);
  const node = regularizer.penalty(weight);
  graph.output('penalty', node);
  const known = new Map([[weight, { shape: weight.type.shape, data: Float64Array.from(values) }]]);
  return evaluate(graph.finish().nodes, known).get(node);
}

describe('penalties', () => {
  it.each([
    ['l1', regularizers.l1({ l1: 0.1 }), 0.1 * 10],
    ['l2', regularizers.l2({ l2: 0.1 }), 0.1 * 30],
    ['l1l2', regularizers.l1l2({ l1: 0.1, l2: 0.01 }), 0.1 * 10 + 0.01 * 30],
  ])('%s follows its formula', (_, regularizer, expected) => {
    const value = penalty(regularizer, [1, -2, 3, -4]);
    expect(value?.shape).toEqual([]);
    expect(value?.data[0]).toBeCloseTo(expected, 12);
  });
});
