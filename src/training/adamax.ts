import type { Node, Variable } from '../graph/index.js';
import { abs } from '../ops/abs.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { movingMaximum, movingMean, scaled, subtractStep } from './composedUpdate.js';
import { momentsOf, type MomentOptions, type Moments } from './momentOptions.js';
import { Optimizer, optimizerOptionKinds, type UpdateInputs } from './optimizer.js';

const defaults = {
  keras: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  pytorch: { learningRate: 0.002, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
} as const;

/** Adamax (Kingma & Ba 2014; Keras's Adamax): Adam with the largest gradient in place of the mean square. */
export class Adamax extends Optimizer {
  static readonly acceptedOptions = {
    where: 'adamax',
    first: ['learningRate'],
    kinds: { ...optimizerOptionKinds, beta1: 'number', beta2: 'number', epsilon: 'number' },
  } as const satisfies AcceptedOptions<MomentOptions>;
  readonly name = 'adamax';
  private readonly moments: Moments;

  constructor(options: MomentOptions = {}) {
    super(expectOptions(Adamax.acceptedOptions, options), defaults);
    this.moments = momentsOf('adamax', options, defaults[this.convention]);
  }

  /** The first mean's bias. */
  override scalars(step: number): Readonly<Record<string, number>> {
    return { correction: 1 / (1 - this.moments.beta1 ** step) };
  }

  protected slotNames(): readonly string[] {
    return ['m', 'u'];
  }

  protected emit(variable: Variable, gradient: Node, { learningRate, scalar }: UpdateInputs): void {
    const { beta1, beta2, epsilon } = this.moments;
    const [m, u] = this.ownSlots(variable);
    const size = abs(gradient);
    // PyTorch adds epsilon to what is compared, Keras to what comes of it.
    const inside = this.convention === 'pytorch';
    const largest = movingMaximum(u, inside ? scaled(size, 1, epsilon) : size, beta2);
    const mean = mul(movingMean(m, gradient, beta1), mul(learningRate, scalar('correction')));
    subtractStep(variable, div(mean, inside ? largest : scaled(largest, 1, epsilon)), learningRate, this.weightDecay);
  }

  protected ownConfig(): Record<string, unknown> {
    return { ...this.moments };
  }
}
