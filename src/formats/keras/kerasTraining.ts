import type { Model } from '../../models/index.js';
import {
  losses,
  optimizers,
  schedules,
  type Loss,
  type LossName,
  type Optimizer,
  type Schedule,
} from '../../training/index.js';
import { isJson, type Json } from './json.js';
import { camelCase } from './spelling.js';

/** A serialized object's class or name and settings. */
function named(value: unknown): { readonly name: string; readonly config: Json } {
  if (typeof value === 'string') return { name: value, config: {} };
  if (!isJson(value)) return { name: '', config: {} };
  const config = isJson(value.config) ? value.config : {};
  return { name: typeof value.class_name === 'string' ? value.class_name : '', config };
}

const lower = (name: string): string => camelCase(name).toLowerCase();

/** Keras's schedules; their settings have our names, spelled in Python's way. */
const scheduleNames: Readonly<Record<string, keyof typeof schedules>> = {
  CosineDecay: 'cosineDecay',
  CosineDecayRestarts: 'cosineDecayRestarts',
  ExponentialDecay: 'exponentialDecay',
  InverseTimeDecay: 'inverseTimeDecay',
  PiecewiseConstantDecay: 'piecewise',
  PolynomialDecay: 'polynomialDecay',
};

function scheduleOf(value: unknown): Schedule | undefined {
  const { name, config } = named(value);
  if (!Object.hasOwn(scheduleNames, name)) return undefined;
  const settings = Object.entries(config).filter(([key, setting]) => key !== 'name' && setting !== null);
  const options = Object.fromEntries(settings.map(([key, setting]) => [camelCase(key), setting]));
  return (schedules[scheduleNames[name]] as (options: object) => Schedule)(options);
}

function optimizerOf(value: unknown): Optimizer | undefined {
  const { name, config } = named(value);
  const number = (key: string, option: string): Json => {
    const found = config[key];
    return typeof found === 'number' ? { [option]: found } : {};
  };
  const schedule = scheduleOf(config.learning_rate);
  // The first rate of a schedule of the user's own would be wrong as a constant.
  if (isJson(config.learning_rate) && !schedule) return undefined;
  if (config.amsgrad === true || config.centered === true) return undefined;
  const options = {
    ...number('lr', 'learningRate'),
    ...(schedule ? { learningRate: schedule } : number('learning_rate', 'learningRate')),
    ...number('weight_decay', 'weightDecay'),
    ...number('clipnorm', 'clipnorm'),
    ...number('clipvalue', 'clipvalue'),
    ...number('global_clipnorm', 'globalClipnorm'),
  };
  const kind = lower(name).replace('experimental>', '');
  if (kind === 'sgd')
    return optimizers.sgd({ ...options, ...number('momentum', 'momentum'), nesterov: config.nesterov === true });
  if (kind === 'rmsprop') {
    return optimizers.rmsprop({
      ...options,
      ...number('rho', 'rho'),
      ...number('momentum', 'momentum'),
      ...number('epsilon', 'epsilon'),
    });
  }
  if (kind === 'adam' || kind === 'adamw') {
    return optimizers.adam({
      ...options,
      ...number('beta_1', 'beta1'),
      ...number('beta_2', 'beta2'),
      ...number('epsilon', 'epsilon'),
    });
  }
  return undefined;
}

const otherLossNames: Readonly<Record<string, LossName>> = { mse: 'meanSquaredError', mae: 'meanAbsoluteError' };

function lossOf(value: unknown): Loss | undefined {
  const { name, config } = named(Array.isArray(value) && value.length === 1 ? (value as unknown[])[0] : value);
  const key =
    otherLossNames[name] ?? (Object.keys(losses) as LossName[]).find((known) => known.toLowerCase() === lower(name));
  if (!key) return undefined;
  const options = {
    ...(config.from_logits === true && { fromLogits: true }),
    ...(typeof config.label_smoothing === 'number' && { labelSmoothing: config.label_smoothing }),
  };
  return (losses[key] as (options: object) => Loss)(options);
}

/** The optimizer's kind of settings may not be ours: what is odd leaves the model as it is, to be compiled by hand. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/**
 * Compiles a model as its file says, where Striate has the optimizer and the loss and there is one output; otherwise leaves it.
 *
 * @param training `training_config` of Keras 2 or `compile_config` of Keras 3
 */
export function compileAsSaved(model: Model, training: unknown): void {
  if (!isJson(training) || model.outputs.length !== 1) return;
  const optimizer = attempt(() => optimizerOf(training.optimizer_config ?? training.optimizer));
  const loss = attempt(() => lossOf(training.loss));
  if (!optimizer || !loss) return;
  const wanted = JSON.stringify(training.metrics ?? []);
  attempt(() =>
    model.compile({ optimizer, loss, ...(/"(acc|accuracy)"/.test(wanted) && { metrics: ['accuracy'] as const }) }),
  );
}
