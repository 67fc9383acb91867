import type { Layer, SymbolicTensor } from '../../../layers/index.js';
import { normalizeAxis, StriateError, type ErrorParts } from '../../../tensor/index.js';
import type { AttributeProto, GraphProto, NodeProto } from '../proto.js';
import { readTensor } from '../tensors.js';
import { dimsText, withoutBatchNumber } from './dims.js';
import { floats, type ConstantValue, type ImportedValue, type SymbolicValue } from './importedValue.js';

/** A layer's weights by their names within it, as they will be set when the model is there. */
export type LayerWeights = Readonly<Record<string, Float32Array>>;

/** What a node asks of the graph that it lies in. */
export interface NodeContext {
  /** Begins every message: `onnx 'net.onnx'`. */
  readonly label: string;
  /** The version of ONNX's own operators. */
  readonly opset: number;
  /** Whether the file's values have an axis for the batch. */
  readonly batchAxis: boolean;
  /** The program that wrote the file; '' where it does not say. */
  readonly producer: string;
  /** The number of examples that the file says all inputs have, if it does. */
  readonly fixedBatch: number | undefined;
  /** The value of a name; undefined where no node before gives it. */
  value(name: string): ImportedValue | undefined;
  /** Whether a node takes a value, or it is an output of the model. */
  isUsed(name: string): boolean;
  /** What the graph's last convolutions give, only arranged, where something else than layers follows. */
  rawOutputs(): readonly string[];
  /** The only node that takes a value; undefined where there are others, or it is an output of the model. */
  onlyUser(name: string): NodeProto | undefined;
  /** Whether so many more numbers may be computed at import: their number is bounded by what the file holds. */
  reserve(count: number): boolean;
  /** Leaves a node out, as a layer before it does its work. */
  absorb(node: NodeProto, value: ImportedValue): void;
  /**
   * Follows what a node gives, computed with a sample in place of one of its inputs, to a value that `isReached` knows and
   * through which alone the rest of the graph sees it. What is returned leaves all nodes up to there out, and gives that value.
   */
  replaceable(start: NodeProto, sample: Sample): ((value: ImportedValue) => void) | undefined;
  /** Takes in the nodes of a branch, which then give values. */
  read(graph: GraphProto): void;
  /** A name for a layer that a node becomes, unique in the model. */
  layerName(node: NodeProto, suffix: string): string | undefined;
  /** The layer that nodes of the same key share. */
  sharedLayer(key: string, make: () => Layer): Layer;
  weightsOf(layer: Layer): LayerWeights | undefined;
  setWeights(layer: Layer, weights: LayerWeights): void;
}

/** What a node and those behind it are tried on. */
export interface Sample {
  /** Which of the node's inputs it stands for. */
  readonly input: number;
  readonly value: ConstantValue;
  /** Whether a computed value is what is looked for; `user` is the only operator that takes it. */
  readonly isReached: (value: ConstantValue, user: string | undefined) => boolean;
}

/** The node behind another that alone takes its result. */
export interface NextNode {
  /** What it takes beside that result. */
  readonly other: ImportedValue | undefined;
  /** Leaves the node out, as a layer before it does its work; `value` is what it gives. */
  readonly absorb: (value: ImportedValue) => void;
}

/** One node of an ONNX graph with what it may ask: its inputs, its attributes, and the layers that are made of it. */
export class OnnxNode {
  /** Begins every message: file, node and operator. */
  readonly label: string;
  readonly op: string;
  private readonly attributes: ReadonlyMap<string, AttributeProto>;

  constructor(
    private readonly graph: NodeContext,
    private readonly proto: NodeProto,
  ) {
    this.op = proto.opType ?? '';
    const called = [proto.name, ...proto.output].find(Boolean) ?? '';
    this.label = `${graph.label}: node '${called}' (${this.op})`;
    this.attributes = new Map(proto.attribute.map((attribute) => [attribute.name ?? '', attribute]));
  }

  get opset(): number {
    return this.graph.opset;
  }

  /** The program that wrote the file; '' where it does not say. */
  get producer(): string {
    return this.graph.producer;
  }

  /** Whether the file's values have an axis for the batch. */
  get batchAxis(): boolean {
    return this.graph.batchAxis;
  }

