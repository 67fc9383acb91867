import { Variable, type Node } from '../graph/index.js';
import { add, affine, clip, div, maximum, mul, reduceSum, sqrt, square } from '../ops/index.js';
import { StriateError } from '../tensor/index.js';
import type { Schedule } from './schedules.js';
import { expectNumber } from '../tensor/check.js';

/** Options that every optimizer takes. */
export interface OptimizerOptions {
  /** A number, or a schedule of the step. */
  readonly learningRate?: number | Schedule;
  /** Decoupled: before each update, variable −= learningRate · weightDecay · variable; 0 by default. */
  readonly weightDecay?: number;
  /** Scales each gradient down to this L2 norm. */
  readonly clipnorm?: number;
  /** Cuts each gradient's elements to ±clipvalue. */
  readonly clipvalue?: number;
  /** Scales all gradients down together to this L2 norm. */
  readonly globalClipnorm?: number;
}

/** A weight and the gradient of the loss by it. */
export interface WeightGradient {
  readonly variable: Variable;
  readonly gradient: Node;
  /** The weight's share of the learning rate; 1 where it is left out. */
  readonly learningRateFactor?: number;
}

/** What an update's operators read besides the weight and its gradient. */
export interface UpdateInputs {
  /** Scalar. */
  readonly learningRate: Node;
  /** int32 scalar, counted from 1. */
  readonly step: Node;
}

/**
 * Turns gradients into changes of the weights. Holds the number of steps done and the learning rate; its own variables
 * (momenta, …) live in the engine, like the weights.
 */
export abstract class Optimizer {
  /** Its name in the table. */
  abstract readonly name: string;
  /** The number of steps done. */
  iterations = 0;
  protected readonly weightDecay: number;
  private readonly clipping: Pick<OptimizerOptions, 'clipnorm' | 'clipvalue' | 'globalClipnorm'>;
  private learningRateOrSchedule: number | Schedule;
  private readonly slotsOf = new Map<Variable, Map<string, Variable>>();

  constructor(options: OptimizerOptions, defaultLearningRate: number) {
    const { learningRate = defaultLearningRate, weightDecay = 0, clipnorm, clipvalue, globalClipnorm } = options;
    if (typeof learningRate === 'number') expectLearningRate(learningRate);
    for (const [name, value] of Object.entries({ clipnorm, clipvalue, globalClipnorm })) {
      if (value !== undefined) expectNumber('optimizer', name, value, { above: 0 });
    }
    expectNumber('optimizer', 'weightDecay', weightDecay, { least: 0 });
    this.learningRateOrSchedule = learningRate;
    this.weightDecay = weightDecay;
    this.clipping = { clipnorm, clipvalue, globalClipnorm };
  }

  /** The learning rate of the next step. Setting it replaces the number; a schedule cannot be replaced. */
  get learningRate(): number {
    return typeof this.learningRateOrSchedule === 'number'
      ? this.learningRateOrSchedule
      : this.learningRateOrSchedule(this.iterations);
  }

  set learningRate(value: number) {
    expectLearningRate(value);
    if (typeof this.learningRateOrSchedule !== 'number') {
      throw new StriateError({
        where: `optimizer '${this.name}'`,
        rule: 'its learning rate follows a schedule and cannot be set',
        advice: 'give the optimizer a number, or leave out the callback that sets it',
      });
    }
    this.learningRateOrSchedule = value;
  }

  /** Whether the learning rate follows a schedule. */
  get scheduled(): boolean {
    return typeof this.learningRateOrSchedule !== 'number';
  }

  /** The optimizer's own variables, for the weights it has updated so far. */
  get slots(): readonly Variable[] {
    return [...this.slotsOf.values()].flatMap((slots) => [...slots.values()]);
  }

  /** What makes the optimizer again, JSON values only. */
  config(): Record<string, unknown> {
    const learningRate =
      typeof this.learningRateOrSchedule === 'number'
        ? this.learningRateOrSchedule
        : { schedule: this.learningRateOrSchedule.config };
    return { learningRate, weightDecay: this.weightDecay, ...this.clipping, ...this.ownConfig() };
  }

  /** Makes the slots of a weight, so that saved ones can be put back before the first step. */
  prepare(variable: Variable): readonly Variable[] {
    return this.slotNames().map((name) => this.slot(variable, name));
  }

  /** Emits the operators that clip the gradients and update the weights. */
  update(gradients: readonly WeightGradient[], inputs: UpdateInputs): void {
    const { graph } = inputs.learningRate;
    const learningRates = new Map<number, Node>([[1, inputs.learningRate]]);
    for (const { variable, gradient, learningRateFactor: factor = 1 } of graph.scope('clip', () =>
      this.clip(gradients),
    )) {
      let learningRate = learningRates.get(factor);
      if (!learningRate) {
        learningRate = affine(inputs.learningRate, { scale: factor, offset: 0 });
        learningRates.set(factor, learningRate);
      }
      const used = { ...inputs, learningRate };
      graph.scope(variable.name, () => this.emit(variable, gradient, used));
    }
  }

  /** The slots that each weight needs. */
  protected abstract slotNames(): readonly string[];

  /** Emits the update of one weight. */
  protected abstract emit(variable: Variable, gradient: Node, inputs: UpdateInputs): void;

  /** The options that only this optimizer has. */
  protected abstract ownConfig(): Record<string, unknown>;

  /** A variable of the optimizer's own beside a weight, zero at first. */
  protected slot(variable: Variable, name: string): Variable {
    let slots = this.slotsOf.get(variable);
    if (!slots) this.slotsOf.set(variable, (slots = new Map<string, Variable>()));
    let slot = slots.get(name);
    if (!slot) {
      const full = `${this.name}/${variable.name}/${name}`;
      slot = new Variable(full, variable.shape, 'slot', () => new Float32Array(variable.size));
      slots.set(name, slot);
    }
    return slot;
  }

  private clip(gradients: readonly WeightGradient[]): readonly WeightGradient[] {
    const { clipnorm, clipvalue, globalClipnorm } = this.clipping;
    const squares = ({ gradient }: WeightGradient): Node => {
      const axes = gradient.type.shape.map((_, axis) => axis);
      const each = square(gradient);
      return axes.length ? reduceSum(each, { axes, keepDims: false }) : each;
    };
    const scaled = (gradient: Node, sum: Node, limit: number): Node => {
      const norm = sqrt(sum);
      const bound = maximum(norm, limit);
      const factor = div(limit, bound);
      return mul(gradient, factor);
    };
    if (clipnorm !== undefined) {
      gradients = gradients.map((g) => ({ ...g, gradient: scaled(g.gradient, squares(g), clipnorm) }));
    }
    if (globalClipnorm !== undefined && gradients.length) {
      const total = gradients.map(squares).reduce((a, b) => add(a, b));
      gradients = gradients.map((g) => ({ ...g, gradient: scaled(g.gradient, total, globalClipnorm) }));
    }
    if (clipvalue !== undefined) {
      const range = { min: -clipvalue, max: clipvalue };
      gradients = gradients.map((g) => ({ ...g, gradient: clip(g.gradient, range) }));
    }
    return gradients;
  }
}

function expectLearningRate(learningRate: number): void {
  expectNumber('optimizer', 'the learning rate', learningRate, { least: 0 });
}
