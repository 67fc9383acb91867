import type { GraphBuilder, Node, Variable } from '../graph/index.js';
import { operators } from '../ops/index.js';
import { Optimizer, type OptimizerOptions, type UpdateInputs } from './optimizer.js';

/** Options of RMSprop. */
export interface RMSpropOptions extends OptimizerOptions {
  /** Decay of the mean of squared gradients, 0.9 by default. */
  readonly rho?: number;
  /** 0 by default. */
  readonly momentum?: number;
  /** 1e-7 by default. */
  readonly epsilon?: number;
}

/** RMSprop (Hinton's lecture 6e; Keras's RMSprop; learning rate 0.001 by default). */
export class RMSprop extends Optimizer {
  readonly name = 'rmsprop';
  private readonly rho: number;
  private readonly momentum: number;
  private readonly epsilon: number;

  constructor(options: RMSpropOptions = {}) {
    super(options, 0.001);
    this.rho = options.rho ?? 0.9;
    this.momentum = options.momentum ?? 0;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  protected slotNames(): readonly string[] {
    return this.momentum ? ['meanSquare', 'velocity'] : ['meanSquare'];
  }

  protected emit(graph: GraphBuilder, variable: Variable, gradient: Node, { learningRate }: UpdateInputs): void {
    const { rho, epsilon, momentum, weightDecay } = this;
    const weight = graph.variable(variable);
    const [meanSquare, velocity] = this.slotNames().map((name) => graph.variable(this.slot(variable, name)));
    if (momentum) {
      const inputs = [weight, gradient, meanSquare, velocity, learningRate];
      graph.add(operators.rmspropMomentum, inputs, { rho, epsilon, momentum, weightDecay }, variable.name);
    } else {
      const inputs = [weight, gradient, meanSquare, learningRate];
      graph.add(operators.rmsprop, inputs, { rho, epsilon, weightDecay }, variable.name);
    }
  }

  protected ownConfig(): Record<string, unknown> {
    return { rho: this.rho, momentum: this.momentum, epsilon: this.epsilon };
  }
}
