import type { Optimizer } from '../../../training/optimizer.js';
import { optimizers, type OptimizerName } from '../../../training/optimizers.js';
import { schedules, type Schedule } from '../../../training/schedules.js';
import { isJson, type Json } from '../json.js';
import { originOf } from '../read/origin.js';
import { camelCase, pythonCase } from '../spelling.js';
import type { KerasDialect } from '../write/kerasEmitter.js';
import { alike, fromFloat32, named, noteOthers, type Note } from './serialized.js';

/** Keras's schedules; their settings have our names, spelled in Python's way. */
const scheduleNames = {
  CosineDecay: 'cosineDecay',
  CosineDecayRestarts: 'cosineDecayRestarts',
  ExponentialDecay: 'exponentialDecay',
  InverseTimeDecay: 'inverseTimeDecay',
  PiecewiseConstantDecay: 'piecewise',
  PolynomialDecay: 'polynomialDecay',
} as const satisfies Readonly<Record<string, keyof typeof schedules>>;

/** Keras's optimizers: its class, and its own settings under their names here. */
const optimizerRows = {
  sgd: ['SGD', { momentum: 'momentum', nesterov: 'nesterov' }],
  rmsprop: ['RMSprop', { rho: 'rho', momentum: 'momentum', epsilon: 'epsilon', centered: 'centered' }],
  adam: ['Adam', { beta_1: 'beta1', beta_2: 'beta2', epsilon: 'epsilon', amsgrad: 'amsgrad' }],
  adagrad: ['Adagrad', { initial_accumulator_value: 'initialAccumulatorValue', epsilon: 'epsilon' }],
  adadelta: ['Adadelta', { rho: 'rho', epsilon: 'epsilon' }],
  adamax: ['Adamax', { beta_1: 'beta1', beta_2: 'beta2', epsilon: 'epsilon' }],
  nadam: ['Nadam', { beta_1: 'beta1', beta_2: 'beta2', epsilon: 'epsilon' }],
  lion: ['Lion', { beta_1: 'beta1', beta_2: 'beta2' }],
  lamb: ['Lamb', { beta_1: 'beta1', beta_2: 'beta2', epsilon: 'epsilon' }],
} as const satisfies Readonly<
  Record<Exclude<OptimizerName, 'adamw'>, readonly [className: string, settings: Readonly<Record<string, string>>]>
>;

type OwnOptimizer = keyof typeof optimizerRows;

/** Those that Keras's reader of `.h5` does not find, in Keras 3.15 too. */
const notInHdf5: readonly string[] = ['lamb'];

/** Settings of every optimizer. */
const commonSettings = {
  learning_rate: 'learningRate',
  weight_decay: 'weightDecay',
  clipnorm: 'clipnorm',
  clipvalue: 'clipvalue',
  global_clipnorm: 'globalClipnorm',
  use_ema: 'useEma',
  ema_momentum: 'emaMomentum',
  ema_overwrite_frequency: 'emaOverwriteFrequency',
  gradient_accumulation_steps: 'gradientAccumulationSteps',
} as const;

/** What `commonSettings` was called before. */
const olderSettings = { lr: 'learningRate' } as const;

function readSchedule(value: unknown): Schedule | undefined {
  const { name, config } = named(value);
  if (originOf(value) !== undefined || !Object.hasOwn(scheduleNames, name)) return undefined;
  const settings = Object.entries(config).filter(([key, setting]) => key !== 'name' && setting !== null);
  const options = Object.fromEntries(settings.map(([key, setting]) => [camelCase(key), setting]));
  const own = scheduleNames[name as keyof typeof scheduleNames];
  return (schedules[own] as (options: object) => Schedule)(options);
}

/** A schedule as Keras's; undefined where Keras has none of the kind. */
function writtenSchedule(schedule: unknown): object | undefined {
  if (!isJson(schedule) || !isJson(schedule.options)) return undefined;
  const found = Object.entries(scheduleNames).find(([, own]) => own === schedule.name);
  if (!found) return undefined;
  const settings = Object.entries(schedule.options).map(([name, value]) => [pythonCase(name), value] as const);
  const config: Json = { ...Object.fromEntries(settings), name: found[0] };
  return { module: 'keras.optimizers.schedules', class_name: found[0], config, registered_name: null };
}

/** An optimizer of a file; undefined where Striate has none that does the same. */
export function readOptimizer(value: unknown, note: Note): Optimizer | undefined {
  const { name, config } = named(value);
  if (originOf(value) !== undefined) return undefined;
  const kind = alike(name).replace('experimental>', '');
  // Around an optimizer in float16, where gradients would be too small otherwise.
  if (kind === 'lossscaleoptimizer') {
    note('optimizer LossScaleOptimizer');
    return readOptimizer(config.inner_optimizer ?? config.optimizer, note);
  }
  const own = kind === 'adamw' ? 'adam' : kind;
  if (!Object.hasOwn(optimizerRows, own)) return undefined;
  const schedule = readSchedule(config.learning_rate);
  // The first rate of a schedule of the user's own would be wrong as a constant.
  if (isJson(config.learning_rate) && !schedule) return undefined;
  const settings: Readonly<Record<string, string>> = {
    ...olderSettings,
    ...commonSettings,
    ...optimizerRows[own as OwnOptimizer][1],
  };
  const options: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(settings)) {
    const found = config[key];
    if (typeof found === 'number') options[option] = fromFloat32(found);
    else if (typeof found === 'boolean') options[option] = found;
  }
  if (schedule) options.learningRate = schedule;
  noteOthers(config, Object.keys(settings), note, 'optimizer');
  return (optimizers[own as OwnOptimizer] as (options: object) => Optimizer)(options);
}

/** An optimizer as Keras's; undefined where Keras has none that does the same: one of the user's own, PyTorch's formulas. */
export function writtenOptimizer(optimizer: Optimizer, dialect: KerasDialect): Json | undefined {
  if (!Object.hasOwn(optimizerRows, optimizer.name)) return undefined;
  if (dialect !== 'keras3' && notInHdf5.includes(optimizer.name)) return undefined;
  const [className, own] = optimizerRows[optimizer.name as OwnOptimizer];
  const options = optimizer.config();
  if (options.convention !== undefined || options.decoupledWeightDecay === false) return undefined;
  const scheduled = isJson(options.learningRate) ? options.learningRate : undefined;
  const schedule = scheduled && writtenSchedule(scheduled.schedule);
  if (scheduled && !schedule) return undefined;
  const values: Readonly<Record<string, unknown>> = {
    ...options,
    learningRate: schedule ?? options.learningRate,
    weightDecay: options.weightDecay === 0 ? undefined : options.weightDecay,
  };
  const settings: Readonly<Record<string, string>> = { ...commonSettings, ...own };
  const config = Object.entries(settings).map(([key, option]) => [key, values[option]] as const);
  return {
    module: 'keras.optimizers',
    class_name: className,
    config: { name: className.toLowerCase(), ...Object.fromEntries(config.filter(([, value]) => value !== undefined)) },
    registered_name: null,
  };
}
