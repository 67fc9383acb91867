import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { momentsOf, type MomentOptions, type Moments } from './momentOptions.js';
import { Optimizer, optimizerOptionKinds } from './optimizer.js';

const defaults = {
  keras: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  pytorch: { learningRate: 0.002, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
} as const;

/** Nadam (Dozat 2016; Keras's Nadam, PyTorch's NAdam): Adam that looks ahead. */
export class Nadam extends Optimizer {
  static readonly acceptedOptions = {
    where: 'nadam',
    first: ['learningRate'],
    kinds: { ...optimizerOptionKinds, beta1: 'number', beta2: 'number', epsilon: 'number' },
  } as const satisfies AcceptedOptions<MomentOptions>;
  readonly name = 'nadam';
  readonly settings: Moments;

  constructor(options: MomentOptions = {}) {
    super(expectOptions(Nadam.acceptedOptions, options), defaults);
    this.settings = momentsOf('nadam', options, defaults[this.convention]);
  }

  protected slotNames(): readonly string[] {
    return ['m', 'v'];
  }
}
