import type { Node, Variable } from '../graph/index.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber } from '../tensor/check.js';
import { movingMean, scaled, subtractStep } from './composedUpdate.js';
import { Optimizer, optimizerOptionKinds, type OptimizerOptions, type UpdateInputs } from './optimizer.js';

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
  private readonly rho: number;
  private readonly epsilon: number;

  constructor(options: AdadeltaOptions = {}) {
    super(expectOptions(Adadelta.acceptedOptions, options), defaults);
    const usual = defaults[this.convention];
    this.rho = options.rho ?? usual.rho;
    this.epsilon = options.epsilon ?? usual.epsilon;
    expectNumber('adadelta', 'rho', this.rho, { least: 0, below: 1 });
    expectNumber('adadelta', 'epsilon', this.epsilon, { least: 0 });
  }

  protected slotNames(): readonly string[] {
    return ['meanSquare', 'meanSquareStep'];
  }

  protected emit(variable: Variable, gradient: Node, { learningRate }: UpdateInputs): void {
    const { rho, epsilon } = this;
    const [meanSquare, meanSquareStep] = this.ownSlots(variable);
    const root = (x: Node): Node => sqrt(scaled(x, 1, epsilon));
    const before = gradient.graph.variable(meanSquareStep);
    const step = div(mul(root(before), gradient), root(movingMean(meanSquare, square(gradient), rho)));
    movingMean(meanSquareStep, square(step), rho);
    subtractStep(variable, mul(step, learningRate), learningRate, this.weightDecay);
  }

  protected ownConfig(): Record<string, unknown> {
    return { rho: this.rho, epsilon: this.epsilon };
  }
}
