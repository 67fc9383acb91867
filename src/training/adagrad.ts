import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber } from '../tensor/check.js';
import { Optimizer, optimizerOptionKinds, type OptimizerOptions } from './optimizer.js';

/** Options of Adagrad. */
export interface AdagradOptions extends OptimizerOptions {
  /** Where the sums of squares begin: 0.1 by default, PyTorch's 0. */
  readonly initialAccumulatorValue?: number;
  /** Added under the root, 1e-7 by default; in PyTorch's convention beside it, 1e-10. */
  readonly epsilon?: number;
}

const defaults = {
  keras: { learningRate: 0.001, initialAccumulatorValue: 0.1, epsilon: 1e-7 },
  pytorch: { learningRate: 0.01, initialAccumulatorValue: 0, epsilon: 1e-10 },
} as const;

/** Adagrad (Duchi et al. 2011; Keras's Adagrad): the more a weight has moved, the smaller its steps. */
export class Adagrad extends Optimizer {
  static readonly acceptedOptions = {
    where: 'adagrad',
    first: ['learningRate'],
    kinds: { ...optimizerOptionKinds, initialAccumulatorValue: 'number', epsilon: 'number' },
  } as const satisfies AcceptedOptions<AdagradOptions>;
  readonly name = 'adagrad';
  readonly settings: { readonly initialAccumulatorValue: number; readonly epsilon: number };

  constructor(options: AdagradOptions = {}) {
    super(expectOptions(Adagrad.acceptedOptions, options), defaults);
    const usual = defaults[this.convention];
    const { initialAccumulatorValue = usual.initialAccumulatorValue, epsilon = usual.epsilon } = options;
    expectNumber('adagrad', 'initialAccumulatorValue', initialAccumulatorValue, { least: 0 });
    expectNumber('adagrad', 'epsilon', epsilon, { least: 0 });
    this.settings = { initialAccumulatorValue, epsilon };
  }

  protected slotNames(): readonly string[] {
    return ['accumulator'];
  }

  protected override slotStart(): number {
    return this.settings.initialAccumulatorValue;
  }
}