  /** The number of examples that the file says all inputs have, if it does. */
  get fixedBatch(): number | undefined {
    return this.graph.fixedBatch;
  }

  /** A refusal that names the node: the rule that was broken, what was received, what to do. */
  refusal(rule: string, rest?: Pick<ErrorParts, 'received' | 'advice'>): StriateError {
    const { received, advice } = rest ?? {};
    return new StriateError({
      where: this.label,
      rule: withoutBatchNumber(rule),
      received: typeof received === 'string' ? withoutBatchNumber(received) : received,
      advice: advice && withoutBatchNumber(advice),
    });
  }

  /** Throws unless a condition holds. */
  expect(condition: boolean, rule: string, rest?: Pick<ErrorParts, 'received' | 'advice'>): asserts condition {
    if (!condition) throw this.refusal(rule, rest);
  }

  /** Whether so many more numbers may be computed at import. */
  reserve(count: number): boolean {
    return this.graph.reserve(count);
  }

  /** Whether input `i` is given. */
  has(i: number): boolean {
    return Boolean(this.proto.input[i]);
  }

  /** All inputs that are given. */
  inputs(): ImportedValue[] {
    return this.proto.input.flatMap((name, i) => (name ? [this.value(i)] : []));
  }

  /** What the file calls input `i`; empty where it is left out. */
  inputName(i: number): string {
    return this.proto.input[i] ?? '';
  }

  /** The names of inputs that layers compute, those of the model itself left out. */
  computedInputs(): string[] {
    const isComputed = (name: string): boolean => {
      const value = this.graph.value(name);
      return value?.kind === 'symbolic' && value.tensor.source !== undefined;
    };
    return [...new Set(this.proto.input.filter(isComputed))];
  }

  /** What the network before this node gives, where it is a detector's. */
  rawOutputs(): readonly string[] {
    return this.graph.rawOutputs();
  }

  /** What the file calls the first output. */
  get outputName(): string {
    return this.proto.output[0] ?? '';
  }

  value(i: number): ImportedValue {
    const name = this.proto.input[i];
    this.expect(Boolean(name), `input ${i} is missing`, {
      advice: 'the file is damaged or made for another version of ONNX',
    });
    const value = this.graph.value(name);
    if (value) return value;
    throw this.refusal(`its input '${name}' is given by no node before it`, {
      advice: 'the file is damaged or its nodes unsorted',
    });
  }

  /** Input `i`, which must depend on the model's inputs. */
  symbolic(i: number): SymbolicValue {
    const value = this.value(i);
    if (value.kind === 'symbolic') return value;
    throw this.refusal(`input ${i} must be computed from the model's input`, { received: 'a constant' });
  }

  /** Input `i`, which must be known at import. */
  constant(i: number, what: string): ConstantValue {
    const value = this.value(i);
    if (value.kind === 'constant') return value;
    const { tensor } = value;
    if (!tensor.source) {
      throw this.refusal(`${what} must be constant`, {
        received: `the model's input '${tensor.name}'`,
        advice: `give its numbers as { constants: { '${tensor.name}': … } }`,
      });
    }
    throw this.refusal(`${what} must be constant`, {
      received: "one that is computed from the model's input",
      advice: 'export with fixed shapes and weights (constant folding on)',
    });
  }

  /** The whole numbers of a constant input; undefined where it is left out. */
  numbers(i: number, what: string): number[] | undefined {
    return this.has(i) ? Array.from(this.constant(i, what).data) : undefined;
  }

  /** Axes or the like, by version: an attribute before, an input since. */
  listed(attribute: string, i: number): number[] | undefined {
    return this.ints(attribute) ?? this.numbers(i, attribute);
  }

  /** A single number, by version: an attribute before, an input since. */
  number(attribute: string, i: number, otherwise: number): number {
    return this.hasAttribute(attribute)
      ? this.float(attribute, otherwise)
      : (this.numbers(i, attribute)?.[0] ?? otherwise);
  }

  hasAttribute(name: string): boolean {
    return this.attributes.has(name);
  }

  int(name: string, otherwise: number): number {
    return this.attributes.get(name)?.i ?? otherwise;
  }

  float(name: string, otherwise: number): number {
    return this.attributes.get(name)?.f ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    return this.attributes.get(name)?.s ?? otherwise;
  }

