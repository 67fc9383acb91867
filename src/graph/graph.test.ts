import { expect, test } from 'vitest';
import { add, affine, conv2d, matmul, mul, relu } from '../ops/index.js';
import { defineOperator, GraphBuilder, isApplication, Variable } from './index.js';

test('a call of an operator adds a node to the graph of its inputs', () => {
  const graph = new GraphBuilder('expression');
  const x = graph.input('x', [2, 3]);
  const y = affine(relu(mul(x, x)), { scale: 2, offset: 1 });
  graph.output('y', y);
  const names = graph.finish().nodes.map((node) => (node.kind === 'operator' ? node.operator.name : node.kind));
  expect(names).toEqual(['input', 'mul', 'relu', 'affine']);
  expect(y.graph).toBe(graph);
  expect(y.attributes).toEqual({ scale: 2, offset: 1 });
});

test('variables and numbers are operands, too', () => {
  const graph = new GraphBuilder('operands');
  const factor = new Variable('factor', [3], 'weight', () => new Float32Array(3));
  const y = add(mul(graph.input('x', [2, 3]), factor), 1);
  expect(y.inputs[1]).toMatchObject({ kind: 'constant', data: Float32Array.of(1), type: { shape: [] } });
  const [product] = y.inputs;
  expect(product.kind === 'operator' && product.inputs[1]).toBe(graph.variable(factor));
  expect(() => add(1, 2)).toThrow('add: one of its inputs must be a node, whose graph it is added to');
});

test('nodes of two graphs do not mix', () => {
  const [a, b] = [new GraphBuilder('first').input('a', [2]), new GraphBuilder('second').input('b', [2])];
  expect(() => add(a, b)).toThrow(
    "add: all inputs must belong to one graph, 'first'; received input 'b' of another, 'second'; build both with one " +
      'GraphBuilder',
  );
});

test('a scope names the operators that are added in it, and errors carry the name', () => {
  const graph = new GraphBuilder('scopes');
  const x = graph.input('x', [2, 3]);
  const named = graph.scope('outer', () => [relu(x), graph.scope('inner', () => relu(x)), relu(x)]);
  expect(named.map(({ name }) => name)).toEqual(['outer', 'inner', 'outer']);
  const wrong = (): unknown => graph.scope('stem', () => matmul(x, x, { transposeA: false, transposeB: false }));
  expect(wrong).toThrow(/^matmul 'stem': /);
  expect(relu(x).name).toBe('');
});

test('an application is recognised by the operator itself, not by its name', () => {
  const graph = new GraphBuilder('guard');
  const x = graph.input('x', [2]);
  const other = defineOperator<object>({ name: 'affine', infer: ([type]) => type, reference: () => undefined });
  const node = affine(x, { scale: 3, offset: 0 });
  expect(isApplication(node, affine) && node.attributes.scale).toBe(3);
  expect(isApplication(other(x), affine)).toBe(false);
  expect(isApplication(x, affine)).toBe(false);
});

test('attributes are asked for where an operator has any, and only there', () => {
  const graph = new GraphBuilder('types');
  const x = graph.input('x', [2]);
  // @ts-expect-error -- a convolution has attributes
  expect(() => conv2d(x, x)).toThrow();
  // @ts-expect-error -- a sum has none
  expect(add(x, x, { axis: 1 }).type.shape).toEqual([2]);
});
