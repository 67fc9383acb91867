import { broadcastShapes } from '../../../tensor/index.js';
import { constant, stretched, type Fold } from './constants.js';
import type { OnnxNode } from './onnxNode.js';
import { elementTypes, floatTypes } from '../proto.js';

/** Element by element with broadcasting; `wholes` is what whole numbers do instead, where they differ. */
function elementwise(f: (a: number, b: number) => number, options: { type?: number; wholes?: typeof f } = {}): Fold {
  return (node: OnnxNode, [a, b]) => {
    const shape = broadcastShapes(a.shape, b.shape);
    node.expect(shape !== undefined, `[${a.shape.join(', ')}] and [${b.shape.join(', ')}] do not fit each other`);
    const [first, second] = [stretched(node, a, shape), stretched(node, b, shape)];
    const isWhole = !floatTypes.includes(a.elementType);
    const compute = isWhole && options.wholes ? options.wholes : f;
    const data = isWhole ? new Float64Array(first.length) : new Float32Array(first.length);
    for (let i = 0; i < data.length; i++) data[i] = compute(first[i], second[i]);
    const source = a.learned ? a : b;
    return constant(shape, data, options.type ?? a.elementType, source);
  };
}

const unary =
  (f: (x: number) => number): Fold =>
  (_, [x]) =>
    constant(x.shape, x.data.map(f), x.elementType, x);

const truth = { type: elementTypes.bool };

/** What is computed element by element, with broadcasting. */
export const elementwiseFolds: Readonly<Record<string, Fold>> = {
  Add: elementwise((a, b) => a + b),
  Sub: elementwise((a, b) => a - b),
  Mul: elementwise((a, b) => a * b),
  Div: elementwise((a, b) => a / b, { wholes: (a, b) => Math.trunc(a / b) }),
  Mod: (node, inputs) =>
    elementwise(node.int('fmod', 0) === 1 ? (a, b) => a % b : (a, b) => a - b * Math.floor(a / b))(node, inputs),
  Pow: elementwise((a, b) => a ** b),
  Equal: elementwise((a, b) => Number(a === b), truth),
  Greater: elementwise((a, b) => Number(a > b), truth),
  GreaterOrEqual: elementwise((a, b) => Number(a >= b), truth),
  Less: elementwise((a, b) => Number(a < b), truth),
  LessOrEqual: elementwise((a, b) => Number(a <= b), truth),
  And: elementwise((a, b) => Number(a !== 0 && b !== 0), truth),
  Or: elementwise((a, b) => Number(a !== 0 || b !== 0), truth),
  Xor: elementwise((a, b) => Number((a !== 0) !== (b !== 0)), truth),
  Max: (node, inputs) => inputs.reduce((a, b) => elementwise(Math.max)(node, [a, b])),
  Min: (node, inputs) => inputs.reduce((a, b) => elementwise(Math.min)(node, [a, b])),
  Sum: (node, inputs) => inputs.reduce((a, b) => elementwise((x, y) => x + y)(node, [a, b])),
  Not: unary((x) => Number(x === 0)),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Sqrt: unary(Math.sqrt),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Reciprocal: unary((x) => 1 / x),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  // Halves go to the even neighbour.
  Round: unary((x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x))),
  Sign: unary(Math.sign),
  Sin: unary(Math.sin),
  Cos: unary(Math.cos),
  Clip: (node: OnnxNode, [x]) => {
    const bound = (name: string, i: number, otherwise: number): number =>
      node.hasAttribute(name) ? node.float(name, otherwise) : (node.numbers(i, name)?.[0] ?? otherwise);
    const [low, high] = [bound('min', 1, -Infinity), bound('max', 2, Infinity)];
    return constant(
      x.shape,
      x.data.map((n) => Math.min(Math.max(n, low), high)),
      x.elementType,
      x,
    );
  },
  Where: (node: OnnxNode, [condition, a, b]) => {
    const shape = [condition, a, b].reduce<number[] | undefined>(
      (to, { shape: own }) => to && broadcastShapes(to, own),
      [],
    );
    node.expect(shape !== undefined, 'condition and values do not fit each other');
    const [choice, yes, no] = [condition, a, b].map((x) => stretched(node, x, shape));
    return constant(
      shape,
      Float64Array.from(choice, (c, i) => (c ? yes[i] : no[i])),
      a.elementType,
    );
  },
};
