import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber } from '../tensor/check.js';
import { Optimizer, optimizerOptionKinds, type OptimizerOptions } from './optimizer.js';

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
  readonly settings: {
    readonly rho: number;
    readonly momentum: number;
    readonly epsilon: number;
    readonly centered?: boolean;
  };

  constructor(options: RMSpropOptions = {}) {
    super(expectOptions(RMSprop.acceptedOptions, options), defaults);
    const usual = defaults[this.convention];
    const { rho = usual.rho, momentum = 0, epsilon = usual.epsilon, centered } = options;
    expectNumber('rmsprop', 'rho', rho, { least: 0, below: 1 });
    expectNumber('rmsprop', 'momentum', momentum, { least: 0, below: 1 });
    expectNumber('rmsprop', 'epsilon', epsilon, { least: 0 });
    this.settings = { rho, momentum, epsilon, ...(centered && { centered }) };
  }

  protected slotNames(): readonly string[] {
    const { momentum, centered } = this.settings;
    return ['meanSquare', ...(momentum ? ['velocity'] : []), ...(centered ? ['mean'] : [])];
  }
}
