import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { momentsOf, type MomentOptions, type Moments } from './momentOptions.js';
import { Optimizer, optimizerOptionKinds } from './optimizer.js';

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
  readonly settings: Moments;

  constructor(options: MomentOptions = {}) {
    super(expectOptions(Lamb.acceptedOptions, options), defaults);
    this.settings = momentsOf('lamb', options, usual);
  }

  protected slotNames(): readonly string[] {
    return ['m', 'v'];
  }
}
