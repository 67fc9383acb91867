import { StriateError } from '../../../tensor/index.js';
import { isJson, type Json } from '../json.js';

/** A value of a Keras model: output `tensor` of the application `node` of a layer. */
export interface KerasRef {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
}

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
  /** The inputs of each of its applications. */
  readonly calls: readonly (readonly KerasRef[])[];
  /** Constants among the arguments of each application: what TensorFlow's own operators work with. */
  readonly constants: readonly Json[];
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
  const className = Object.hasOwn(modelClasses, serialized.class_name)
    ? modelClasses[serialized.class_name]
    : undefined;
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
    const isModel = Object.hasOwn(modelClasses, entry.class_name);
    const nested = isModel ? kerasGraph(entry, file, depth + 1) : undefined;
    const module = typeof entry.module === 'string' ? entry.module : '';
    return { entry, className: entry.class_name, module, config: own, name: name ?? nested?.name ?? '', nested };
  });
  const name = typeof config.name === 'string' ? config.name : className.toLowerCase();
  const trainable = config.trainable !== false;
  if (className === 'Sequential') return { name, trainable, ...chain(entries, config, serialized, damaged) };
  const layers = entries.map(({ entry, ...layer }): KerasLayer => {
    const nodes: readonly unknown[] = Array.isArray(entry.inbound_nodes) ? entry.inbound_nodes : [];
    const calls = nodes.map(refsOf);
    return {
      ...layer,
      calls: calls.map(({ refs }) => refs),
      constants: calls.map(({ constants }) => constants),
      weights: [],
    };
  });
  if (new Set(layers.map((layer) => layer.name)).size < layers.length) throw damaged('two layers have the same name');
  const [inputs, outputs] = [refsOf(config.input_layers).refs, refsOf(config.output_layers).refs];
  if (inputs.length === 0 || outputs.length === 0) throw damaged('it has no inputs or no outputs');
  return { className, name, trainable, layers, inputs, outputs };
}

interface Entry extends Pick<KerasLayer, 'className' | 'module' | 'config' | 'name' | 'nested'> {
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
  const taken = new Set<string>();
  const add = (layer: Omit<KerasLayer, 'weights' | 'calls' | 'constants'>): void => {
    const before = layers.at(-1);
    let name = layer.name || layer.className.toLowerCase();
    for (let number = 1; taken.has(name); number++) name = `${layer.name}_${number}`;
    taken.add(name);
    const calls = before ? [[{ layer: before.name, node: 0, tensor: 0 }]] : [];
    layers.push({ ...layer, name, calls, constants: calls.map(() => ({})), weights: [] });
  };
  if (entries[0].className !== 'InputLayer') {
    const shape = inputShapeOf(entries[0], config, serialized);
    add({ className: 'InputLayer', module: '', name: 'input', config: { batch_shape: shape }, nested: undefined });
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

/** The values that a node's arguments, in any of Keras's forms, refer to, in order, and the constants beside them. */
function refsOf(node: unknown): { readonly refs: readonly KerasRef[]; readonly constants: Json } {
  const refs: KerasRef[] = [];
  const constants: Record<string, unknown> = {};
  const visit = (value: unknown, depth: number, key = ''): void => {
    if (depth > 16) return;
    if (Array.isArray(value)) {
      const [layer, index, tensor, keywords] = value as unknown[];
      if (typeof layer === 'string' && Number.isInteger(index) && Number.isInteger(tensor)) {
        refs.push({ layer, node: index as number, tensor: tensor as number });
        if (isJson(keywords)) for (const [name, inner] of Object.entries(keywords)) visit(inner, depth + 1, name);
      } else for (const item of value as unknown[]) visit(item, depth + 1, key);
    } else if (isJson(value)) {
      if (value.class_name === '__keras_tensor__' && isJson(value.config)) visit(value.config.keras_history, depth + 1);
      else {
        for (const [name, inner] of Object.entries(value)) {
          // Keras 3's positional arguments, of which a constant's place matters.
          const positional = name === 'args' && depth === 0 && Array.isArray(inner) ? (inner as unknown[]) : undefined;
          if (positional) positional.forEach((item, i) => visit(item, 1, `arg${i}`));
          else visit(inner, depth + 1, name);
        }
      }
    } else if (key !== '' && value !== null && value !== undefined) constants[key] = value;
  };
  visit(node, 0);
  return { refs, constants };
}
