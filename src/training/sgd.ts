import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber } from '../tensor/check.js';
import { Optimizer, optimizerOptionKinds, type OptimizerOptions } from './optimizer.js';

/** Options of SGD. */
export interface SGDOptions extends OptimizerOptions {
  /** 0 by default. */
  readonly momentum?: number;
  /** Whether momentum looks ahead (Nesterov); false by default. */
  readonly nesterov?: boolean;
}

const defaults = { keras: { learningRate: 0.01 }, pytorch: { learningRate: 0.001 } } as const;

/**
 * Stochastic gradient descent with momentum (Keras's SGD; learning rate 0.01 by default). Momentum is that of steps; in
 * PyTorch's convention, that of gradients, which the learning rate of the moment multiplies.
 */
export class SGD extends Optimizer {
  /** The options that it takes. */
  static readonly acceptedOptions = {
    where: 'sgd',
    first: ['learningRate'],
    kinds: { ...optimizerOptionKinds, momentum: 'number', nesterov: 'boolean' },
  } as const satisfies AcceptedOptions<SGDOptions>;
  readonly name = 'sgd';
  readonly settings: { readonly momentum: number; readonly nesterov: boolean };

  constructor(options: SGDOptions = {}) {
    super(expectOptions(SGD.acceptedOptions, options), defaults);
    const { momentum = 0, nesterov = false } = options;
    expectNumber('sgd', 'momentum', momentum, { least: 0, below: 1 });
    this.settings = { momentum, nesterov };
  }

  protected slotNames(): readonly string[] {
    return this.settings.momentum ? ['velocity'] : [];
  }
}
