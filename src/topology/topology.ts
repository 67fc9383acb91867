import type { GraphBuilder, Node, Variable } from '../graph/index.js';
import { Layer, type SymbolicTensor, type Weight } from '../layers/layer.js';
import { formatShape, sameShape, StriateError, type Shape } from '../tensor/index.js';
import { expectNumber } from '../tensor/check.js';
import { UniqueNames } from './uniqueNames.js';

/** One application of a layer. */
export interface Call {
  readonly layer: Layer;
  readonly inputs: readonly SymbolicTensor[];
  readonly output: SymbolicTensor;
}

/** An auxiliary classifier's output, which exists in training alone, and how much its loss counts. */
export interface Auxiliary {
  readonly output: SymbolicTensor;
  readonly weight: number;
}

/** Values of a topology that have a meaning beside inputs and outputs. */
export interface TopologyMarks {
  /** Where a classifier's features end and its head begins. */
  readonly features?: SymbolicTensor | undefined;
  /** Outputs that exist in training alone. */
  readonly auxiliaries?: readonly Auxiliary[] | undefined;
}

/** Keras's spelling of a default layer name: `MaxPooling2D` → `max_pooling2d`. */
export function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/**
 * Gives every layer a name that is unique among them, as Keras does: conv2d, conv2d_1, …
 *
 * @throws StriateError when two layers were given the same name, or something is no layer.
 */
export function assignNames(layers: Iterable<Layer>): void {
  const taken = new UniqueNames();
  const unnamed: Layer[] = [];
  for (const layer of new Set(layers)) {
    if (!(layer instanceof Layer)) {
      const received = typeof layer === 'object' ? 'an object of another kind' : `a ${typeof layer}`;
      throw new StriateError({ where: 'model', rule: 'takes layers, such as layers.dense({ units: 10 })', received });
    }
    if (!layer.name || (taken.has(layer.name) && layer.mayBeRenamed)) unnamed.push(layer);
    else if (taken.has(layer.name)) {
      throw new StriateError({
        where: 'model',
        rule: `two layers are called '${layer.name}'`,
        advice: 'give one of them another name',
      });
    } else taken.take(layer.name);
  }
  for (const layer of unnamed) layer.assignName(taken.take(snakeCase(layer.className)));
}

/** The layers of a model and how values flow through them: a directed graph without cycles, its layers named. */
export class Topology {
  /** Applications of layers, inputs before users; those that only auxiliary classifiers need come last. */
  readonly calls: readonly Call[];
  /** The applications that the outputs need: what there is outside training. */
  readonly predictionCalls: readonly Call[];
  /** Where the features end, if that was said. */
  readonly features: SymbolicTensor | undefined;
  /** Outputs that exist in training alone. */
  readonly auxiliaries: readonly Auxiliary[];
  /** Each layer once, in the order of first use. */
  readonly layers: readonly Layer[];
  /** Names of the model's inputs, unique. */
  readonly inputNames: readonly string[];
  /** Names of the model's outputs: those of the layers that give them. */
  readonly outputNames: readonly string[];

  constructor(
    readonly inputs: readonly SymbolicTensor[],
    readonly outputs: readonly SymbolicTensor[],
    { features, auxiliaries = [] }: TopologyMarks = {},
  ) {
    if (inputs.length === 0 || outputs.length === 0)
      throw new StriateError({ where: 'model', rule: 'needs at least one input and one output' });
    this.features = features;
    this.auxiliaries = auxiliaries;
    this.calls = orderCalls(inputs, [...outputs, ...auxiliaries.map(({ output }) => output)]);
    this.predictionCalls = auxiliaries.length ? this.calls.slice(0, orderCalls(inputs, outputs).length) : this.calls;
    checkMarks(this);
    this.layers = [...new Set(this.calls.map((call) => call.layer))];
    assignNames(this.layers);
    this.inputNames = uniqueNames(inputs.map((input, i) => input.name || (i ? `input_${i}` : 'input')));
    this.outputNames = uniqueNames(outputs.map((output) => output.source?.layer.name ?? output.name));
  }

  /** Makes the weights of the layers that have none yet; what their starting values follow from is `seed`. */
  build(seed: number): this {
    for (const { layer, inputs } of this.calls) {
      const shapes = inputs.map(({ shape }) => shape);
      layer.buildOnce(shapes, seed);
    }
    return this;
  }

  /** Every weight, statistic included, in layer order. */
  get weights(): readonly Weight[] {
    return this.layers.flatMap((layer) => layer.weights);
  }

  /** The variables that training changes. */
  get trainable(): readonly Variable[] {
    return this.learned.map(({ variable }) => variable);
  }

  /** The variables that training changes, learnable weights of layers that are not frozen, and their share of the rate. */
  get learned(): readonly { readonly variable: Variable; readonly learningRateFactor: number }[] {
    return this.layers
      .filter((layer) => layer.trainable)
      .flatMap(({ weights, learningRateFactor }) =>
        weights
          .filter(({ variable }) => variable.role === 'weight')
          .map(({ variable }) => ({ variable, learningRateFactor })),
      );
  }

  /**
   * Adds the layers' operators to a graph and gives the model's outputs; in training they are followed by those of the
   * auxiliary classifiers, which are left out otherwise.
   *
   * @param step the number of the training step; undefined outside training
   */
  emit(graph: GraphBuilder, inputs: readonly Node[], step?: Node): Node[] {
    const values = this.emitValues(graph, inputs, step);
    const auxiliary = step ? this.auxiliaries.map(({ output }) => output) : [];
    return [...this.outputs, ...auxiliary].map((output) => values.get(output)!);
  }

