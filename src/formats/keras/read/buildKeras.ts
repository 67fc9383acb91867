import { input, type Layer, type SymbolicTensor } from '../../../layers/index.js';
import { model as functional, sequential, type Model } from '../../../models/index.js';
import { formatShape, sameShape, StriateError, type Shape } from '../../../tensor/index.js';
import { isJson } from '../json.js';
import type { KerasGraph, KerasLayer, KerasRef } from './kerasGraph.js';
import { LayerOptionsReader, type ReadContext } from './layerOptions.js';
import type { ReadLayer, ReadRule } from './readRule.js';
import { readableClasses, readRule } from './readRules.js';

/** What a model is built with beside its configuration. */
export interface BuildOptions {
  /** [H, W, C] where the configuration leaves sizes open. */
  readonly inputShape?: Shape;
  readonly seed?: number;
}

/** A Keras layer and what it became. */
export interface BuiltLayer {
  readonly source: KerasLayer;
  readonly rule: ReadRule;
  /** The one with the weights. */
  readonly layer: Layer;
}

/** The rule for a layer, or an error that names it. */
export function ruleFor(layer: KerasLayer, context: ReadContext): ReadRule {
  const rule = readRule(layer);
  if (rule) return rule;
  const options = new LayerOptionsReader(layer, context);
  if (layer.className === 'Lambda') {
    throw options.refuse('holds Python code, which is never run here; replace it by layers in Keras and save it again');
  }
  throw options.refuse(
    `Striate has no such layer; there are ${readableClasses().join(', ')}; replace it in Keras, or cut the model before it`,
  );
}

/** Makes the layers of a configuration and connects them; models within models become part of the whole. */
export class KerasBuilder {
  readonly built: BuiltLayer[] = [];
  private readonly made = new Map<KerasLayer, ReadLayer>();
  private readonly names = new Set<string>();

  constructor(
    private readonly context: ReadContext,
    private readonly options: BuildOptions,
  ) {}

  build(graph: KerasGraph): Model {
    const inputs = graph.inputs.map((ref) => this.inputOf(graph, ref));
    const outputs = this.apply(graph, inputs, []);
    const { name } = graph;
    const { seed = 0 } = this.options;
    const chain = stackOf(inputs, outputs);
    if (graph.className === 'Sequential' && chain) {
      return sequential({ layers: chain, name, seed }).build(inputs[0].shape);
    }
    return functional({ inputs, outputs, name, seed });
  }

  /** What a graph's layers make of these inputs. */
  private apply(graph: KerasGraph, inputs: readonly SymbolicTensor[], path: readonly KerasGraph[]): SymbolicTensor[] {
    const values = new Map<string, SymbolicTensor[][]>();
    graph.inputs.forEach((ref, i) => values.set(ref.layer, [[inputs[i]]]));
    const fromOne = countedFromOne(graph);
    const valueOf = ({ layer, node, tensor }: KerasRef): SymbolicTensor | undefined => {
      // Keras counts the making of an inner model as its first application, and its uses from 1.
      const counted = fromOne.has(layer) ? node - 1 : node;
      return values.get(layer)?.[counted]?.[tensor];
    };
    let waiting = graph.layers.filter((layer) => !values.has(layer.name)).map((layer) => ({ layer, next: 0 }));
    for (let progress = true; progress && waiting.length;) {
      progress = false;
      waiting = waiting.filter((entry) => {
        const { layer } = entry;
        while (entry.next < layer.calls.length) {
          const from = layer.calls[entry.next].map(valueOf);
          if (from.length === 0 || from.some((value) => value === undefined)) return true;
          const outputs = this.call(layer, from as SymbolicTensor[], path);
          values.set(layer.name, [...(values.get(layer.name) ?? []), outputs]);
          entry.next++;
          progress = true;
        }
        return false;
      });
    }
    return graph.outputs.map((ref) => {
      const value = valueOf(ref);
      if (value) return value;
      const stuck = waiting[0]?.layer.name ?? ref.layer;
      throw new StriateError({
        where: this.context.file,
        rule: `the model's configuration is damaged: layer '${stuck}' takes a value that no layer gives`,
        advice: 'use another copy of the file',
      });
    });
  }

  private call(layer: KerasLayer, inputs: readonly SymbolicTensor[], path: readonly KerasGraph[]): SymbolicTensor[] {
    if (layer.nested)
      return this.apply(layer.nested, this.fitting(layer, layer.nested, inputs), [...path, layer.nested]);
    let made = this.made.get(layer);
    if (!made) {
      const rule = ruleFor(layer, this.context);
      const name = this.nameFor(layer.name, path);
      const activation = activationLayer(layer);
      if (activation) {
        const plain = { ...layer, config: { ...layer.config, activation: 'linear' } };
        const before = rule.read(new LayerOptionsReader(plain, this.context), name, inputs) as readonly Layer[];
        const value = before[0].apply(...inputs);
        made = [...before, ...this.activationOf(activation, this.nameFor(activation.name, path), value)];
      } else made = rule.read(new LayerOptionsReader(layer, this.context), name, inputs);
      const own = 'apply' in made ? made.layers : made;
      const frozen = layer.config.trainable === false || path.some((graph) => !graph.trainable);
      if (frozen) for (const one of own) one.trainable = false;
      this.made.set(layer, made);
      this.built.push({ source: layer, rule, layer: own[0] });
    }
    if ('apply' in made) return [made.apply(inputs)];
    const [first, ...rest] = made;
    return [rest.reduce((value, next) => next.apply(value), first.apply(...inputs))];
  }

