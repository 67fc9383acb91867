import type { Node, Variable } from '../graph/index.js';
import { add } from '../ops/add.js';
import { assign } from '../ops/assign.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber } from '../tensor/check.js';
import { scaled, subtractStep } from './composedUpdate.js';
import { Optimizer, optimizerOptionKinds, type OptimizerOptions, type UpdateInputs } from './optimizer.js';

/** Options of Adagrad. */
export interface AdagradOptions extends OptimizerOptions {
  /** Where the sums of squares begin: 0.1 by default, PyTorch's 0. */
  readonly initialAccumulatorValue?: number;
  /** Added under the root, 1e-7 by default; in PyTorch's convention beside it, 1e-10. */
  readonly epsilon?: number;
}

const defaults = {
  keras: { learningRate: 0.001, initialAccumulatorValue: 0.1, epsilon: 1e-7 },
  pytorch: { learningRate: 0.01, initialAccumulatorValue: 0, epsilon: 1e-10 },
} as const;

/** Adagrad (Duchi et al. 2011; Keras's Adagrad): the more a weight has moved, the smaller its steps. */
export class Adagrad extends Optimizer {
  static readonly acceptedOptions = {
    where: 'adagrad',
    first: ['learningRate'],
    kinds: { ...optimizerOptionKinds, initialAccumulatorValue: 'number', epsilon: 'number' },
  } as const satisfies AcceptedOptions<AdagradOptions>;
  readonly name = 'adagrad';
  private readonly initialAccumulatorValue: number;
  private readonly epsilon: number;

  constructor(options: AdagradOptions = {}) {
    super(expectOptions(Adagrad.acceptedOptions, options), defaults);
    const usual = defaults[this.convention];
    this.initialAccumulatorValue = options.initialAccumulatorValue ?? usual.initialAccumulatorValue;
    this.epsilon = options.epsilon ?? usual.epsilon;
    expectNumber('adagrad', 'initialAccumulatorValue', this.initialAccumulatorValue, { least: 0 });
    expectNumber('adagrad', 'epsilon', this.epsilon, { least: 0 });
  }

  protected slotNames(): readonly string[] {
    return ['accumulator'];
  }

  protected override slotStart(): number {
    return this.initialAccumulatorValue;
  }

  protected emit(variable: Variable, gradient: Node, { learningRate }: UpdateInputs): void {
    const [accumulator] = this.ownSlots(variable);
    const sum = add(gradient.graph.variable(accumulator), square(gradient));
    assign(accumulator, sum);
    const outside = this.convention === 'pytorch';
    const root = outside ? scaled(sqrt(sum), 1, this.epsilon) : sqrt(scaled(sum, 1, this.epsilon));
    subtractStep(variable, div(mul(gradient, learningRate), root), learningRate, this.weightDecay);
  }

  protected ownConfig(): Record<string, unknown> {
    return { initialAccumulatorValue: this.initialAccumulatorValue, epsilon: this.epsilon };
  }
}
