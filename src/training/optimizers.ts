import { optionsFactory, type AcceptedOptions, type OptionsFactory } from '../tensor/acceptedOptions.js';
import { StriateError, withForeignNames } from '../tensor/index.js';
import { nameAdvice } from '../tensor/spellings.js';
import { Adadelta, type AdadeltaOptions } from './adadelta.js';
import { Adagrad, type AdagradOptions } from './adagrad.js';
import { Adam, adamwOptions, type AdamOptions } from './adam.js';
import { Adamax } from './adamax.js';
import { Lamb } from './lamb.js';
import { Lion, type LionOptions } from './lion.js';
import type { MomentOptions } from './momentOptions.js';
import { Nadam } from './nadam.js';
import { Optimizer, type OptimizerOptions } from './optimizer.js';
import { RMSprop, type RMSpropOptions } from './rmsprop.js';
import { SGD, type SGDOptions } from './sgd.js';

/** A factory that takes the learning rate by position, too, as Keras, TensorFlow.js and people do. */
function made<Options extends object, Made>(
  accepted: AcceptedOptions<Options & OptimizerOptions>,
  make: (options: Options & OptimizerOptions) => Made,
): OptionsFactory<Options & OptimizerOptions, readonly ['learningRate'], Made> {
  return optionsFactory({ ...accepted, first: ['learningRate'] }, make);
}

/**
 * The optimizers, by Keras's names, with Keras's formulas and defaults, or with `convention: 'pytorch'` those of torch.optim.
 *
 * @namespace
 * @example
 * model.compile({ optimizer: optimizers.sgd({ learningRate: 0.1, momentum: 0.9 }), loss: 'meanSquaredError' });
 * optimizers.adamw({ convention: 'pytorch', learningRate: 3e-4 }); // torch.optim.AdamW(parameters, lr=3e-4)
 */
export const optimizers = withForeignNames(
  'optimizers',
  {
    sgd: made(SGD.acceptedOptions, (options: SGDOptions) => new SGD(options)),
    adam: made(Adam.acceptedOptions, (options: AdamOptions) => new Adam(options)),
    /** Adam with weights that decay on their own: 0.004 by default, in PyTorch's convention 0.01. */
    adamw: made({ ...Adam.acceptedOptions, where: 'adamw' }, (options: AdamOptions) => new Adam(adamwOptions(options))),
    rmsprop: made(RMSprop.acceptedOptions, (options: RMSpropOptions) => new RMSprop(options)),
    adagrad: made(Adagrad.acceptedOptions, (options: AdagradOptions) => new Adagrad(options)),
    adadelta: made(Adadelta.acceptedOptions, (options: AdadeltaOptions) => new Adadelta(options)),
    adamax: made(Adamax.acceptedOptions, (options: MomentOptions) => new Adamax(options)),
    nadam: made(Nadam.acceptedOptions, (options: MomentOptions) => new Nadam(options)),
    lion: made(Lion.acceptedOptions, (options: LionOptions) => new Lion(options)),
    lamb: made(Lamb.acceptedOptions, (options: MomentOptions) => new Lamb(options)),
  } as const,
  {
    SGD: 'write optimizers.sgd',
    momentum: 'write optimizers.sgd({ learningRate, momentum: 0.9 })',
    'adamW AdamW': 'write optimizers.adamw',
    'RMSprop RMSProp rmsProp': 'write optimizers.rmsprop',
    'adaDelta AdaDelta': 'write optimizers.adadelta',
    'adaGrad AdaGrad': 'write optimizers.adagrad',
    NAdam: 'write optimizers.nadam',
    'schedules lr_scheduler': 'write schedules, a table of its own',
  },
);

/** The name of an optimizer in the table. */
export type OptimizerName = keyof typeof optimizers;

/**
 * The optimizer that a name or object stands for.
 *
 * @throws StriateError when there is no optimizer of that name.
 */
export function resolveOptimizer(optimizer: OptimizerName | Optimizer | (() => Optimizer)): Optimizer {
  if (typeof optimizer === 'string') {
    expectOptimizerName(optimizer);
    return optimizers[optimizer]();
  }
  const made = Object.values<unknown>(optimizers).includes(optimizer) ? (optimizer as () => Optimizer)() : optimizer;
  if (made instanceof Optimizer) return made;
  throw new StriateError({
    where: 'compile',
    rule: 'optimizer must be a name or an optimizer',
    received: typeof made === 'function' ? `a function${made.name && `, ${made.name}`}` : typeof made,
    advice: "write 'adam' or optimizers.adam(0.001)",
  });
}

/** @throws StriateError when there is no optimizer of that name. */
export function expectOptimizerName(name: string): asserts name is OptimizerName {
  if (Object.hasOwn(optimizers, name)) return;
  throw new StriateError({
    where: 'compile',
    rule: `there is no optimizer '${name}'`,
    advice: nameAdvice(name, Object.keys(optimizers)),
  });
}
