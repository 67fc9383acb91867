import type { Node, Variable } from '../graph/index.js';
import { mul } from '../ops/mul.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber } from '../tensor/check.js';
import { movedMean, movingMean, signOf, subtractStep } from './composedUpdate.js';
import { Optimizer, optimizerOptionKinds, type OptimizerOptions, type UpdateInputs } from './optimizer.js';

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
  private readonly beta1: number;
  private readonly beta2: number;

  constructor(options: LionOptions = {}) {
    super(expectOptions(Lion.acceptedOptions, options), defaults);
    this.beta1 = expectNumber('lion', 'beta1', options.beta1 ?? 0.9, { least: 0, most: 1 });
    this.beta2 = expectNumber('lion', 'beta2', options.beta2 ?? 0.99, { least: 0, below: 1 });
  }

  protected slotNames(): readonly string[] {
    return ['m'];
  }

  protected emit(variable: Variable, gradient: Node, { learningRate }: UpdateInputs): void {
    const [m] = this.ownSlots(variable);
    const direction = signOf(movedMean(m, gradient, this.beta1));
    movingMean(m, gradient, this.beta2);
    subtractStep(variable, mul(direction, learningRate), learningRate, this.weightDecay);
  }

  protected ownConfig(): Record<string, unknown> {
    return { beta1: this.beta1, beta2: this.beta2 };
  }
}
