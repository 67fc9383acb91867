import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber } from '../tensor/check.js';
import { Optimizer, optimizerOptionKinds, type OptimizerOptions } from './optimizer.js';

/** Options of Adadelta. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** Decay of both means of squares, 0.95 by default, PyTorch's 0.9. */
  readonly rho?: number;
  /** Added under the roots, 1e-7 by default, PyTorch's 1e-6. */
  readonly epsilon?: number;
}

const defaults = {
  keras: { learningRate: 0.001, rho: 0.95, epsilon: 1e-7 },
  pytorch: { learningRate: 1, rho: 0.9, epsilon: 1e-6 },
} as const;

/** Adadelta (Zeiler 2012; Keras's Adadelta): steps as large as former ones. The paper's learning rate is 1. */
export class Adadelta extends Optimizer {
  static readonly acceptedOptions = {
    where: 'adadelta',
    first: ['learningRate'],
    kinds: { ...optimizerOptionKinds, rho: 'number', epsilon: 'number' },
  } as const satisfies AcceptedOptions<AdadeltaOptions>;
  readonly name = 'adadelta';
  readonly settings: { readonly rho: number; readonly epsilon: number };

  constructor(options: AdadeltaOptions = {}) {
    super(expectOptions(Adadelta.acceptedOptions, options), defaults);
    const usual = defaults[this.convention];
    const { rho = usual.rho, epsilon = usual.epsilon } = options;
    expectNumber('adadelta', 'rho', rho, { least: 0, below: 1 });
    expectNumber('adadelta', 'epsilon', epsilon, { least: 0 });
    this.settings = { rho, epsilon };
  }

  protected slotNames(): readonly string[] {
    return ['meanSquare', 'meanSquareStep'];
  }
}
