import { layers, type SymbolicTensor } from '../../../../layers/index.js';
import type { Composed, Constant, Operation } from './operation.js';

type Row = (op: Operation) => Composed;
type Side = SymbolicTensor | Constant;

const isConstant = (side: Side): side is Constant => typeof side === 'number' || Array.isArray(side);

/** The two sides of an operator, of which at least one is a value. */
function sidesOf(op: Operation): readonly [Side, Side] | undefined {
  const [a, b] = [op.side('x1 x', 0), op.side('x2 y', 1)];
  return a === undefined || b === undefined || (isConstant(a) && isConstant(b)) ? undefined : [a, b];
}

const negated = (constant: Constant): Constant =>
  typeof constant === 'number' ? -constant : constant.map((value) => -value);

function difference(op: Operation, a: Side, b: Side): SymbolicTensor | undefined {
  if (!isConstant(a)) return isConstant(b) ? op.scaled(a, 1, negated(b)) : op.put(layers.subtract(), a, b);
  return isConstant(b) ? undefined : op.scaled(b, -1, a);
}

const opposite = (op: Operation, truth: SymbolicTensor): SymbolicTensor => op.scaled(truth, -1, 1);

/** 1 where a value is 0 or more, and where it is 0 or less: where it is 0. */
function isZero(op: Operation, x: SymbolicTensor): SymbolicTensor {
  return op.step(op.scaled(op.put(layers.activation({ activation: 'abs' }), x), -1), 0);
}

/** 1 where a value is not 0, as Python takes numbers for true. */
const truthOf = (op: Operation, x: SymbolicTensor): SymbolicTensor => opposite(op, isZero(op, x));

/** 1 where a ≥ b, or b ≥ a where they change places; `inverted` the opposite. */
const atLeast =
  (changed: boolean, inverted: boolean): Row =>
  (op) => {
    const [a, b] = sidesOf(op) ?? [];
    if (a === undefined || b === undefined) return undefined;
    const distance = changed ? difference(op, b, a) : difference(op, a, b);
    if (!distance) return undefined;
    const step = op.step(distance, 0);
    return inverted ? opposite(op, step) : step;
  };

const equal =
  (inverted: boolean): Row =>
  (op) => {
    const [a, b] = sidesOf(op) ?? [];
    const distance = a === undefined || b === undefined ? undefined : difference(op, a, b);
    if (!distance) return undefined;
    return inverted ? truthOf(op, distance) : isZero(op, distance);
  };

const connected =
  (connect: (op: Operation, a: SymbolicTensor, b: SymbolicTensor) => SymbolicTensor): Row =>
  (op) => {
    const [a, b] = sidesOf(op) ?? [];
    return a === undefined || b === undefined || isConstant(a) || isConstant(b)
      ? undefined
      : connect(op, truthOf(op, a), truthOf(op, b));
  };

/** Infinities stand for what is masked; the largest float does as well, and times 0 it is 0. */
const finite = (n: number): number => Math.min(Math.max(n, -3.4028234e38), 3.4028234e38);

/** What a value or a constant gives where a truth value is 1. */
function share(op: Operation, truth: SymbolicTensor, side: Side): SymbolicTensor {
  if (!isConstant(side)) return op.put(layers.multiply(), truth, side);
  return op.scaled(truth, typeof side === 'number' ? finite(side) : side.map(finite));
}

/** The first value where the condition holds, elsewhere the second. */
const where: Row = (op) => {
  const condition = op.side('condition', 0);
  const [a, b] = [op.side('x1 x', 1), op.side('x2 y', 2)];
  if (condition === undefined || isConstant(condition) || a === undefined || b === undefined) return undefined;
  const lists = [a, b].filter((side) => Array.isArray(side)) as (readonly number[])[];
  if (!lists.every(({ length }) => length === 1 || length === condition.shape.at(-1))) return undefined;
  const holds = truthOf(op, condition);
  return op.put(layers.add(), share(op, holds, a), share(op, opposite(op, holds), b));
};

const choice: Row = (op) => {
  throw op.refuse(
    'it gives places, not numbers that a model can go on with: end the model in Keras at the scores before it, ' +
      'keras.Model(model.input, scores), and choose the largest of what predict gives',
  );
};

/** Reads comparisons, of which each gives 1 where it holds and 0 elsewhere, by Keras 3's class. */
export const comparisonOperations = {
  Argmax: choice,
  Argmin: choice,
  Argsort: choice,
  TopK: choice,
  Equal: equal(false),
  NotEqual: equal(true),
  Greater: atLeast(true, true),
  GreaterEqual: atLeast(false, false),
  Less: atLeast(false, true),
  LessEqual: atLeast(true, false),
  LogicalAnd: connected((op, a, b) => op.put(layers.multiply(), a, b)),
  LogicalOr: connected((op, a, b) => op.put(layers.maximum(), a, b)),
  LogicalXor: connected((op, a, b) =>
    op.put(layers.activation({ activation: 'abs' }), op.put(layers.subtract(), a, b)),
  ),
  LogicalNot: (op) => isZero(op, op.x),
  Where: where,
} satisfies Record<string, Row>;