  /** The layers that a layer given as an activation becomes. */
  private activationOf(layer: KerasLayer, name: string, value: SymbolicTensor): readonly Layer[] {
    const rule = ruleFor(layer, this.context);
    const options = new LayerOptionsReader(layer, this.context);
    const made = rule.read(options, name, [value]);
    if (!('apply' in made) && !rule.weights?.(options).length) return made;
    throw options.refuse('only a layer without weights can be an activation; put it after the layer in Keras');
  }

  /** The layer's own name where no other layer has it, else after the models that it lies in. */
  private nameFor(name: string, path: readonly KerasGraph[]): string {
    let found = this.names.has(name) ? [...path.map((graph) => graph.name), name].join('.') : name;
    for (let number = 1; this.names.has(found); number++) found = `${name}_${number}`;
    this.names.add(found);
    return found;
  }

  private fitting(layer: KerasLayer, graph: KerasGraph, inputs: readonly SymbolicTensor[]): readonly SymbolicTensor[] {
    if (inputs.length === graph.inputs.length) return inputs;
    throw new StriateError({
      where: this.context.file,
      rule: `the model's configuration is damaged: the inner model '${layer.name}' takes ${graph.inputs.length} inputs and is given ${inputs.length}`,
      advice: 'use another copy of the file',
    });
  }

  private inputOf(graph: KerasGraph, { layer: name }: KerasRef): SymbolicTensor {
    const { file } = this.context;
    const layer = graph.layers.find((candidate) => candidate.name === name);
    const shape = layer?.config.batch_shape ?? layer?.config.batch_input_shape ?? layer?.config.batchInputShape;
    const stated = Array.isArray(shape) ? (shape as readonly unknown[]).slice(1) : undefined;
    const wanted = this.options.inputShape;
    const fits = (size: unknown, axis: number): boolean => size === null || size === wanted?.[axis];
    if (wanted && (!stated || (stated.length === wanted.length && stated.every(fits))))
      return input({ shape: wanted, name });
    if (!stated || stated.some((size) => size === null)) {
      const open = stated ? `leaves sizes open, ${formatShape(stated as Shape)}` : 'does not say its shape';
      throw new StriateError({
        where: file,
        rule: `the model's input '${name}' ${open}`,
        advice: 'say what it is to be: importKeras(file, { inputShape: [224, 224, 3] })',
      });
    }
    if (wanted) {
      throw new StriateError({
        where: file,
        rule: `the model's input '${name}' is ${formatShape(stated as Shape)}`,
        received: `inputShape ${formatShape(wanted)}`,
      });
    }
    return input({ shape: stated as Shape, name });
  }
}

/** A layer with settings of its own that stands as another's activation, `Conv2D(activation=Softmax(axis=1))`. */
function activationLayer(layer: KerasLayer): KerasLayer | undefined {
  const { activation } = layer.config;
  if (!isJson(activation) || typeof activation.class_name !== 'string' || !isJson(activation.config)) return undefined;
  const { class_name: className, config, module } = activation;
  return {
    className,
    config,
    name: `${layer.name}_activation`,
    module: typeof module === 'string' ? module : '',
    calls: [],
    constants: [],
    nested: undefined,
    weights: [],
  };
}

/** Inner models to whose applications a configuration refers by numbers from 1. */
function countedFromOne({ layers, outputs }: KerasGraph): ReadonlySet<string> {
  const applications = new Map(layers.filter(({ nested }) => nested).map(({ name, calls }) => [name, calls.length]));
  const refs = [...outputs, ...layers.flatMap(({ calls }) => calls.flat())];
  return new Set(refs.filter(({ layer, node }) => node === applications.get(layer)).map(({ layer }) => layer));
}

/** The layers between input and output where they are a stack, each used once. */
function stackOf(inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): readonly Layer[] | undefined {
  const stack: Layer[] = [];
  let value = outputs[0];
  while (value.source) {
    if (value.source.inputs.length !== 1 || stack.includes(value.source.layer)) return undefined;
    stack.unshift(value.source.layer);
    value = value.source.inputs[0];
  }
  return inputs.length === 1 && value === inputs[0] && sameShape(value.shape, inputs[0].shape) ? stack : undefined;
}