  ints(name: string): number[] | undefined {
    const attribute = this.attributes.get(name);
    return attribute && [...attribute.ints];
  }

  floats(name: string): number[] | undefined {
    const attribute = this.attributes.get(name);
    return attribute && [...attribute.floats];
  }

  tensor(name: string): ConstantValue | undefined {
    const proto = this.attributes.get(name)?.t;
    return proto && { kind: 'constant', name: '', learned: false, ...readTensor(proto, this.label) };
  }

  /** The outputs of a graph among the attributes, whose nodes become part of the model. */
  branch(attribute: string): ImportedValue[] {
    const graph = this.attributes.get(attribute)?.g;
    this.expect(graph !== undefined, 'its branches are missing', { advice: 'the file is damaged' });
    this.graph.read(graph);
    return graph.output.map(({ name = '' }) => {
      const value = this.graph.value(name);
      this.expect(value !== undefined, `its branch gives no '${name}'`, { advice: 'the file is damaged' });
      return value;
    });
  }

  /** An attribute or input that may count from the end, as a number from 0. */
  axis(axis: number, rank: number): number {
    const normal = normalizeAxis(axis, rank);
    if (normal !== undefined) return normal;
    throw this.refusal(`axis ${axis} is not one of a value with ${rank} axes`);
  }

  get outputCount(): number {
    return this.proto.output.length;
  }

  /** Whether output `i` is used. */
  isOutputUsed(i: number): boolean {
    const name = this.proto.output[i];
    return Boolean(name) && this.graph.isUsed(name);
  }

  /** Whether nothing but this node takes input `i`. */
  isOnlyUserOf(i: number): boolean {
    return this.graph.onlyUser(this.proto.input[i]) === this.proto;
  }

  /** The node that alone takes the first output, where it is one of this operator. */
  next(operator: string): NextNode | undefined {
    const [output] = this.proto.output;
    const user = this.graph.onlyUser(output);
    if (user?.opType !== operator) return undefined;
    const other = user.input.find((name) => name !== output);
    return {
      other: other === undefined ? undefined : this.graph.value(other),
      absorb: (value) => this.graph.absorb(user, value),
    };
  }

  /**
   * Whether this node and those behind it do with a sample what is looked for; if so, what leaves them out and gives what a
   * layer computes instead.
   */
  replaceable(sample: Sample): ((value: ImportedValue) => void) | undefined {
    return this.graph.replaceable(this.proto, sample);
  }

  /** A name for a layer, unique in the model: that of the module whose weights the node has, or the node's own. */
  layerName(suffix = ''): { readonly name?: string } {
    return { name: this.graph.layerName(this.proto, suffix) };
  }

  /**
   * A layer with weights: nodes that have the same weights and settings are one layer, as they are one module in what was
   * exported.
   */
  sharedLayer(settings: object, make: () => Layer): Layer {
    return this.graph.sharedLayer(JSON.stringify([this.op, this.proto.input.slice(1), settings]), make);
  }

  /** A layer put behind some values; its refusals name the node, too. */
  apply(layer: Layer, ...inputs: readonly SymbolicTensor[]): SymbolicTensor {
    try {
      return layer.apply(...inputs);
    } catch (error) {
      throw error instanceof StriateError ? error.within(this.label) : error;
    }
  }

  /** The weights that a layer was given so far. */
  weightsOf(layer: Layer): LayerWeights | undefined {
    return this.graph.weightsOf(layer);
  }

  /** Gives a layer its weights, by their names within it; they are set when the model is there. */
  setWeights(layer: Layer, weights: Readonly<Record<string, Float32Array | ConstantValue | undefined>>): void {
    const given = Object.entries(weights).flatMap(([name, value]) =>
      value ? [[name, value instanceof Float32Array ? value : floats(value)] as const] : [],
    );
    this.graph.setWeights(layer, Object.fromEntries(given));
  }

  /** A value of the same shape and layout as another. */
  like(value: SymbolicValue, layer: Layer): SymbolicValue {
    return { ...value, tensor: this.apply(layer, value.tensor) };
  }

  /** ONNX's shape, for messages. */
  shapeText({ dims }: SymbolicValue): string {
    return dimsText(dims);
  }
}
