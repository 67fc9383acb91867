import type { Node, Variable } from '../graph/index.js';
import { add } from '../ops/add.js';
import { assign } from '../ops/assign.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { relu } from '../ops/relu.js';
import { rmsprop, rmspropMomentum } from '../ops/rmsprop.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Optimizer, optimizerOptionKinds, type OptimizerOptions, type UpdateInputs } from './optimizer.js';
import { movingMean, scaled, subtractStep } from './composedUpdate.js';

/** Options of RMSprop. */
export interface RMSpropOptions extends OptimizerOptions {
  /** Decay of the mean of squared gradients, 0.9 by default, PyTorch's (its `alpha`) 0.99. */
  readonly rho?: number;
  /** 0 by default. */
  readonly momentum?: number;
  /** Added under the root, 1e-7 by default; in PyTorch's convention beside it, 1e-8. */
  readonly epsilon?: number;
  /** Whether gradients are scaled by their variance, the mean square less the squared mean; false by default. */
  readonly centered?: boolean;
}

const defaults = {
  keras: { learningRate: 0.001, rho: 0.9, epsilon: 1e-7 },
  pytorch: { learningRate: 0.01, rho: 0.99, epsilon: 1e-8 },
} as const;

/**
 * RMSprop (Hinton's lecture 6e; Keras's RMSprop; learning rate 0.001 by default). Momentum is that of steps; in PyTorch's
 * convention, that of scaled gradients, which the learning rate of the moment multiplies.
 */
export class RMSprop extends Optimizer {
  /** The options that it takes. */
  static readonly acceptedOptions = {
    where: 'rmsprop',
    first: ['learningRate'],
    kinds: { ...optimizerOptionKinds, rho: 'number', momentum: 'number', epsilon: 'number', centered: 'boolean' },
  } as const satisfies AcceptedOptions<RMSpropOptions>;
  readonly name = 'rmsprop';
  private readonly rho: number;
  private readonly momentum: number;
  private readonly epsilon: number;
  private readonly centered: boolean;

  constructor(options: RMSpropOptions = {}) {
    super(expectOptions(RMSprop.acceptedOptions, options), defaults);
    const usual = defaults[this.convention];
    this.rho = options.rho ?? usual.rho;
    this.momentum = options.momentum ?? 0;
    this.epsilon = options.epsilon ?? usual.epsilon;
    this.centered = options.centered ?? false;
  }

  protected slotNames(): readonly string[] {
    return ['meanSquare', ...(this.momentum ? ['velocity'] : []), ...(this.centered ? ['mean'] : [])];
  }

  protected emit(variable: Variable, gradient: Node, { learningRate }: UpdateInputs): void {
    if (this.centered) {
      this.emitCentered(variable, gradient, learningRate);
      return;
    }
    const { rho, epsilon, momentum, weightDecay } = this;
    const inputs = [variable, gradient, ...this.ownSlots(variable), learningRate];
    const outside = this.convention === 'pytorch';
    const attributes = { rho, epsilon, epsilonOutside: outside, weightDecay };
    if (momentum) rmspropMomentum(...inputs, { ...attributes, momentum, rateOutside: outside });
    else rmsprop(...inputs, attributes);
  }

  protected ownConfig(): Record<string, unknown> {
    const { rho, momentum, epsilon, centered } = this;
    return { rho, momentum, epsilon, ...(centered && { centered }) };
  }

  private emitCentered(variable: Variable, gradient: Node, learningRate: Node): void {
    const { rho, momentum, epsilon, weightDecay } = this;
    const outside = this.convention === 'pytorch';
    const slots = this.ownSlots(variable);
    const meanSquare = movingMean(slots[0], square(gradient), rho);
    const mean = movingMean(slots[slots.length - 1], gradient, rho);
    // Rounding must not make it negative.
    const variance = relu(sub(meanSquare, square(mean)));
    const root = outside ? scaled(sqrt(variance), 1, epsilon) : sqrt(scaled(variance, 1, epsilon));
    const one = div(outside ? gradient : mul(gradient, learningRate), root);
    let step = one;
    if (momentum) {
      const [, velocity] = slots;
      step = add(scaled(gradient.graph.variable(velocity), momentum), one);
      assign(velocity, step);
    }
    subtractStep(variable, outside ? mul(step, learningRate) : step, learningRate, weightDecay);
  }
}
