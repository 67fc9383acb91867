import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber } from '../tensor/check.js';
import { Optimizer, optimizerOptionKinds, type OptimizerOptions } from './optimizer.js';

/** Options of Lion. */
export interface LionOptions extends OptimizerOptions {
  /** The mean's share in the step's direction, 0.9 by default. */
  readonly beta1?: number;
  /** Decay of the mean of gradients, 0.99 by default. */
  readonly beta2?: number;
}

/** torch.optim has no Lion: the paper's numbers under either convention. */
const defaults = { keras: { learningRate: 0.001 }, pytorch: { learningRate: 0.001 } } as const;

/** Lion (Chen et al. 2023; Keras's Lion): steps of one size, in the direction of a mean. Rates are a third to a tenth of Adam's. */
export class Lion extends Optimizer {
  static readonly acceptedOptions = {
    where: 'lion',
    first: ['learningRate'],
    kinds: { ...optimizerOptionKinds, beta1: 'number', beta2: 'number' },
  } as const satisfies AcceptedOptions<LionOptions>;
  readonly name = 'lion';
  readonly settings: { readonly beta1: number; readonly beta2: number };

  constructor(options: LionOptions = {}) {
    super(expectOptions(Lion.acceptedOptions, options), defaults);
    const { beta1 = 0.9, beta2 = 0.99 } = options;
    expectNumber('lion', 'beta1', beta1, { least: 0, most: 1 });
    expectNumber('lion', 'beta2', beta2, { least: 0, below: 1 });
    this.settings = { beta1, beta2 };
  }

  protected slotNames(): readonly string[] {
    return ['m'];
  }
}
