import { input, layerFromConfig, type CustomClasses, type Serialized, type SymbolicTensor } from '../layers/index.js';
import type { Layer } from '../layers/layer.js';
import { StriateError, type Shape } from '../tensor/index.js';
import {
  losses,
  metrics,
  optimizerFromConfig,
  resolveLoss,
  type LossName,
  type MetricName,
} from '../training/index.js';
import type { Compiled, MetricChoice, Objective } from '../fit/objective.js';
import type { Topology, TopologyMarks } from '../topology/topology.js';

/** A model's layers and how they hang together, as JSON. */
export interface ModelConfig {
  readonly className: 'Sequential' | 'Functional';
  readonly name: string;
  readonly seed: number;
  readonly inputs: readonly { readonly name: string; readonly shape: Shape }[];
  readonly layers: readonly Serialized[];
  /** Applications of layers; values are numbered: first the inputs, then each call's output. */
  readonly calls: readonly { readonly layer: number; readonly inputs: readonly number[] }[];
  readonly outputs: readonly number[];
  /** The value at which the features end, where it was marked. */
  readonly features?: number;
  /** Outputs that exist in training alone. */
  readonly auxiliaries?: readonly { readonly output: number; readonly weight: number }[];
}

/**
 * A model's configuration.
 *
 * @throws StriateError when a layer of the user's own has no `config`.
 */
export function configOf(
  topology: Topology,
  { className, name, seed }: Pick<ModelConfig, 'className' | 'name' | 'seed'>,
): ModelConfig {
  const numbers = new Map<SymbolicTensor, number>(topology.inputs.map((input, i) => [input, i]));
  topology.calls.forEach((call, i) => numbers.set(call.output, topology.inputs.length + i));
  const at = (value: SymbolicTensor): number => numbers.get(value)!;
  return {
    className,
    name,
    seed,
    inputs: topology.inputs.map(({ shape }, i) => ({ name: topology.inputNames[i], shape })),
    layers: topology.layers.map((layer) => ({ className: layer.className, config: layerConfig(layer) })),
    calls: topology.calls.map((call) => ({ layer: topology.layers.indexOf(call.layer), inputs: call.inputs.map(at) })),
    outputs: topology.outputs.map(at),
    ...(topology.features && { features: at(topology.features) }),
    ...(topology.auxiliaries.length && {
      auxiliaries: topology.auxiliaries.map(({ output, weight }) => ({ output: at(output), weight })),
    }),
  };
}

/** What a layer is made again from; `where` is what messages begin with. */
export function layerConfig(layer: Layer, where = 'save'): Record<string, unknown> {
  if (!layer.config) {
    throw new StriateError({
      where,
      rule: `layer '${layer.name}' (${layer.className}) has no config(), which is what it would be made again from`,
      advice: 'add config() to its class, or save the weights alone with saveWeights',
    });
  }
  const { name, trainable, otherNames } = layer;
  const called = { name, ...(Object.keys(otherNames).length && { otherNames }) };
  return { ...called, ...(!trainable && { trainable: false }), ...layer.config() };
}

/** A model's parts, made again from a configuration. */
export interface RestoredParts {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** The layer of each call. */
  readonly chain: readonly Layer[];
  readonly marks: TopologyMarks;
}

/** Makes a model's layers and values again. */
export function restoreParts(config: ModelConfig, custom: CustomClasses, file: string): RestoredParts {
  const damaged = new StriateError({
    where: file,
    rule: "the model's configuration is damaged",
    advice: 'use another copy of the file',
  });
  if (![config?.inputs, config?.layers, config?.calls, config?.outputs].every(Array.isArray)) throw damaged;
  const layers = config.layers.map((layer) => layerFromConfig(layer, custom));
  const inputs = config.inputs.map((given) => input(given));
  const values: SymbolicTensor[] = [...inputs];
  const value = (index: number): SymbolicTensor => {
    if (!(index in values)) throw damaged;
    return values[index];
  };
  const chain = config.calls.map(({ layer: index, inputs: from }) => {
    if (!(index in layers)) throw damaged;
    values.push(layers[index].apply(...from.map(value)));
    return layers[index];
  });
  const marks = {
    ...(config.features !== undefined && { features: value(config.features) }),
    ...(config.auxiliaries && {
      auxiliaries: config.auxiliaries.map(({ output, weight }) => ({ output: value(output), weight })),
    }),
  };
  return { inputs, outputs: config.outputs.map(value), chain, marks };
}

/** How a model is trained, as JSON. */
export interface CompileConfig {
  readonly optimizer: { readonly name: string; readonly config: Record<string, unknown>; readonly iterations: number };
  readonly outputs: readonly {
    readonly name: string;
    readonly loss: LossName;
    readonly config: Record<string, unknown>;
    readonly weight: number;
    readonly metrics: readonly string[];
  }[];
}

/** What `compile` was given, as JSON; undefined where it holds a loss or an optimizer of the user's own. */
export function compileConfigOf({ optimizer, options }: Compiled, objective: Objective): CompileConfig | undefined {
  const known = objective.outputs.every(({ loss }) => Object.hasOwn(losses, loss.name));
  if (!known || !['sgd', 'adam', 'rmsprop'].includes(optimizer.name)) return undefined;
  const namesFor = (output: string): string[] => {
    const given = options.metrics ?? [];
    const chosen: readonly MetricChoice[] = Array.isArray(given)
      ? (given as readonly MetricChoice[])
      : ((given as Record<string, readonly MetricChoice[]>)[output] ?? []);
    return chosen
      .map((m) => (typeof m === 'string' ? m : m.name))
      .filter((m) => m === 'accuracy' || Object.hasOwn(metrics, m));
  };
  return {
    optimizer: { name: optimizer.name, config: optimizer.config(), iterations: optimizer.iterations },
    outputs: objective.outputs.map(({ name, loss, weight }) => ({
      name,
      loss: loss.name as LossName,
      config: loss.config(),
      weight,
      metrics: namesFor(name),
    })),
  };
}

/** Makes again what `compileConfigOf` gave. */
export function restoreCompiled(config: CompileConfig): Compiled {
  const optimizer = optimizerFromConfig(config.optimizer.name, config.optimizer.config);
  optimizer.iterations = config.optimizer.iterations;
  const byName = <T>(of: (output: CompileConfig['outputs'][number]) => T): Record<string, T> =>
    Object.fromEntries(config.outputs.map((output) => [output.name, of(output)]));
  const options = {
    optimizer,
    loss: byName((output) => resolveLoss(output.loss, output.config)),
    metrics: byName((output) => output.metrics as readonly (MetricName | 'accuracy')[]),
    lossWeights: byName((output) => output.weight),
  };
  return { options, optimizer };
}

/** Parses one of a file's JSON texts. */
export function parseJson(text: string, what: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StriateError({ where: file, rule: `${what} is damaged`, advice: 'use another copy of the file' });
  }
}
