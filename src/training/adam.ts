import type { Node, Variable } from '../graph/index.js';
import { adam } from '../ops/index.js';
import { Optimizer, type OptimizerOptions, type UpdateInputs } from './optimizer.js';

/** Options of Adam. */
export interface AdamOptions extends OptimizerOptions {
  /** Decay of the mean of gradients, 0.9 by default. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients, 0.999 by default. */
  readonly beta2?: number;
  /** 1e-7 by default. */
  readonly epsilon?: number;
}

/** Adam (Kingma & Ba 2014; Keras's Adam; learning rate 0.001 by default; with `weightDecay` it is AdamW). */
export class Adam extends Optimizer {
  readonly name = 'adam';
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;

  constructor(options: AdamOptions = {}) {
    super(options, 0.001);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  protected slotNames(): readonly string[] {
    return ['m', 'v'];
  }

  protected emit(variable: Variable, gradient: Node, { learningRate, step }: UpdateInputs): void {
    const { beta1, beta2, epsilon, weightDecay } = this;
    adam(variable, gradient, ...this.prepare(variable), learningRate, step, { beta1, beta2, epsilon, weightDecay });
  }

  protected ownConfig(): Record<string, unknown> {
    return { beta1: this.beta1, beta2: this.beta2, epsilon: this.epsilon };
  }
}
