import type { GraphBuilder, Node, Variable } from '../graph/index.js';
import { operators } from '../ops/index.js';
import { Optimizer, type OptimizerOptions, type UpdateInputs } from './optimizer.js';

/** Options of SGD. */
export interface SGDOptions extends OptimizerOptions {
  /** 0 by default. */
  readonly momentum?: number;
  /** Whether momentum looks ahead (Nesterov); false by default. */
  readonly nesterov?: boolean;
}

/** Stochastic gradient descent with momentum (Keras's SGD; learning rate 0.01 by default). */
export class SGD extends Optimizer {
  readonly name = 'sgd';
  private readonly momentum: number;
  private readonly nesterov: boolean;

  constructor(options: SGDOptions = {}) {
    super(options, 0.01);
    this.momentum = options.momentum ?? 0;
    this.nesterov = options.nesterov ?? false;
  }

  protected slotNames(): readonly string[] {
    return this.momentum ? ['velocity'] : [];
  }

  protected emit(graph: GraphBuilder, variable: Variable, gradient: Node, { learningRate }: UpdateInputs): void {
    const weight = graph.variable(variable);
    const { momentum, nesterov, weightDecay } = this;
    if (momentum) {
      const velocity = graph.variable(this.slot(variable, 'velocity'));
      const attributes = { momentum, nesterov, weightDecay };
      graph.add(operators.sgdMomentum, [weight, gradient, velocity, learningRate], attributes, variable.name);
    } else {
      graph.add(operators.sgd, [weight, gradient, learningRate], { weightDecay }, variable.name);
    }
  }

  protected ownConfig(): Record<string, unknown> {
    return { momentum: this.momentum, nesterov: this.nesterov };
  }
}
