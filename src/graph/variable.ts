import { sizeOf, type Shape } from '../tensor/index.js';

/** What a variable is for: a weight that can be learned, a running statistic, or an optimizer's own slot. */
export type VariableRole = 'weight' | 'statistic' | 'slot';

/**
 * A named block of numbers that lives from step to step. The engine that runs a program holds its current value; the
 * variable itself holds only how to start it.
 */
export class Variable {
  constructor(
    /** Unique within its model, Keras-like: `conv2d/kernel`. */
    readonly name: string,
    readonly shape: Shape,
    readonly role: VariableRole,
    /** Gives the starting value; called once, when an engine first sees the variable. */
    readonly initialize: () => Float32Array,
  ) {}

  get size(): number {
    return sizeOf(this.shape);
  }
}
