import type { Node } from '../graph/index.js';

/** A penalty on a weight that training adds to the loss. */
export interface Regularizer {
  /** Keras's class name: `L2`. */
  readonly className: string;
  config(): Record<string, unknown>;
  /** Emits the penalty, a scalar. */
  penalty(weight: Node): Node;
}
