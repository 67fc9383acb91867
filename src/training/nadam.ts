import type { Node, Variable } from '../graph/index.js';
import { add } from '../ops/add.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { movingMean, scaled, subtractStep } from './composedUpdate.js';
import { momentsOf, type MomentOptions, type Moments } from './momentOptions.js';
import { Optimizer, optimizerOptionKinds, type UpdateInputs } from './optimizer.js';

const defaults = {
  keras: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, momentumDecay: 1 },
  pytorch: { learningRate: 0.002, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, momentumDecay: 0.004 },
} as const;

/** Nadam (Dozat 2016; Keras's Nadam, PyTorch's NAdam): Adam that looks ahead. */
export class Nadam extends Optimizer {
  static readonly acceptedOptions = {
    where: 'nadam',
    first: ['learningRate'],
    kinds: { ...optimizerOptionKinds, beta1: 'number', beta2: 'number', epsilon: 'number' },
  } as const satisfies AcceptedOptions<MomentOptions>;
  readonly name = 'nadam';
  private readonly moments: Moments;

  constructor(options: MomentOptions = {}) {
    super(expectOptions(Nadam.acceptedOptions, options), defaults);
    this.moments = momentsOf('nadam', options, defaults[this.convention]);
  }

  /** The shares of gradient and mean, and the second mean's bias. */
  override scalars(step: number): Readonly<Record<string, number>> {
    const { beta1, beta2 } = this.moments;
    const { momentumDecay } = defaults[this.convention];
    const momentum = (at: number): number => beta1 * (1 - 0.5 * 0.96 ** (at * momentumDecay));
    let product = 1;
    // The factors fall below any number within some hundred steps; from then on the product is 0.
    for (let at = 1; at <= step && product > 0; at++) product *= momentum(at);
    const [now, next] = [momentum(step), momentum(step + 1)];
    return {
      ofGradient: (1 - now) / (1 - product),
      ofMean: next / (1 - product * next),
      correction: 1 / (1 - beta2 ** step),
    };
  }

  protected slotNames(): readonly string[] {
    return ['m', 'v'];
  }

  protected emit(variable: Variable, gradient: Node, { learningRate, scalar }: UpdateInputs): void {
    const { beta1, beta2, epsilon } = this.moments;
    const [m, v] = this.ownSlots(variable);
    const mean = movingMean(m, gradient, beta1);
    const meanSquare = movingMean(v, square(gradient), beta2);
    const ahead = add(mul(mean, scalar('ofMean')), mul(gradient, scalar('ofGradient')));
    const root = scaled(sqrt(mul(meanSquare, scalar('correction'))), 1, epsilon);
    subtractStep(variable, div(mul(ahead, learningRate), root), learningRate, this.weightDecay);
  }

  protected ownConfig(): Record<string, unknown> {
    return { ...this.moments };
  }
}
