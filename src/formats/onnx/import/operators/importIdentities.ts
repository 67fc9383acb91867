import { layers } from '../../../../layers/index.js';
import { elementTypes, floatTypes } from '../../proto.js';
import { constant } from '../constantFolding.js';
import { cutAdvice } from '../importAdvice.js';
import type { ConstantValue, ImportedValue, SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { OnnxOperators } from '../onnxOperator.js';

/** How many bits the types of whole numbers have, and whether they have a sign; wider ones are as exact as doubles. */
const bits: Readonly<Record<number, readonly [width: number, signed: boolean]>> = {
  [elementTypes.uint8]: [8, false],
  [elementTypes.int8]: [8, true],
  [elementTypes.uint16]: [16, false],
  [elementTypes.int16]: [16, true],
  [elementTypes.uint32]: [32, false],
  [elementTypes.int32]: [32, true],
};

/** What is left of a whole number in so many bits. */
function wrapped(n: number, [width, signed]: readonly [number, boolean]): number {
  const size = 2 ** width;
  const rest = ((n % size) + size) % size;
  return signed && rest >= size / 2 ? rest - size : rest;
}

/** Numbers as numbers of another type. */
function castTo(x: ConstantValue, to: number): ConstantValue {
  if (to === elementTypes.double || (floatTypes.includes(to) && x.data instanceof Float32Array)) {
    return { ...x, elementType: to };
  }
  if (floatTypes.includes(to)) return constant(x.shape, Float32Array.from(x.data), to, x);
  if (to === elementTypes.bool)
    return constant(
      x.shape,
      Float64Array.from(x.data, (n) => Number(n !== 0)),
      to,
      x,
    );
  const type = Object.hasOwn(bits, to) ? bits[to] : undefined;
  const whole = Float64Array.from(x.data, Math.trunc);
  return constant(x.shape, type ? whole.map((n) => wrapped(n, type)) : whole, to, x);
}

const floatsOnly = 'values can be cast to floats only; received whole numbers or truth values';

function cast(node: OnnxNode): SymbolicValue {
  // The first versions give the type's name.
  const name = node.opset < 6 && node.text('to', '').toLowerCase();
  const to = name ? (Object.entries(elementTypes).find(([known]) => known === name)?.[1] ?? 0) : node.int('to', 1);
  node.expect(floatTypes.includes(to), floatsOnly, { advice: cutAdvice(node) });
  return node.symbolic(0);
}

/** A cast to the type of another value. */
function castLike(node: OnnxNode): ImportedValue {
  const [x, like] = [node.value(0), node.value(1)];
  const whole = like.kind === 'symbolic' ? like.whole : !floatTypes.includes(like.elementType);
  if (x.kind === 'constant') return castTo(x, whole ? elementTypes.int64 : elementTypes.float);
  node.expect(!whole, floatsOnly, { advice: cutAdvice(node) });
  return x;
}

/** A dropout layer, which works when the model is trained on. */
function dropout(node: OnnxNode): SymbolicValue {
  const x = node.symbolic(0);
  const training = node.has(2) ? node.constant(2, 'training_mode').data[0] : 0;
  node.expect(!training, 'training_mode must be false', {
    received: 'true',
    advice: 'export the model for inference (model.eval() in PyTorch)',
  });
  const rate = node.number('ratio', 1, 0.5);
  node.expect(rate >= 0 && rate < 1, 'the ratio must be from 0 to below 1', { received: rate });
  return rate === 0 ? x : node.like(x, layers.dropout({ rate, ...node.layerName() }));
}

/** What leaves values as they are when the model predicts. */
export const identities = {
  Identity: { import: (node) => node.symbolic(0), fold: (_, [x]) => x, wholeNumbers: 'kept' },
  Cast: { import: cast, fold: (node, [x]) => castTo(x, node.int('to', elementTypes.float)), wholeNumbers: 'cast' },
  CastLike: { import: castLike, fold: (_, [x, like]) => castTo(x, like.elementType), wholeNumbers: 'cast' },
  Dropout: { import: dropout, wholeNumbers: 'kept' },
} as const satisfies OnnxOperators;
