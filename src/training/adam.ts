import type { Node, Variable } from '../graph/index.js';
import { adam } from '../ops/adam.js';
import { add } from '../ops/add.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Optimizer, optimizerOptionKinds, type OptimizerOptions, type UpdateInputs } from './optimizer.js';
import { movingMaximum, movingMean, scaled, subtractStep } from './composedUpdate.js';

/** Options of Adam. */
export interface AdamOptions extends OptimizerOptions {
  /** Decay of the mean of gradients, 0.9 by default. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients, 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root: 1e-7 by default, PyTorch's 1e-8. PyTorch's convention adds it after the bias of the root is mended. */
  readonly epsilon?: number;
  /** Whether the largest mean of squares so far takes the place of the present one (Reddi et al. 2018); false by default. */
  readonly amsgrad?: boolean;
}

const defaults = {
  keras: { learningRate: 0.001, epsilon: 1e-7, weightDecay: 0.004 },
  pytorch: { learningRate: 0.001, epsilon: 1e-8, weightDecay: 0.01 },
} as const;

/** Adam (Kingma & Ba 2014; Keras's Adam; learning rate 0.001 by default). */
export class Adam extends Optimizer {
  /** The options that it takes. */
  static readonly acceptedOptions = {
    where: 'adam',
    first: ['learningRate'],
    kinds: { ...optimizerOptionKinds, beta1: 'number', beta2: 'number', epsilon: 'number', amsgrad: 'boolean' },
  } as const satisfies AcceptedOptions<AdamOptions>;
  readonly name = 'adam';
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private readonly amsgrad: boolean;

  constructor(options: AdamOptions = {}) {
    super(expectOptions(Adam.acceptedOptions, options), defaults);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? defaults[this.convention].epsilon;
    this.amsgrad = options.amsgrad ?? false;
  }

  protected slotNames(): readonly string[] {
    return this.amsgrad ? ['m', 'v', 'vHat'] : ['m', 'v'];
  }

  /** What mends the means' biases, where the update is put together from operators. */
  override scalars(step: number): Readonly<Record<string, number>> {
    if (!this.amsgrad) return {};
    const root = Math.sqrt(1 - this.beta2 ** step);
    return { correction: root / (1 - this.beta1 ** step), root };
  }

  protected emit(variable: Variable, gradient: Node, inputs: UpdateInputs): void {
    if (this.amsgrad) {
      this.emitAmsgrad(variable, gradient, inputs);
      return;
    }
    const { learningRate, step } = inputs;
    const { beta1, beta2, epsilon, weightDecay } = this;
    const epsilonAfterCorrection = this.convention === 'pytorch';
    const attributes = { beta1, beta2, epsilon, epsilonAfterCorrection, weightDecay };
    adam(variable, gradient, ...this.ownSlots(variable), learningRate, step, attributes);
  }

  protected ownConfig(): Record<string, unknown> {
    const { beta1, beta2, epsilon, amsgrad } = this;
    return { beta1, beta2, epsilon, ...(amsgrad && { amsgrad }) };
  }

  /** m · rate · (√(1 − β₂ᵗ) / (1 − β₁ᵗ)) / (√largest + ε); in PyTorch's convention ε is times √(1 − β₂ᵗ), too. */
  private emitAmsgrad(variable: Variable, gradient: Node, { learningRate, scalar }: UpdateInputs): void {
    const [m, v, vHat] = this.ownSlots(variable);
    const mean = movingMean(m, gradient, this.beta1);
    const largest = movingMaximum(vHat, movingMean(v, square(gradient), this.beta2));
    const mended = this.convention === 'pytorch';
    const epsilon = scaled(scalar('root'), mended ? this.epsilon : 0, mended ? 0 : this.epsilon);
    const step = div(mul(mean, mul(learningRate, scalar('correction'))), add(sqrt(largest), epsilon));
    subtractStep(variable, step, learningRate, this.weightDecay);
  }
}

/** The options of AdamW (Loshchilov & Hutter 2019) as Adam's: its decay is decoupled, 0.004 by default as in Keras, PyTorch's 0.01. */
export function adamwOptions(options: AdamOptions = {}): AdamOptions {
  const { convention = 'keras' } = options;
  const usual = Object.hasOwn(defaults, convention) ? defaults[convention].weightDecay : 0;
  return { weightDecay: usual, decoupledWeightDecay: true, ...options };
}
