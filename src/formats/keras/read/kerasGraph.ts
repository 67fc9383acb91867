import { StriateError } from '../../../tensor/index.js';
import { UniqueNames } from '../../../topology/uniqueNames.js';
import { isJson, type Json } from '../json.js';
import { callOf, refsOf, type KerasCall, type KerasRef } from './callArguments.js';
import { originOf } from './origin.js';

/** One weight of a layer, as its file has it. */
export interface KerasWeight {
  /** The last part of its name without Keras's `:0`: `kernel`; empty in files that number weights. */
  readonly kind: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A layer of a Keras model's configuration. */
export interface KerasLayer {
  readonly className: string;
  /** The Python module of the class; empty where the file does not say it, as Keras 2's do not. */
  readonly module: string;
  readonly name: string;
  readonly config: Json;
  /** Whose class it is where it is not Keras's: its package or module and name. */
  readonly foreign: string | undefined;
  /** Its applications. */
  readonly calls: readonly KerasCall[];
  /** The layers of a model that stands in place of a layer. */
  readonly nested: KerasGraph | undefined;
  /** In the order in which Keras keeps them; filled in when the file's weights are read. */
  weights: readonly KerasWeight[];
}

/** A Keras model's configuration, whichever of Keras's forms it had. */
export interface KerasGraph {
  readonly className: 'Sequential' | 'Functional';
  readonly name: string;
  readonly trainable: boolean;
  readonly layers: readonly KerasLayer[];
  readonly inputs: readonly KerasRef[];
  readonly outputs: readonly KerasRef[];
}

const modelClasses: Readonly<Record<string, KerasGraph['className']>> = {
  Sequential: 'Sequential',
  Functional: 'Functional',
  Model: 'Functional',
};

/** Models within models, at most: a bound for damaged files. */
const deepest = 32;

/**
 * Reads a model's configuration, in the form of Keras 1.2 and 2 (`inbound_nodes` of lists) or 3 (of arguments).
 *
 * @throws StriateError when it is damaged, or of a class of the user's own, which only its Python code can make.
 */
export function kerasGraph(serialized: unknown, file: string, depth = 0): KerasGraph {
  const damaged = (what: string): StriateError =>
    new StriateError({
      where: file,
      rule: `the model's configuration is damaged: ${what}`,
      advice: 'use another copy of the file',
    });
  if (!isJson(serialized) || typeof serialized.class_name !== 'string') throw damaged('it names no class');
  if (depth > deepest) throw damaged(`models lie deeper within each other than ${deepest} levels`);
  const isKnown = Object.hasOwn(modelClasses, serialized.class_name) && originOf(serialized) === undefined;
  const className = isKnown ? modelClasses[serialized.class_name] : undefined;
  if (!className) {
    throw new StriateError({
      where: file,
      rule: `the model is of the class '${serialized.class_name}', which only its own Python code can make`,
      advice:
        'save a Sequential or functional model, or build the model here and read its weights with loadKerasWeights',
    });
  }
  // Before Keras 2.2.3 a Sequential's configuration was the list of its layers.
  const config: Json = Array.isArray(serialized.config)
    ? { layers: serialized.config }
    : isJson(serialized.config)
      ? serialized.config
      : {};
  if (!Array.isArray(config.layers)) throw damaged('it lists no layers');
  const entries = (config.layers as readonly unknown[]).map((entry) => {
    if (!isJson(entry) || typeof entry.class_name !== 'string') throw damaged('a layer names no class');
    const own = isJson(entry.config) ? entry.config : {};
    const name = [entry.name, own.name].find((text) => typeof text === 'string' && text !== '') as string | undefined;
    const isModel = Object.hasOwn(modelClasses, entry.class_name) && originOf(entry) === undefined;
    const nested = isModel ? kerasGraph(entry, file, depth + 1) : undefined;
    const module = typeof entry.module === 'string' ? entry.module : '';
    const foreign = originOf(entry);
    return {
      entry,
      className: entry.class_name,
      module,
      foreign,
      config: own,
      name: name ?? nested?.name ?? '',
      nested,
    };
  });
  const name = typeof config.name === 'string' ? config.name : className.toLowerCase();
  const trainable = config.trainable !== false;
  if (className === 'Sequential') return { name, trainable, ...chain(entries, config, serialized, damaged) };
  const layers = entries.map(({ entry, ...layer }): KerasLayer => {
    const nodes: readonly unknown[] = Array.isArray(entry.inbound_nodes) ? entry.inbound_nodes : [];
    return { ...layer, calls: nodes.map(callOf), weights: [] };
  });
  if (new Set(layers.map((layer) => layer.name)).size < layers.length) throw damaged('two layers have the same name');
  const [inputs, outputs] = [refsOf(config.input_layers), refsOf(config.output_layers)];
  if (inputs.length === 0 || outputs.length === 0) throw damaged('it has no inputs or no outputs');
  return { className, name, trainable, layers, inputs, outputs };
}

interface Entry extends Pick<KerasLayer, 'className' | 'module' | 'foreign' | 'config' | 'name' | 'nested'> {
  readonly entry: Json;
}

/** A Sequential's layers, each applied to the one before. */
function chain(
  entries: readonly Entry[],
  config: Json,
  serialized: Json,
  damaged: (what: string) => StriateError,
): Pick<KerasGraph, 'className' | 'layers' | 'inputs' | 'outputs'> {
  if (entries.length === 0) throw damaged('it has no layers');
  const layers: KerasLayer[] = [];
  const taken = new UniqueNames();
  const add = (layer: Omit<KerasLayer, 'weights' | 'calls'>): void => {
    const before = layers.at(-1);
    const name = taken.take(layer.name || layer.className.toLowerCase());
    const calls = before ? [callOf([before.name, 0, 0])] : [];
    layers.push({ ...layer, name, calls, weights: [] });
  };
  if (entries[0].className !== 'InputLayer') {
    const shape = inputShapeOf(entries[0], config, serialized);
    const batched = { batch_shape: shape };
    add({ className: 'InputLayer', module: '', foreign: undefined, name: 'input', config: batched, nested: undefined });
  }
  for (const { entry, ...layer } of entries) add({ ...layer, name: layer.name || String(entry.class_name) });
  const ref = (layer: KerasLayer): KerasRef => ({ layer: layer.name, node: 0, tensor: 0 });
  return { className: 'Sequential', layers, inputs: [ref(layers[0])], outputs: [ref(layers[layers.length - 1])] };
}

/** The shape of a Sequential's input, with the batch, wherever its version of Keras put it; undefined where nowhere. */
function inputShapeOf(first: Entry, config: Json, serialized: Json): unknown {
  const nestedInput = first.nested?.layers.find((layer) => layer.className === 'InputLayer')?.config;
  const build = (value: unknown): unknown => (isJson(value) ? value.input_shape : undefined);
  return [
    first.config.batch_input_shape,
    first.config.batch_shape,
    nestedInput?.batch_input_shape,
    nestedInput?.batch_shape,
    config.build_input_shape,
    build(serialized.build_config),
    build(first.entry.build_config),
  ].find(Array.isArray);
}
