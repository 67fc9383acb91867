import type { Shape } from '../tensor/index.js';
import type { Operator } from './operator.js';
import type { Variable } from './variable.js';

/** The element types that programs compute with. */
export type ElementType = 'float32' | 'int32';

/** What is known of a value before it is computed. */
export interface Type {
  readonly shape: Shape;
  readonly dtype: ElementType;
}

interface Common {
  /** Position in its graph; inputs always have smaller numbers. */
  readonly id: number;
  readonly type: Type;
  /** The layer or user's name, for error messages and printing. */
  readonly name: string;
}

/** A value handed in at every run. */
export interface InputNode extends Common {
  readonly kind: 'input';
}

/** The current value of a variable. */
export interface VariableNode extends Common {
  readonly kind: 'variable';
  readonly variable: Variable;
}

/** Numbers fixed when the graph is built. */
export interface ConstantNode extends Common {
  readonly kind: 'constant';
  readonly data: Float32Array | Int32Array;
}

/** One application of an operator; every operator gives one value. */
export interface OperatorNode<A = unknown> extends Common {
  readonly kind: 'operator';
  readonly operator: Operator<A>;
  readonly inputs: readonly Node[];
  readonly attributes: A;
}

/** One value in a graph. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a list of nodes mixes operators of every attribute type
export type Node = InputNode | VariableNode | ConstantNode | OperatorNode<any>;
