import type { Shape } from '../tensor/index.js';
import type { GraphBuilder } from './builder.js';
import type { Node, OperatorNode, Type } from './node.js';

/** A value in the reference implementation: float64 throughout, whole numbers included. */
export interface Value {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** What an operator's gradient rule may look at. */
export interface GradientContext<A> {
  readonly graph: GraphBuilder;
  readonly node: OperatorNode<A>;
  readonly inputs: readonly Node[];
  readonly attributes: A;
  /** The gradient of the loss by this operator's output; of the output's type. */
  readonly gradient: Node;
  /** Which inputs' gradients are asked for; the rule may leave the others undefined. */
  readonly wanted: readonly boolean[];
}

/**
 * Everything there is to know about an operator, in one object: the graph, autodiff and the engines know operators only
 * through it.
 */
export interface Operator<A> {
  readonly name: string;
  /** The output's type; throws a StriateError that names the operator (or `name`), the rule and what was received. */
  infer(inputs: readonly Type[], attributes: A, name: string): Type;
  /** Floating-point operations of one run (a multiply-add counts 2); left out where it is one per output element. */
  flops?(inputs: readonly Type[], attributes: A, output: Type): number;
  /** Emits the gradient of each input (undefined where it has none); left out where nothing flows back. */
  gradient?(context: GradientContext<A>): readonly (Node | undefined)[];
  /** The plain, slow and obviously right implementation: fills `output.data` (all zeros at first). */
  reference(inputs: readonly Value[], attributes: A, output: Value): void;
  /** Inputs (by position) that a run changes in place: optimizers and running statistics. They must be variables. */
  readonly mutates?: readonly number[];
}

/** Declares an operator; exists so that attributes are inferred and checked. */
export function defineOperator<A>(operator: Operator<A>): Operator<A> {
  return operator;
}
