import type { Model } from '../../models/index.js';
import type { Loss } from '../../training/loss.js';
import { losses } from '../../training/losses.js';
import { isLossName, type LossName } from '../../training/lossNames.js';
import type { Optimizer } from '../../training/optimizer.js';
import { optimizers } from '../../training/optimizers.js';
import { schedules, type Schedule } from '../../training/schedules.js';
import { isJson, type Json } from './json.js';
import { originOf } from './read/origin.js';
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

/** Notes what is left out. */
type Note = (what: string) => void;

/** Settings that change how fast a step is and not what it computes. */
const technical = [
  'auto_scale_loss',
  'dtype',
  'fn',
  'is_legacy_optimizer',
  'jit_compile',
  'name',
  'run_eagerly',
  'steps_per_execution',
  'from_serialized',
];

/** Whether a setting is as good as none. */
const isOff = (value: unknown): boolean => value === null || value === undefined || value === false || value === 0;

/** Notes the settings of a serialized object that are on and not read. */
function noteOthers(config: Json, read: readonly string[], note: Note, whose: string): void {
  for (const [key, value] of Object.entries(config)) {
    if (!isOff(value) && !read.includes(key) && !technical.includes(key)) note(`${whose} ${key}`);
  }
}

function scheduleOf(value: unknown): Schedule | undefined {
  const { name, config } = named(value);
  if (originOf(value) !== undefined || !Object.hasOwn(scheduleNames, name)) return undefined;
  const settings = Object.entries(config).filter(([key, setting]) => key !== 'name' && setting !== null);
  const options = Object.fromEntries(settings.map(([key, setting]) => [camelCase(key), setting]));
  return (schedules[scheduleNames[name]] as (options: object) => Schedule)(options);
}

/** Keras's optimizers that are read: how each is made, and its own settings. */
const optimizerRows = {
  sgd: { momentum: 'momentum', nesterov: 'nesterov' },
  rmsprop: { rho: 'rho', momentum: 'momentum', epsilon: 'epsilon', centered: 'centered' },
  adam: { beta_1: 'beta1', beta_2: 'beta2', epsilon: 'epsilon', amsgrad: 'amsgrad' },
  adagrad: { initial_accumulator_value: 'initialAccumulatorValue', epsilon: 'epsilon' },
  adadelta: { rho: 'rho', epsilon: 'epsilon' },
  adamax: { beta_1: 'beta1', beta_2: 'beta2', epsilon: 'epsilon' },
  nadam: { beta_1: 'beta1', beta_2: 'beta2', epsilon: 'epsilon' },
  lion: { beta_1: 'beta1', beta_2: 'beta2' },
  lamb: { beta_1: 'beta1', beta_2: 'beta2', epsilon: 'epsilon' },
} as const;

/** Settings of every optimizer. */
const commonSettings = {
  lr: 'learningRate',
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

function optimizerOf(value: unknown, note: Note): Optimizer | undefined {
  const { name, config } = named(value);
  if (originOf(value) !== undefined) return undefined;
  const kind = lower(name).replace('experimental>', '');
  // Around an optimizer in float16, where gradients would be too small otherwise.
  if (kind === 'lossscaleoptimizer') {
    note('optimizer LossScaleOptimizer');
    return optimizerOf(config.inner_optimizer ?? config.optimizer, note);
  }
  const own = kind === 'adamw' ? 'adam' : kind;
  if (!Object.hasOwn(optimizerRows, own)) return undefined;
  const schedule = scheduleOf(config.learning_rate);
  // The first rate of a schedule of the user's own would be wrong as a constant.
  if (isJson(config.learning_rate) && !schedule) return undefined;
  const settings: Readonly<Record<string, string>> = {
    ...commonSettings,
    ...optimizerRows[own as keyof typeof optimizerRows],
  };
  const options: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(settings)) {
    const found = config[key];
    if (typeof found === 'number' || typeof found === 'boolean') options[option] = found;
  }
  if (schedule) options.learningRate = schedule;
  noteOthers(config, Object.keys(settings), note, 'optimizer');
  return (optimizers[own as keyof typeof optimizerRows] as (options: object) => Optimizer)(options);
}

/** Settings of losses that are read, and their names here. */
const lossSettings: Readonly<Partial<Record<LossName, Readonly<Record<string, string>>>>> = {
  huber: { delta: 'delta' },
  binaryFocalCrossentropy: { apply_class_balancing: 'applyClassBalancing', alpha: 'alpha', gamma: 'gamma' },
  categoricalFocalCrossentropy: { alpha: 'alpha', gamma: 'gamma' },
  tversky: { alpha: 'alpha', beta: 'beta' },
};