  /**
   * Like `emit`, but gives the node of every value that a layer takes or gives.
   *
   * @param given nodes of values that are not computed but known; what cannot be computed without an input that is left out is
   * then left out, too
   */
  emitValues(
    graph: GraphBuilder,
    inputs: readonly (Node | undefined)[],
    step?: Node,
    given: ReadonlyMap<SymbolicTensor, Node> = new Map(),
  ): Map<SymbolicTensor, Node> {
    const values = new Map(given);
    this.inputs.forEach((input, i) => {
      const node = inputs[i];
      if (node) values.set(input, node);
    });
    const training = step !== undefined;
    const context = { graph, training, step };
    for (const call of training ? this.calls : this.predictionCalls) {
      const operands = call.inputs.flatMap((input) => values.get(input) ?? []);
      if (given.has(call.output) || operands.length < call.inputs.length) continue;
      values.set(
        call.output,
        graph.scope(call.layer.name, () => call.layer.call(context, operands)),
      );
    }
    return values;
  }
}

function checkMarks({ features, auxiliaries, inputs, outputs, predictionCalls }: Topology): void {
  for (const { output, weight } of auxiliaries) {
    if (!sameShape(output.shape, outputs[0].shape)) {
      throw new StriateError({
        where: 'model',
        rule: `an auxiliary output is compared with the same targets as the first output, so it must have its shape ${formatShape(outputs[0].shape)}`,
        received: formatShape(output.shape),
      });
    }
    expectNumber('model', "an auxiliary output's weight", weight);
  }
  if (!features || inputs.includes(features) || predictionCalls.some(({ output }) => output === features)) return;
  throw new StriateError({
    where: 'model',
    rule: `features ${formatShape(features.shape)} must be a value on the way from the inputs to the outputs`,
    advice: 'mark what the last layer before the head gave',
  });
}

function uniqueNames(names: readonly string[]): string[] {
  const taken = new UniqueNames();
  return names.map((name) => taken.take(name));
}

/** Depth first from the outputs, with a stack of its own so that deep networks do not overflow the machine's. */
function orderCalls(inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): Call[] {
  const calls: Call[] = [];
  const done = new Set<SymbolicTensor>(inputs);
  const stack = outputs.map((value) => ({ value, next: 0 })).reverse();
  while (stack.length) {
    const top = stack[stack.length - 1];
    const { source } = top.value;
    if (done.has(top.value)) {
      stack.pop();
    } else if (!source) {
      throw new StriateError({
        where: 'model',
        rule: `an output depends on the input '${top.value.name}' ${formatShape(top.value.shape)}, which is not among the model's inputs`,
        advice: 'add it to `inputs`',
      });
    } else if (top.next < source.inputs.length) {
      stack.push({ value: source.inputs[top.next++], next: 0 });
    } else {
      calls.push({ layer: source.layer, inputs: source.inputs, output: top.value });
      done.add(top.value);
      stack.pop();
    }
  }
  return calls;
}

/** Whether every layer is applied once, to what the one before it gave. */
export function isStack({ inputs, outputs, calls, layers }: Topology): boolean {
  const follows = calls.every(
    (call, i) => call.inputs.length === 1 && call.inputs[0] === (i ? calls[i - 1].output : inputs[0]),
  );
  return follows && layers.length === calls.length && inputs.length === 1 && outputs.length === 1;
}

/**
 * A chain of layers, and of models, from an input of this shape.
 *
 * @throws StriateError from the first layer that does not suit what comes before it.
 */
export function chain(parts: readonly Pick<Layer, 'apply'>[], inputShape: Shape, seed: number): Topology {
  const input: SymbolicTensor = { shape: inputShape, source: undefined, name: 'input' };
  const output = parts.reduce<SymbolicTensor>((value, part) => part.apply(value), input);
  return new Topology([input], [output]).build(seed);
}

/** The layer of that name, or an error that tells the names there are. */
export function layerCalled(name: string | number, model: string, layers: readonly Layer[]): Layer {
  const layer = typeof name === 'number' ? layers.at(name) : layers.find((candidate) => candidate.name === name);
  if (layer) return layer;
  const names = layers.map((candidate) => candidate.name).join(', ');
  throw new StriateError({
    where: `model '${model}'`,
    rule: typeof name === 'number' ? `there is no layer ${name} of ${layers.length}` : `there is no layer '${name}'`,
    advice: `the layers are ${names}`,
  });
}

/** Applies a model's layers, in the same order, to other values. */
export function applyTopology(name: string, topology: Topology, inputs: readonly SymbolicTensor[]): SymbolicTensor {
  if (topology.outputs.length !== 1) {
    throw new StriateError({
      where: `model '${name}'`,
      rule: `has ${topology.outputs.length} outputs`,
      advice: 'only models with one can be applied',
    });
  }
  topology.inputs.forEach(({ shape }, i) => {
    const given = inputs[i]?.shape;
    if (given && sameShape(given, shape)) return;
    const received = given ? formatShape(given) : 'nothing';
    throw new StriateError({ where: `model '${name}'`, rule: `its input ${i} takes ${formatShape(shape)}`, received });
  });
  const values = new Map(topology.inputs.map((input, i) => [input, inputs[i]]));
  for (const call of topology.predictionCalls) {
    values.set(call.output, call.layer.apply(...call.inputs.map((value) => values.get(value)!)));
  }
  return values.get(topology.outputs[0])!;
}
