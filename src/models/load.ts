import { files } from '#platform';
import { input, layerFromConfig, type CustomClasses, type SymbolicTensor } from '../layers/index.js';
import type { Compiled } from '../fit/compileOptions.js';
import { engineChoiceIn, type EngineChoice } from '../fit/weightStore.js';
import { takePreprocessing } from '../pictures/preprocessing.js';
import { StriateError } from '../tensor/index.js';
import { decodeSafetensors } from '../tensor/safetensors.js';
import type { Loss } from '../training/loss.js';
import { resolveLoss } from '../training/losses.js';
import type { Metric } from '../training/metric.js';
import { metricFromConfig, type MetricChoice } from '../training/metrics.js';
import { optimizerFromConfig } from '../training/optimizerFromConfig.js';
import { own, type LossFunction } from '../training/ownLoss.js';
import { model as functional } from './functional.js';
import type { Model } from './model.js';
import type { CompileConfig, MetricConfig, ModelConfig } from './save.js';
import { Sequential } from './sequential.js';

/** Options of `loadModel`. */
export interface LoadOptions extends EngineChoice {
  /** Layer classes of your own, by class name. */
  readonly customLayers?: CustomClasses;
  /** Losses of your own that it was trained with, by name. */
  readonly customLosses?: Readonly<Record<string, Loss | LossFunction>>;
  /** Metrics of your own that it was trained with, by name. */
  readonly customMetrics?: Readonly<Record<string, Metric>>;
}

/**
 * Reads a model that `save` wrote: its layers, weights, compile options and, where they were saved, the optimizer's
 * variables and the state of training.
 *
 * @throws StriateError when the file is damaged, is not a model, or names a layer class that is not known.
 *
 * @example
 * const digits = await loadModel('digits.safetensors');
 */
export async function loadModel(path: string, options: LoadOptions = {}): Promise<Model> {
  return modelFromBytes(await files.read(path), options, path);
}

/** Makes a model of the bytes that `toBytes` gave; `file` is what messages call them. */
export async function modelFromBytes(bytes: Uint8Array, options: LoadOptions = {}, file = 'model'): Promise<Model> {
  const content = decodeSafetensors(bytes, file);
  const { model: json, compile, classNames, user } = content.metadata;
  if (json === undefined) {
    throw new StriateError({
      where: file,
      rule: 'holds weights but no model',
      advice: 'build the model and read them with model.loadWeights, or save with model.save',
    });
  }
  const { customLayers = {} } = options;
  const restored = made(file, () =>
    modelFromConfig(parsed(json, "the model's configuration") as ModelConfig, customLayers),
  );
  const choice = engineChoiceIn(options);
  if (choice) restored.useEngine(choice);
  if (classNames !== undefined) {
    restored.classNames = made(file, () => textsIn(parsed(classNames, 'the list of class names')));
  }
  if (user !== undefined) {
    const texts = made(file, () => metadataIn(parsed(user, 'the metadata')));
    Object.assign(restored, takePreprocessing(texts, restored.inputs[0].shape, file));
  }
  if (compile !== undefined) {
    made(file, () => {
      const config = parsed(compile, 'what compile was given') as CompileConfig;
      const missing = missingParts(config, options);
      if (missing) restored.leaveUncompiled(missing);
      else restored.useCompiled(compiledOf(config, options));
    });
  }
  await restored.useCheckpoint(content, file);
  return restored;
}

/** Errors of layers, losses and optimizers, which do not know the file, with its name; what damage makes of them, too. */
function made<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof StriateError) throw error.within(file);
    const reason = error instanceof Error ? error.message : String(error);
    throw new StriateError(
      { where: file, rule: `the model cannot be made: ${reason}`, advice: 'use another copy of the file' },
      { cause: error },
    );
  }
}

