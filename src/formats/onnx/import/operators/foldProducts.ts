import { broadcastStrides, offsets } from '../../../../ops/indexing.js';
import { broadcastShapes, sizeOf, stridesOf, type Shape } from '../../../../tensor/index.js';
import { checkSize, constant, elementwise } from '../constantFolding.js';
import type { ConstantValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { FoldRule } from '../onnxOperator.js';

/** Products of constants that would take longer than some seconds are refused. */
const mostProducts = 2 ** 31;

function expectProducts(node: OnnxNode, count: number): void {
  node.expect(count <= mostProducts, 'so large a product of constants cannot be computed at import');
}

/** NumPy's matmul of constants, with broadcasting in front. */
export const foldMatMul: FoldRule = (node: OnnxNode, [a, b]) => {
  const left: Shape = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right: Shape = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const [rows, inner] = left.slice(-2);
  const [otherInner, columns] = right.slice(-2);
  const outer: Shape | undefined = broadcastShapes(left.slice(0, -2), right.slice(0, -2));
  node.expect(
    outer !== undefined && inner === otherInner && left.length > 1 && right.length > 1,
    `matrices [${a.shape.join(', ')}] and [${b.shape.join(', ')}] do not fit each other`,
  );
  expectProducts(node, sizeOf(outer) * rows * inner * columns);
  const data = new Float64Array(checkSize(node, [...outer, rows, columns]));
  const startsOf = (shape: Shape): number[] => {
    const size = shape[shape.length - 1] * shape[shape.length - 2];
    const strides = broadcastStrides(shape.slice(0, -2), outer).map((stride) => stride * size);
    return offsets(outer, strides);
  };
  const [leftStarts, rightStarts] = [startsOf(left), startsOf(right)];
  leftStarts.forEach((leftStart, matrix) => {
    for (let i = 0; i < rows; i++) {
      const to = (matrix * rows + i) * columns;
      for (let k = 0; k < inner; k++) {
        const factor = a.data[leftStart + i * inner + k];
        const from = rightStarts[matrix] + k * columns;
        for (let j = 0; j < columns; j++) data[to + j] += factor * b.data[from + j];
      }
    }
  });
  const shape = [...outer, ...(a.shape.length === 1 ? [] : [rows]), ...(b.shape.length === 1 ? [] : [columns])];
  return constant(shape, data, a.elementType, a.learned ? a : b);
};

const turned = (x: ConstantValue): ConstantValue => {
  const [rows, columns] = x.shape;
  const data = Float64Array.from(offsets([columns, rows], [1, columns]), (at) => x.data[at]);
  return { ...x, data, shape: [columns, rows] };
};

/** alpha · A · B + beta · C. */
export const foldGemm: FoldRule = (node: OnnxNode, [a, b, c]) => {
  node.expect(a.shape.length === 2 && b.shape.length === 2, 'its factors must be matrices');
  const left = node.int('transA', 0) ? turned(a) : a;
  const right = node.int('transB', 0) ? turned(b) : b;
  const product = one(foldMatMul(node, [left, right]));
  const scaled = (x: ConstantValue, factor: number): ConstantValue => ({ ...x, data: x.data.map((n) => factor * n) });
  const first = scaled(product, node.float('alpha', 1));
  return c ? elementwise((x, y) => x + y)(node, [first, scaled(c, node.float('beta', 1))]) : first;
};

const one = (value: ReturnType<FoldRule>): ConstantValue =>
  Array.isArray(value) ? (value as readonly ConstantValue[])[0] : (value as ConstantValue);

/** The axes of each operand and of the result of an Einsum, as letters; undefined where it has parts that are not known. */
export interface Equation {
  readonly operands: readonly string[];
  readonly result: string;
}

/** Reads an Einsum's equation; an ellipsis becomes capital letters for the axes that it stands for. */
export function equationOf(node: OnnxNode, ranks: readonly number[]): Equation {
  const text = node.text('equation', '').replace(/\s/g, '');
  const [left, right] = text.split('->');
  const terms = left.split(',');
  const hidden = terms.map((term, i) => (term.includes('...') ? ranks[i] - (term.length - 3) : 0));
  const most = Math.max(0, ...hidden);
  // Letters of no equation stand for the axes behind the dots.
  const unnamed = 'αβγδεζηθ';
  node.expect(
    terms.length === ranks.length && most <= unnamed.length && hidden.every((n) => n >= 0) && !/[α-θ]/.test(text),
    'its equation does not fit its inputs',
    { received: `'${text}'` },
  );
  const spelled = (term: string, count: number): string =>
    term.replace('...', count === 0 ? '' : unnamed.slice(most - count, most));
  const operands = terms.map((term, i) => spelled(term, hidden[i]));
  node.expect(
    operands.every((operand, i) => operand.length === ranks[i]),
    'its equation does not fit its inputs',
    { received: `'${text}'` },
  );
  const letters = Array.from(operands.join(''));
  const single = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter));
  const implied =
    unnamed.slice(0, most) +
    single
      .filter((letter) => !unnamed.includes(letter))
      .sort()
      .join('');
  return { operands, result: right === undefined ? implied : spelled(right, most) };
}

/** Sums of products over the axes that the result leaves out. */
export const foldEinsum: FoldRule = (node: OnnxNode, inputs) => {
  const equation = equationOf(
    node,
    inputs.map(({ shape }) => shape.length),
  );
  const sizes = new Map<string, number>();
  equation.operands.forEach((operand, i) =>
    Array.from(operand).forEach((letter, axis) => {
      const n = inputs[i].shape[axis];
      const known = sizes.get(letter) ?? 1;
      node.expect(known === 1 || n === 1 || known === n, `axis '${letter}' has both ${known} and ${n} positions`);
      sizes.set(letter, Math.max(known, n));
    }),
  );
  const inner = [...sizes.keys()].filter((letter) => !equation.result.includes(letter)).join('');
  const shapeOf = (letters: string): number[] => Array.from(letters, (letter) => sizes.get(letter) ?? 1);
  const [shape, innerShape] = [shapeOf(equation.result), shapeOf(inner)];
  expectProducts(node, sizeOf(shape) * sizeOf(innerShape) * 8);
  const data = new Float64Array(checkSize(node, shape));
  checkSize(node, innerShape);
  const stridesIn = (letters: string, i: number): number[] => {
    const strides = stridesOf(inputs[i].shape);
    return Array.from(letters, (letter) =>
      Array.from(equation.operands[i]).reduce(
        (sum, own, axis) => sum + (own === letter && inputs[i].shape[axis] > 1 ? strides[axis] : 0),
        0,
      ),
    );
  };
  const outside = inputs.map((_, i) => offsets(shape, stridesIn(equation.result, i)));
  const inside = inputs.map((_, i) => offsets(innerShape, stridesIn(inner, i)));
  for (let at = 0; at < data.length; at++) {
    for (let k = 0; k < sizeOf(innerShape); k++) {
      let product = 1;
      for (let i = 0; i < inputs.length; i++) product *= inputs[i].data[outside[i][at] + inside[i][k]];
      data[at] += product;
    }
  }
  return constant(shape, data, inputs[0].elementType);
};
