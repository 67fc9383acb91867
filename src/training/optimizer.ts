import { Variable, type Node } from '../graph/index.js';
import type { OptionKinds } from '../tensor/acceptedOptions.js';
import { refuseForeignNames, StriateError } from '../tensor/index.js';
import type { Schedule } from './schedules.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';

/**
 * Whose formulas and defaults an optimizer follows; each optimizer's table of defaults has a row for each of them, and
 * docs/training.md says where they differ.
 */
export type Convention = 'keras' | 'pytorch';

/** Options that every optimizer takes. */
export interface OptimizerOptions {
  /** 'keras' by default. 'pytorch' takes the formulas and defaults of torch.optim, as published recipes mean them. */
  readonly convention?: Convention;
  /** A number, or a schedule of the step. */
  readonly learningRate?: number | Schedule;
  /** How much weights shrink; 0 by default. */
  readonly weightDecay?: number;
  /**
   * Whether weights decay on their own, before each update: variable −= learningRate · weightDecay · variable, as in Keras and
   * in AdamW. Otherwise weightDecay · variable is added to the gradient and goes through the momenta, which PyTorch's other
   * optimizers do. True by default, with `convention: 'pytorch'` false except in `adamw`.
   */
  readonly decoupledWeightDecay?: boolean;
  /** Scales each gradient down to this L2 norm. */
  readonly clipnorm?: number;
  /** Cuts each gradient's elements to ±clipvalue. */
  readonly clipvalue?: number;
  /** Scales all gradients down together to this L2 norm. */
  readonly globalClipnorm?: number;
  /**
   * Whether a moving mean of the weights is kept, which is what the model has when a training ends; false by default. It is
   * kept in the checkpoint, so that training goes on from the weights themselves.
   */
  readonly useEma?: boolean;
  /** How much of the mean each step keeps; 0.99 by default. */
  readonly emaMomentum?: number;
  /** After how many steps the weights take the mean's place; never, by default, before the training ends. */
  readonly emaOverwriteFrequency?: number;
  /** Over how many batches gradients are averaged before the weights change; 1 by default. Steps count such changes. */
  readonly gradientAccumulationSteps?: number;
}

/** The kinds of the options that every optimizer takes. */
export const optimizerOptionKinds = {
  convention: 'string',
  learningRate: 'number or function',
  weightDecay: 'number',
  decoupledWeightDecay: 'boolean',
  clipnorm: 'number',
  clipvalue: 'number',
  globalClipnorm: 'number',
  useEma: 'boolean',
  emaMomentum: 'number',
  emaOverwriteFrequency: 'number',
  gradientAccumulationSteps: 'number',
} as const satisfies OptionKinds<OptimizerOptions>;

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
  /** One of the numbers that `scalars` gives for the step. */
  readonly scalar: (name: string) => Node;
}

/** What a training step does with the gradients. */
export type StepPhase = 'update' | 'accumulate';

/** What an optimizer takes where its options are silent. */
export interface OptimizerDefaults {
  readonly learningRate: number;
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
  /** The number of batches whose gradients wait for the next step. */
  accumulated = 0;
  /** How the mean of the weights is kept; undefined where none is. */
  readonly ema: { readonly momentum: number; readonly overwriteFrequency: number | undefined } | undefined;
  /** Over how many batches gradients are averaged. */
  readonly accumulation: number;
  private readonly averaging: Pick<OptimizerOptions, 'useEma' | 'emaMomentum' | 'emaOverwriteFrequency'>;
  /** Whose formulas it follows. */
  readonly convention: Convention;
  /** The decoupled weight decay, which the update's operators do; 0 where the decay goes through the gradient. */
  readonly weightDecay: number;
  /** The weight decay that goes through the gradient; 0 where it is decoupled. */
  readonly coupledDecay: number;
  /** How gradients are clipped. */
  readonly clipping: Pick<OptimizerOptions, 'clipnorm' | 'clipvalue' | 'globalClipnorm'>;
  private learningRateOrSchedule: number | Schedule;
  private readonly slotsOf = new Map<Variable, Map<string, Variable>>();

