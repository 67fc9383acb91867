import { input, layers, type Layer, type SymbolicTensor } from '../../../layers/index.js';
import { model as functional, sequential, type Model } from '../../../models/index.js';
import { formatShape, sameShape, StriateError, type Shape } from '../../../tensor/index.js';
import { UniqueNames } from '../../../topology/uniqueNames.js';
import { isJson, type Json } from '../json.js';
import { callOf, type KerasCall, type KerasRef } from './callArguments.js';
import { hasChannelsFirst, MovedAxes } from './channelsFirst.js';
import { customRule } from './customReads.js';
import type { KerasGraph, KerasLayer } from './kerasGraph.js';
import { kerasClasses } from './kerasClasses.js';
import { originOf, plainName } from './origin.js';
import { isActivation, LayerOptionsReader, type ReadContext } from './layerOptions.js';
import { composedActivation } from './operationReads.js';
import type { ReadLayer, ReadRule } from './readRule.js';
import { readRule } from './readRules.js';

/** What a model is built with beside its configuration. */
export interface BuildOptions {
  /** [H, W, C] where the configuration leaves sizes open. */
  readonly inputShape?: Shape;
  readonly seed?: number;
  /**
   * How the model is to take and give pictures where the file has their channels first (`data_format: channels_first`): as there,
   * by default, or, `'NHWC'`, with their channels last like all pictures here; `inputShape` is then [H, W, C], too.
   */
  readonly layout?: 'NHWC';
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
  const rule = customRule(layer, context) ?? (layer.foreign === undefined ? readRule(layer) : undefined);
  if (rule) return rule;
  const options = new LayerOptionsReader(layer, context);
  if (layer.foreign !== undefined) {
    throw options.refuse(
      `'${layer.foreign}' is not Keras's but a class of somebody's own (module ${layer.module || 'None'}), which only its Python ` +
        `code can make; give its implementation: { customLayers: { '${layer.foreign}': YourLayer } }`,
    );
  }
  if (layer.className === 'Lambda') {
    throw options.refuse('holds Python code, which is never run here; replace it by layers in Keras and save it again');
  }
  throw options.refuse(
    kerasClasses.has(plainName(layer.className))
      ? 'Keras has this layer, Striate has none like it yet; replace it in Keras, or cut the model before it'
      : `Keras has no layer of this name; an operator of keras.ops that is not known here is to be replaced by layers in Python; ` +
          `if it is a class of your own, give its implementation: ` +
          `{ customLayers: { '${layer.className}': YourLayer } }`,
  );
}

/** Makes the layers of a configuration and connects them; models within models become part of the whole. */
export class KerasBuilder {
  readonly built: BuiltLayer[] = [];
  private readonly made = new Map<KerasLayer, ReadLayer>();
  private readonly names = new UniqueNames();
  private readonly axes = new MovedAxes();

  constructor(
    private readonly context: ReadContext,
    private readonly options: BuildOptions,
  ) {}

