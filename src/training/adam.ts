import type { Node, Variable } from '../graph/index.js';
import { adam } from '../ops/index.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Optimizer, optimizerOptionKinds, type OptimizerOptions, type UpdateInputs } from './optimizer.js';

/** Options of Adam. */
export interface AdamOptions extends OptimizerOptions {
  /** Decay of the mean of gradients, 0.9 by default. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients, 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root: 1e-7 by default, PyTorch's 1e-8. PyTorch's convention adds it after the bias of the root is mended. */
  readonly epsilon?: number;
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
    kinds: { ...optimizerOptionKinds, beta1: 'number', beta2: 'number', epsilon: 'number' },
  } as const satisfies AcceptedOptions<AdamOptions>;
  readonly name = 'adam';
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;

  constructor(options: AdamOptions = {}) {
    super(expectOptions(Adam.acceptedOptions, options), defaults);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? defaults[this.convention].epsilon;
  }

  protected slotNames(): readonly string[] {
    return ['m', 'v'];
  }

  protected emit(variable: Variable, gradient: Node, { learningRate, step }: UpdateInputs): void {
    const { beta1, beta2, epsilon, weightDecay } = this;
    const epsilonAfterCorrection = this.convention === 'pytorch';
    const attributes = { beta1, beta2, epsilon, epsilonAfterCorrection, weightDecay };
    adam(variable, gradient, ...this.prepare(variable), learningRate, step, attributes);
  }

  protected ownConfig(): Record<string, unknown> {
    return { beta1: this.beta1, beta2: this.beta2, epsilon: this.epsilon };
  }
}

/** The options of AdamW (Loshchilov & Hutter 2019) as Adam's: its decay is decoupled, 0.004 by default as in Keras, PyTorch's 0.01. */
export function adamwOptions(options: AdamOptions = {}): AdamOptions {
  const { convention = 'keras' } = options;
  const usual = Object.hasOwn(defaults, convention) ? defaults[convention].weightDecay : 0;
  return { weightDecay: usual, decoupledWeightDecay: true, ...options };
}