  constructor(options: OptimizerOptions, defaults: Readonly<Record<Convention, OptimizerDefaults>>) {
    const { convention = 'keras', weightDecay = 0, clipnorm, clipvalue, globalClipnorm } = options;
    expectOneOf('optimizer', 'convention', convention, ['keras', 'pytorch']);
    const { learningRate = defaults[convention].learningRate } = options;
    const { decoupledWeightDecay = convention === 'keras' } = options;
    if (typeof learningRate !== 'function') expectLearningRate(learningRate);
    for (const [name, value] of Object.entries({ clipnorm, clipvalue, globalClipnorm })) {
      if (value !== undefined) expectNumber('optimizer', name, value, { above: 0 });
    }
    expectNumber('optimizer', 'weightDecay', weightDecay, { least: 0 });
    this.learningRateOrSchedule = learningRate;
    this.convention = convention;
    this.weightDecay = decoupledWeightDecay ? weightDecay : 0;
    this.coupledDecay = decoupledWeightDecay ? 0 : weightDecay;
    this.clipping = { clipnorm, clipvalue, globalClipnorm };
    const { useEma = false, emaMomentum = 0.99, emaOverwriteFrequency, gradientAccumulationSteps = 1 } = options;
    expectNumber('optimizer', 'emaMomentum', emaMomentum, { least: 0, below: 1 });
    if (emaOverwriteFrequency !== undefined) expectWhole('optimizer', 'emaOverwriteFrequency', emaOverwriteFrequency);
    this.accumulation = expectWhole('optimizer', 'gradientAccumulationSteps', gradientAccumulationSteps);
    this.ema = useEma ? { momentum: emaMomentum, overwriteFrequency: emaOverwriteFrequency } : undefined;
    this.averaging = useEma ? { useEma, emaMomentum, emaOverwriteFrequency } : {};
  }

  static {
    refuseForeignNames(this.prototype, 'optimizer', {
      'lr learning_rate setLearningRate paramGroups': 'write optimizer.learningRate',
      'step minimize applyGradients zeroGrad': 'write model.trainOnBatch(x, y), which is a whole step',
      getConfig: 'write config()',
      'stateDict getWeights': "write model.save(path, { optimizer: true }), which keeps the optimizer's state",
    });
  }

  /** What the next batch's step does: with `gradientAccumulationSteps`, most only add their gradients. */
  get phase(): StepPhase {
    return this.accumulated + 1 < this.accumulation ? 'accumulate' : 'update';
  }

  /** Whether several batches make one step. */
  get accumulates(): boolean {
    return this.accumulation > 1;
  }

  /** The number of batches trained on, from which random layers draw. */
  get batches(): number {
    return this.iterations * this.accumulation + this.accumulated;
  }

  /** Counts a batch that was trained on. */
  countBatch(): void {
    if (this.phase === 'accumulate') this.accumulated++;
    else {
      this.accumulated = 0;
      this.iterations++;
    }
  }

  /** The options that only this optimizer has, as `config` saves them: JSON values. */
  abstract readonly settings: Readonly<object>;

  /**
   * Emits the update of one weight. For optimizers of your own: what Striate's do is a table that is fetched with the first
   * training program (`updateRules.ts`).
   */
  emit?(variable: Variable, gradient: Node, inputs: UpdateInputs): void;

  /** Numbers that follow from the step alone, and are exact where a program's could not be; beside `emit`, if there are any. */
  scalars?(step: number): Readonly<Record<string, number>>;

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
    const { convention, weightDecay, coupledDecay } = this;
    return {
      learningRate,
      weightDecay: weightDecay + coupledDecay,
      // Said where Keras, the default, does otherwise.
      ...(convention !== 'keras' && { convention }),
      ...(weightDecay + coupledDecay > 0 && (convention !== 'keras' || coupledDecay > 0)
        ? { decoupledWeightDecay: weightDecay > 0 }
        : {}),
      ...this.clipping,
      ...this.averaging,
      ...(this.accumulation > 1 && { gradientAccumulationSteps: this.accumulation }),
      ...this.settings,
    };
  }

  /** Makes the slots of a weight, so that saved ones can be put back before the first step. */
  prepare(variable: Variable): readonly Variable[] {
    const own = this.ownSlots(variable);
    if (this.accumulates) this.gradientSum(variable);
    if (this.ema) this.average(variable);
    return own;
  }

  /** The moving mean of a weight. */
  average(variable: Variable): Variable {
    return this.slot(variable, 'average', 0);
  }

  /** The sum of a weight's gradients since the last step. */
  gradientSum(variable: Variable): Variable {
    return this.slot(variable, 'gradients', 0);
  }

  /** The variables that `slotNames` names, beside a weight. */
  ownSlots(variable: Variable): readonly Variable[] {
    const start = this.slotStart?.() ?? 0;
    return this.slotNames().map((name) => this.slot(variable, name, start));
  }

  /** The slots that each weight needs. */
  protected abstract slotNames(): readonly string[];

  /** What its variables begin with; 0 where it is left out. */
  protected slotStart?(): number;

  /** A variable of the optimizer's own beside a weight. */
  private slot(variable: Variable, name: string, start: number): Variable {
    let slots = this.slotsOf.get(variable);
    if (!slots) this.slotsOf.set(variable, (slots = new Map<string, Variable>()));
    let slot = slots.get(name);
    if (!slot) {
      const full = `${this.name}/${variable.name}/${name}`;
      slot = new Variable(full, variable.shape, 'slot', () => new Float32Array(variable.size).fill(start));
      slots.set(name, slot);
    }
    return slot;
  }
}

function expectLearningRate(learningRate: number): void {
  expectNumber('optimizer', 'the learning rate', learningRate, { least: 0 });
}