  build(graph: KerasGraph): Model {
    const turns = this.options.layout === 'NHWC' && hasChannelsFirst(graph);
    const inputs = graph.inputs.map((ref) => this.inputOf(graph, ref, turns));
    const given = inputs.map((value) =>
      turns && value.shape.length === 3
        ? this.axes.back(value, 0, () => this.nameFor(`${value.name}_channels_first`, []))
        : value,
    );
    const computed = this.apply(graph, given, []);
    const outputs = turns ? computed.map((value) => this.axes.channelsLast(value)) : computed;
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
    const values = new Map<string, (readonly SymbolicTensor[])[]>();
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
          const call = layer.calls[entry.next];
          const from = call.refs.map(valueOf);
          if (from.length === 0 || from.some((value) => value === undefined)) return true;
          const outputs = this.call(layer, call, from as SymbolicTensor[], path);
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

  private call(
    layer: KerasLayer,
    call: KerasCall,
    inputs: readonly SymbolicTensor[],
    path: readonly KerasGraph[],
  ): readonly SymbolicTensor[] {
    this.noteTraining(layer, call, path);
    if (layer.nested)
      return this.apply(layer.nested, this.fitting(layer, layer.nested, inputs), [...path, layer.nested]);
    const ownAxes = layer.foreign !== undefined || customRule(layer, this.context) !== undefined;
    const moved = ownAxes || inputs.length === 0 ? undefined : this.axes.movedLayer(layer, inputs);
    if (!moved) return this.applied(layer, layer, call, inputs, path);
    const { axis, config, activation } = moved;
    const name = (ending: string) => (): string => this.nameFor(`${layer.name}_${ending}`, path);
    const given = inputs.map((value) => this.axes.last(value, axis, name('last')));
    const outputs = this.applied(layer, { ...layer, config }, call, given, path);
    const isBack = ({ shape }: SymbolicTensor): boolean => shape.length !== inputs[0].shape.length;
    const back = outputs.map((value) => (isBack(value) ? value : this.axes.back(value, axis, name('back'))));
    if (!activation) return back;
    return back.map((value) => layers.activation({ activation, name: name('activation')() }).apply(value));
  }

  /** What a layer makes of values; `described` is the layer as it is to be read. */
  private applied(
    layer: KerasLayer,
    described: KerasLayer,
    call: KerasCall,
    inputs: readonly SymbolicTensor[],
    path: readonly KerasGraph[],
  ): readonly SymbolicTensor[] {
    // Along which axis a Concatenate joins depends on what it is given.
    const key = layer.className.endsWith('Concatenate') ? described : layer;
    const made = this.made.get(key) ?? this.make(layer, described, call, inputs, path);
    if ('apply' in made) return [made.apply(inputs)].flat();
    const [first, ...rest] = made;
    return [rest.reduce((value, next) => next.apply(value), first.apply(...inputs))];
  }

  private make(
    source: KerasLayer,
    layer: KerasLayer,
    call: KerasCall,
    inputs: readonly SymbolicTensor[],
    path: readonly KerasGraph[],
  ): ReadLayer {
    const rule = ruleFor(layer, this.context);
    const name = this.nameFor(layer.name, path);
    const activation = activationLayer(layer, this.context);
    let made: ReadLayer;
    if (activation) {
      const plain = { ...layer, config: { ...layer.config, activation: 'linear' } };
      const before = rule.read(new LayerOptionsReader(plain, this.context), name, inputs, call) as readonly Layer[];
      const value = before[0].apply(...inputs);
      const after = this.activationOf(activation, this.nameFor(activation.name, path), value);
      made =
        'apply' in after
          ? {
              layers: [...before, ...after.layers],
              apply: (values) => after.apply([values === inputs ? value : before[0].apply(...values)]),
            }
          : [...before, ...after];
    } else made = rule.read(new LayerOptionsReader(layer, this.context), name, inputs, call);
    const own = 'apply' in made ? made.layers : made;
    const frozen = layer.config.trainable === false || path.some((graph) => !graph.trainable);
    if (frozen) for (const one of own) one.trainable = false;
    // What an operator becomes depends on its arguments, which each call has of its own.
    if (!rule.isOperation) this.made.set(layer.className.endsWith('Concatenate') ? layer : source, made);
    this.built.push({ source, rule, layer: own[0] });
    return made;
  }

  /** A call that says how its layers are to behave in training or, in place of the usual, in prediction. */
  private noteTraining(layer: KerasLayer, { kwargs }: KerasCall, path: readonly KerasGraph[]): void {
    const { training } = kwargs;
    // Keras 3 overrules it in its own training and predictions.
    if (typeof training !== 'boolean' || this.context.version === 3) return;
    const inside = layer.nested ? leavesOf(layer.nested) : [layer];
    const changing = inside.filter(({ className }) => behavesInTraining.test(className));
    if (changing.length === 0) return;
    if (training) {
      throw new LayerOptionsReader(changing[0], this.context).refuse(
        'it is called with training=True, and so behaves in predictions as it does in training, which no layer does here; ' +
          'call it without in Python and save the model again',
      );
    }
    const isFrozen = (one: KerasLayer): boolean => one.config.trainable === false;
    const frozen =
      layer.nested?.trainable === false || path.some((graph) => !graph.trainable) || changing.every(isFrozen);
    if (!frozen) this.context.notes.push(`${layer.name}: training=False`);
  }

  /** The layers that a layer given as an activation becomes. */
  private activationOf(layer: KerasLayer, name: string, value: SymbolicTensor): ReadLayer {
    const rule = ruleFor(layer, this.context);
    const options = new LayerOptionsReader(layer, this.context);
    if (!rule.weights?.(options).length) return rule.read(options, name, [value], callOf([]));
    throw options.refuse('only a layer without weights can be an activation; put it after the layer in Keras');
  }

  /** The layer's own name where no other layer has it, else after the models that it lies in. */
  private nameFor(name: string, path: readonly KerasGraph[]): string {
    return this.names.take(this.names.has(name) ? [...path.map((graph) => graph.name), name].join('.') : name, name);
  }

  private fitting(layer: KerasLayer, graph: KerasGraph, inputs: readonly SymbolicTensor[]): readonly SymbolicTensor[] {
    if (inputs.length === graph.inputs.length) return inputs;
    throw new StriateError({
      where: this.context.file,
      rule: `the model's configuration is damaged: the inner model '${layer.name}' takes ${graph.inputs.length} inputs and is given ${inputs.length}`,
      advice: 'use another copy of the file',
    });
  }

  private inputOf(graph: KerasGraph, { layer: name }: KerasRef, turns: boolean): SymbolicTensor {
    const { file } = this.context;
    const layer = graph.layers.find((candidate) => candidate.name === name);
    const shape = layer?.config.batch_shape ?? layer?.config.batch_input_shape ?? layer?.config.batchInputShape;
    const inFile = Array.isArray(shape) ? (shape as readonly unknown[]).slice(1) : undefined;
    const stated = turns && inFile?.length === 3 ? [...inFile.slice(1), inFile[0]] : inFile;
    const wanted = this.options.inputShape;
    const fits = (size: unknown, axis: number): boolean => size === null || size === wanted?.[axis];
    if (wanted && (!stated || (stated.length === wanted.length && stated.every(fits))))
      return input({ shape: wanted, name });
    if (!stated || stated.some((size) => size === null)) {
      const open = stated ? `leaves sizes open, ${formatShape(stated as Shape)}` : 'does not say its shape';
      throw new StriateError({
        where: file,
        code: 'openSizes',
        rule: `the model's input '${name}' ${open}`,
        advice: 'say what it is to be: { inputShape: [224, 224, 3] }',
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

/** Classes that compute something else in training. */
const behavesInTraining = /Dropout|BatchNormalization|GaussianNoise|^Random/;

/** The layers of a model and of the models in it. */
function leavesOf(graph: KerasGraph): readonly KerasLayer[] {
  return graph.layers.flatMap((layer) => (layer.nested ? leavesOf(layer.nested) : [layer]));
}

/**
 * A layer that stands as another's activation, `Conv2D(activation=Softmax(axis=1))`; a function that becomes several layers; one
 * of somebody's own, too, where there is an implementation for it.
 */
function activationLayer(layer: KerasLayer, context: ReadContext): KerasLayer | undefined {
  const { activation } = layer.config;
  const serialized: Json = isJson(activation) ? activation : { config: activation };
  const { class_name: className, config, module } = serialized;
  const made: KerasLayer = {
    className: typeof config === 'string' ? config : String(className),
    config: isJson(config) ? config : {},
    name: `${layer.name}_activation`,
    module: typeof module === 'string' ? module : '',
    foreign: originOf(activation),
    calls: [],
    nested: undefined,
    weights: [],
  };
  if (isJson(config)) return typeof className === 'string' ? made : undefined;
  if (typeof config !== 'string') return undefined;
  if (customRule(made, context)) return made;
  if (made.foreign !== undefined || isActivation(config)) return undefined;
  const composed = composedActivation(config);
  return composed === undefined ? undefined : { ...made, className: composed, module: 'keras.ops' };
}

/** Inner models to whose applications a configuration refers by numbers from 1. */
function countedFromOne({ layers, outputs }: KerasGraph): ReadonlySet<string> {
  const applications = new Map(layers.filter(({ nested }) => nested).map(({ name, calls }) => [name, calls.length]));
  const refs = [...outputs, ...layers.flatMap(({ calls }) => calls.flatMap((call) => call.refs))];
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
