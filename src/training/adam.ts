import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { momentsOf, type Moments } from './momentOptions.js';
import { Optimizer, optimizerOptionKinds, type OptimizerOptions } from './optimizer.js';

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
  readonly settings: Moments & { readonly amsgrad?: boolean };

  constructor(options: AdamOptions = {}) {
    super(expectOptions(Adam.acceptedOptions, options), defaults);
    const { amsgrad } = options;
    const { epsilon } = defaults[this.convention];
    this.settings = {
      ...momentsOf('adam', options, { beta1: 0.9, beta2: 0.999, epsilon }),
      ...(amsgrad && { amsgrad }),
    };
  }

  protected slotNames(): readonly string[] {
    return this.settings.amsgrad ? ['m', 'v', 'vHat'] : ['m', 'v'];
  }
}

/** The options of AdamW (Loshchilov & Hutter 2019) as Adam's: its decay is decoupled, 0.004 by default as in Keras, PyTorch's 0.01. */
export function adamwOptions(options: AdamOptions = {}): AdamOptions {
  const { convention = 'keras' } = options;
  const usual = Object.hasOwn(defaults, convention) ? defaults[convention].weightDecay : 0;
  return { weightDecay: usual, decoupledWeightDecay: true, ...options };
}