const isMissing = (value: unknown): boolean => value === null || value === undefined;

const otherLossNames: Readonly<Record<string, LossName>> = { mse: 'meanSquaredError', mae: 'meanAbsoluteError' };

/** Reductions that are the mean over a batch where no example has a weight of its own. */
const means = ['sum_over_batch_size', 'auto', 'mean', 'mean_with_sample_weight'];

function lossOf(value: unknown, note: Note): Loss | undefined {
  const single = Array.isArray(value) && value.length === 1 ? (value as unknown[])[0] : value;
  const { name, config } = named(single);
  if (originOf(single) !== undefined) return undefined;
  const key =
    otherLossNames[name] ??
    Object.keys(losses)
      .filter(isLossName)
      .find((known) => known.toLowerCase() === lower(name));
  if (!key) return undefined;
  // Keras's masks of a batch are one unless an axis is stated; here, each example's are its own.
  const perExample = Array.isArray(config.axis) && !config.axis.includes(0) && config.axis.length > 1;
  if ((key === 'dice' || key === 'tversky') && !perExample) return undefined;
  const own = Object.entries(lossSettings[key] ?? {}).filter(([setting]) => !isMissing(config[setting]));
  const options = {
    ...Object.fromEntries(own.map(([setting, option]) => [option, config[setting]])),
    ...(config.from_logits === true && { fromLogits: true }),
    ...(typeof config.label_smoothing === 'number' && { labelSmoothing: config.label_smoothing }),
  };
  const { reduction, axis, ignore_class: ignored } = config;
  const usual = ['from_logits', 'label_smoothing', 'ignore_class', ...own.map(([setting]) => setting)];
  if (means.includes((reduction ?? 'auto') as string)) usual.push('reduction');
  if (axis === -1 || perExample) usual.push('axis');
  // Class 0 is a class, too.
  if (ignored !== null && ignored !== undefined) note('loss ignore_class');
  noteOthers(config, usual, note, 'loss');
  return (losses[key] as (options: object) => Loss)(options);
}

/** What a serialized object is called in notes. */
function titleOf(value: unknown): string {
  const { name, config } = named(value);
  const own = typeof config.name === 'string' ? config.name : '';
  if (name === 'function' && isJson(value)) return String(value.config);
  // What wraps a function is called after it.
  return originOf(value) ?? ((name.endsWith('Wrapper') && own) || name || own || 'of its own');
}

/** The metrics of one output, in any of Keras's forms. */
function metricsOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return (value as readonly unknown[]).flatMap(metricsOf);
  if (isJson(value) && value.class_name === undefined) return Object.values(value).flatMap(metricsOf);
  return [value];
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
 * @param notes gets what is left out, a setting each, and what kept the model from being compiled
 */
export function compileAsSaved(model: Model, training: unknown, notes: string[]): void {
  if (!isJson(training)) return;
  const stated = training.optimizer_config ?? training.optimizer;
  const isCompiled = !isOff(stated) || !isOff(training.loss);
  if (!isCompiled) return;
  const own: string[] = [];
  const note: Note = (what) => own.push(`compile: ${what}`);
  const leave = (why: string): void => void notes.push(`compile: ${why}, so that the model is not compiled`);
  if (model.outputs.length !== 1) {
    leave(`${model.outputs.length} outputs`);
    return;
  }
  const optimizer = attempt(() => optimizerOf(stated, note));
  const loss = attempt(() => lossOf(training.loss, note));
  if (!optimizer || !loss) {
    leave(optimizer ? `loss ${titleOf(training.loss)}` : `optimizer ${titleOf(stated)}`);
    return;
  }
  const wanted = metricsOf(training.metrics).map((metric) => ({ metric, title: titleOf(metric) }));
  const isAccuracy = ({ metric, title }: (typeof wanted)[number]): boolean =>
    originOf(metric) === undefined && /^(acc|accuracy)$/.test(title);
  for (const one of wanted) if (!isAccuracy(one)) note(`metric ${one.title}`);
  for (const metric of metricsOf(training.weighted_metrics)) note(`weighted metric ${titleOf(metric)}`);
  for (const key of ['loss_weights', 'sample_weight_mode'] as const) if (!isOff(training[key])) note(key);
  const metrics = wanted.some(isAccuracy) ? { metrics: ['accuracy'] as const } : {};
  const done = attempt(() => {
    model.compile({ optimizer, loss, ...metrics });
    return true;
  });
  if (done) notes.push(...own);
  else leave('settings that Striate does not take');
}
