import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defineOperator, GraphBuilder, Variable, type Node, type Operator, type Value } from '../graph/index.js';
import {
  add,
  argMax,
  equal,
  evaluate,
  exp,
  matmul,
  maximum,
  mul,
  reduceMean,
  reduceSum,
  relu,
  sigmoid,
  sub,
} from '../ops/index.js';
import { drawValue } from '../ops/gradientCheck.js';
import { Random } from '../tensor/index.js';
import { gradients } from './gradients.js';

const all = { axes: [0, 1], keepDims: false };

function valueOf(target: Node, known: Map<Node, Value>): Value {
  const nodes = new Set<Node>([target]);
  for (const node of nodes) if (node.kind === 'operator') node.inputs.forEach((input) => nodes.add(input));
  return evaluate(
    [...nodes].sort((a, b) => a.id - b.id),
    new Map(known),
  ).get(target)!;
}

/** The operators in a graph, as a program would keep them for these outputs. */
function operatorsFor(graph: GraphBuilder, outputs: readonly (Node | undefined)[]): string[] {
  outputs.forEach((node, i) => node && graph.output(`${i}`, node));
  return graph.finish().nodes.flatMap((node) => (node.kind === 'operator' ? [node.operator.name] : []));
}

test('a value used twice gets the sum of both gradients', () => {
  const graph = new GraphBuilder('square');
  const x = graph.input('x', [2, 2]);
  const loss = reduceSum(mul(x, x), all);
  const [dx] = gradients(loss, [x]);
  const value = { shape: [2, 2], data: Float64Array.of(1, -2, 3, 0.5) };
  expect([...valueOf(dx!, new Map([[x, value]])).data]).toEqual([2, -4, 6, 1]);
});

test('the loss by itself is 1', () => {
  const graph = new GraphBuilder('itself');
  const x = graph.input('x', []);
  expect([...valueOf(gradients(x, [x])[0]!, new Map()).data]).toEqual([1]);
});

test('a value that the loss does not depend on has no gradient', () => {
  const graph = new GraphBuilder('apart');
  const x = graph.input('x', [2, 2]);
  const y = graph.input('y', [2, 2]);
  const loss = reduceMean(x, all);
  expect(gradients(loss, [y, x]).map((node) => node !== undefined)).toEqual([false, true]);
});

test('random graphs agree with central differences', () => {
  const unary = [relu, sigmoid, exp] as const;
  const binary = [add, mul, sub] as const;
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 12 }), (seed, size) => {
      const random = new Random(seed);
      const graph = new GraphBuilder('random');
      const nodes: Node[] = [graph.input('a', [2, 3]), graph.input('b', [3]), graph.input('c', [1, 3])];
      const wrt = nodes.slice();
      for (let i = 0; i < size; i++) {
        const [left, right] = [nodes[random.integer(nodes.length)], nodes[random.integer(nodes.length)]];
        // Kept small: sigmoid before anything steep.
        const squashed = sigmoid(left);
        nodes.push(
          random.uniform() < 0.4 ? unary[random.integer(3)](squashed) : binary[random.integer(3)](squashed, right),
        );
      }
      const last = nodes[nodes.length - 1];
      const loss = reduceSum(last, { axes: last.type.shape.map((_, axis) => axis), keepDims: false });
      const known = new Map(wrt.map((node, i) => [node, drawValue(node.type.shape, seed + i)]));
      gradients(loss, wrt).forEach((gradient, i) => {
        const { shape, data } = known.get(wrt[i])!;
        const computed = gradient ? valueOf(gradient, known).data : new Float64Array(data.length);
        data.forEach((at, element) => {
          const lossAt = (x: number): number =>
            valueOf(loss, new Map(known).set(wrt[i], { shape, data: data.with(element, x) })).data[0];
          const expected = (lossAt(at + 1e-5) - lossAt(at - 1e-5)) / 2e-5;
          // Truncation (1e-10) and rounding (1e-11 times the loss) stay well below this.
          expect(Math.abs(computed[element] - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
        });
      });
    }),
    { numRuns: 40, seed: 1 },
  );
});

test('frozen parts compute no gradients', () => {
  const graph = new GraphBuilder('frozen');
  const frozen = graph.variable(new Variable('frozen', [4, 3], 'weight', () => new Float32Array(12)));
  const learned = graph.variable(new Variable('learned', [3, 2], 'weight', () => new Float32Array(6)));
  const x = graph.input('x', [5, 4]);
  const hidden = relu(matmul(x, frozen, { transposeA: false, transposeB: false }));
  const y = matmul(hidden, learned, { transposeA: false, transposeB: false });
  const loss = reduceMean(y, all);
  const names = operatorsFor(graph, gradients(loss, [learned]));
  expect(names).not.toContain('reluGradient');
  // One for the hidden values and one for the learned weights' gradient: none for x, the frozen weights or the hidden values.
  expect(names.filter((name) => name === 'matmul')).toHaveLength(2);
});

test('an operator learns which inputs are wanted', () => {
  const seen: (readonly boolean[])[] = [];
  const watched: Operator<object> = {
    ...mul,
    gradient: (context) => {
      seen.push(context.wanted);
      return mul.gradient!(context);
    },
  };
  const graph = new GraphBuilder('wanted');
  const [a, b] = [graph.input('a', [2, 2]), graph.input('b', [2, 2])];
  const loss = reduceSum(graph.add(watched, [a, b], {}), all);
  gradients(loss, [b]);
  expect(seen).toEqual([[false, true]]);
});

test('a loss that is not a scalar is refused', () => {
  const graph = new GraphBuilder('vector');
  const x = graph.input('x', [2]);
  expect(() => gradients(x, [x])).toThrow('the loss must be a float32 scalar; received float32 [2]');
});

test('an operator without gradient on the path is named', () => {
  const graph = new GraphBuilder('blocked');
  const x = graph.input('x', [2, 2]);
  const loss = reduceMean(
    graph.scope('loudest', () => maximum(x, x)),
    all,
  );
  expect(() => gradients(loss, [x])).toThrow("maximum 'loudest' has no gradient");
});

test('an operator without gradient off the path does not matter', () => {
  const graph = new GraphBuilder('beside');
  const x = graph.input('x', [2, 3]);
  const labels = graph.input('labels', [2], 'int32');
  const hits = equal(argMax(x), labels);
  graph.output('accuracy', reduceMean(hits, { axes: [0], keepDims: false }));
  const loss = reduceMean(x, all);
  expect(gradients(loss, [x])[0]!.type.shape).toEqual([2, 3]);
});

test("a user's operator that gives a gradient of the wrong shape is named", () => {
  const wrong = defineOperator<object>({
    name: 'total',
    infer: () => ({ shape: [], dtype: 'float32' }),
    gradient: ({ gradient }) => [gradient],
    reference: ([x], _, y) => (y.data[0] = x.data.reduce((a, b) => a + b)),
  });
  const graph = new GraphBuilder('own');
  const x = graph.input('x', [2]);
  expect(() => gradients(wrong(x), [x])).toThrow('total must give its input 0 a gradient of shape [2]; received []');
});