/** Makes a model of its configuration, with starting weights. */
export function modelFromConfig(config: ModelConfig, custom: CustomClasses = {}): Model {
  const { className, name, seed, features, auxiliaries } = config;
  if (![config.inputs, config.layers, config.calls, config.outputs].every(Array.isArray)) {
    throw damaged("the model's configuration");
  }
  const layers = config.layers.map((layer) => layerFromConfig(layer, custom));
  const inputs = config.inputs.map((given) => input(given));
  const values: SymbolicTensor[] = [...inputs];
  const at = <T>(list: readonly T[], index: number): T => {
    if (!(index in list)) throw damaged("the model's configuration");
    return list[index];
  };
  const stack = config.calls.map(({ layer: index, inputs: from }) => {
    const layer = at(layers, index);
    values.push(layer.apply(...from.map((value) => at(values, value))));
    return layer;
  });
  if (className === 'Sequential') return new Sequential({ layers: stack, name, seed }).build(inputs[0].shape);
  return functional({
    inputs,
    outputs: config.outputs.map((value) => at(values, value)),
    name,
    seed,
    features: features === undefined ? undefined : at(values, features),
    auxiliaries: auxiliaries?.map(({ output, weight }) => ({ output: at(values, output), weight })),
  });
}

/** What of the user's own a file names that `loadModel` was not given; undefined where nothing is missing. */
function missingParts({ outputs }: CompileConfig, given: LoadOptions): string | undefined {
  const { customLosses = {}, customMetrics = {} } = given;
  for (const { loss, metrics } of outputs) {
    if (typeof loss !== 'string' && !Object.hasOwn(customLosses, loss.own)) {
      return `the loss '${loss.own}' of your own: give it as customLosses: { '${loss.own}': … } to loadModel, or compile again`;
    }
    for (const metric of metrics) {
      if (typeof metric === 'object' && 'own' in metric && !Object.hasOwn(customMetrics, metric.own)) {
        return `the metric '${metric.own}' of your own: give it as customMetrics: { '${metric.own}': … } to loadModel, or compile again`;
      }
    }
  }
  return undefined;
}

/** Makes again what `compile` was given. */
function compiledOf(config: CompileConfig, { customLosses = {}, customMetrics = {} }: LoadOptions): Compiled {
  const optimizer = optimizerFromConfig(config.optimizer.name, config.optimizer.config);
  optimizer.iterations = config.optimizer.iterations;
  const byName = <T>(of: (output: CompileConfig['outputs'][number]) => T): Record<string, T> =>
    Object.fromEntries(config.outputs.map((output) => [output.name, of(output)]));
  const metricOf = (metric: MetricConfig): MetricChoice => {
    if (typeof metric === 'string')
      return metric === 'accuracy' || metric === 'acc' ? metric : metricFromConfig(metric, {});
    return 'own' in metric ? customMetrics[metric.own] : metricFromConfig(metric.metric, metric.config);
  };
  const options = {
    optimizer,
    loss: byName(({ loss, config }) =>
      typeof loss === 'string' ? resolveLoss(loss, config) : ownLoss(customLosses[loss.own], loss.own),
    ),
    metrics: byName((output): readonly MetricChoice[] => output.metrics.map(metricOf)),
    lossWeights: byName((output) => output.weight),
  };
  return { options, optimizer };
}

/** A loss of the user's own, under the name that it was saved by. */
function ownLoss(given: Loss | LossFunction, name: string): Loss {
  return typeof given === 'function' ? own(given, { name }) : given;
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(what);
  }
}

function damaged(what: string): StriateError {
  return new StriateError({ rule: `${what} is damaged`, advice: 'use another copy of the file' });
}

function textsIn(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new StriateError({ rule: 'its class names are no list of texts', advice: 'use another copy of the file' });
}

function metadataIn(value: unknown): Record<string, string> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isRecord && Object.values(value).every((item) => typeof item === 'string')) {
    return value as Record<string, string>;
  }
  throw new StriateError({ rule: 'its metadata are no texts by name', advice: 'use another copy of the file' });
}
