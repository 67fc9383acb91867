import type { Node, Variable } from '../graph/index.js';
import { add } from '../ops/add.js';
import { clip } from '../ops/clip.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { reduceSum } from '../ops/reduceSum.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { decayedWeight, movingMean, scaled, signOf, subtractStep } from './composedUpdate.js';
import { momentsOf, type MomentOptions, type Moments } from './momentOptions.js';
import { Optimizer, optimizerOptionKinds, type UpdateInputs } from './optimizer.js';

/** torch.optim has no LAMB: Keras's numbers under either convention. */
const usual = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;
const defaults = { keras: usual, pytorch: usual } as const;

/** LAMB (You et al. 2019; Keras's Lamb): Adam's direction, in steps that are a share of each weight's own size, for large batches. */
export class Lamb extends Optimizer {
  static readonly acceptedOptions = {
    where: 'lamb',
    first: ['learningRate'],
    kinds: { ...optimizerOptionKinds, beta1: 'number', beta2: 'number', epsilon: 'number' },
  } as const satisfies AcceptedOptions<MomentOptions>;
  readonly name = 'lamb';
  private readonly moments: Moments;

  constructor(options: MomentOptions = {}) {
    super(expectOptions(Lamb.acceptedOptions, options), defaults);
    this.moments = momentsOf('lamb', options, usual);
  }

  /** Both means' biases. */
  override scalars(step: number): Readonly<Record<string, number>> {
    const { beta1, beta2 } = this.moments;
    return { first: 1 / (1 - beta1 ** step), second: 1 / (1 - beta2 ** step) };
  }

  protected slotNames(): readonly string[] {
    return ['m', 'v'];
  }

  protected emit(variable: Variable, gradient: Node, { learningRate, scalar }: UpdateInputs): void {
    const { beta1, beta2, epsilon } = this.moments;
    const [m, v] = this.ownSlots(variable);
    const mean = mul(movingMean(m, gradient, beta1), scalar('first'));
    const root = sqrt(mul(movingMean(v, square(gradient), beta2), scalar('second')));
    const update = div(mean, scaled(root, 1, epsilon));
    const sizes = [decayedWeight(variable, learningRate, this.weightDecay), update].map(norm);
    // Where either is 0, the step is Adam's.
    const both = mul(signOf(sizes[0]), signOf(sizes[1]));
    const ratio = div(sizes[0], clip(sizes[1], { min: 1e-37, max: Infinity }));
    const share = add(mul(both, ratio), scaled(both, -1, 1));
    subtractStep(variable, mul(update, mul(share, learningRate)), learningRate, this.weightDecay);
  }

  protected ownConfig(): Record<string, unknown> {
    return { ...this.moments };
  }
}

function norm(x: Node): Node {
  const axes = x.type.shape.map((_, axis) => axis);
  return sqrt(axes.length ? reduceSum(square(x), { axes, keepDims: false }) : square(x));
}
