import type { Layer, SymbolicTensor } from '../../../layers/index.js';
import { formatShape, normalizeAxis, StriateError } from '../../../tensor/index.js';
import type { GraphImport } from './graphImport.js';
import type { AttributeProto, GraphProto, NodeProto } from '../proto.js';
import { readTensor } from '../tensors.js';
import { batch, floats, type ConstantValue, type ImportedValue, type SymbolicValue } from './values.js';

/** One node of an ONNX graph with what it may ask: its inputs, its attributes, and the model that is being made. */
export class OnnxNode {
  /** Begins every message: file, node and operator. */
  readonly label: string;
  readonly op: string;
  private readonly attributes: ReadonlyMap<string, AttributeProto>;

  constructor(
    readonly graph: GraphImport,
    readonly proto: NodeProto,
  ) {
    this.op = proto.opType ?? '';
    const called = [proto.name, ...proto.output].find(Boolean) ?? '';
    this.label = `${graph.label}: node '${called}' (${this.op})`;
    this.attributes = new Map(proto.attribute.map((attribute) => [attribute.name ?? '', attribute]));
  }

  get opset(): number {
    return this.graph.opset;
  }

  /** A refusal: the rule that was broken, what was received, what to do. */
  refusal(rule: string): StriateError {
    return new StriateError({ where: this.label, rule });
  }

  /** Throws unless a condition holds. */
  expect(condition: boolean, rule: string): asserts condition {
    if (!condition) throw this.refusal(rule);
  }

  /** Whether input `i` is given. */
  has(i: number): boolean {
    return Boolean(this.proto.input[i]);
  }

  /** All inputs that are given. */
  inputs(): ImportedValue[] {
    return this.proto.input.flatMap((name, i) => (name ? [this.value(i)] : []));
  }

  value(i: number): ImportedValue {
    const name = this.proto.input[i];
    this.expect(Boolean(name), `input ${i} is missing; the file is damaged or made for another version of ONNX`);
    const value = this.graph.values.get(name);
    if (value) return value;
    throw this.refusal(`its input '${name}' is given by no node before it; the file is damaged or its nodes unsorted`);
  }

  /** Input `i`, which must depend on the model's inputs. */
  symbolic(i: number): SymbolicValue {
    const value = this.value(i);
    if (value.kind === 'symbolic') return value;
    throw this.refusal(`input ${i} must be computed from the model's input; received a constant`);
  }

  /** Input `i`, which must be known at import. */
  constant(i: number, what: string): ConstantValue {
    const value = this.value(i);
    if (value.kind === 'constant') return value;
    const { tensor } = value;
    if (!tensor.source) {
      throw this.refusal(
        `${what} must be constant; received the model's input '${tensor.name}'; give its numbers as ` +
          `{ constants: { '${tensor.name}': … } }`,
      );
    }
    throw this.refusal(
      `${what} must be constant; received one that is computed from the model's input; ` +
        'export with fixed shapes and weights (constant folding on)',
    );
  }

  /** The whole numbers of a constant input; undefined where it is left out. */
  numbers(i: number, what: string): number[] | undefined {
    return this.has(i) ? Array.from(this.constant(i, what).data) : undefined;
  }

  /** Axes or the like, by version: an attribute before, an input since. */
  listed(attribute: string, i: number): number[] | undefined {
    return this.ints(attribute) ?? this.numbers(i, attribute);
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

  subgraph(name: string): GraphProto | undefined {
    return this.attributes.get(name)?.g;
  }

  tensor(name: string): ConstantValue | undefined {
    const proto = this.attributes.get(name)?.t;
    return proto && { kind: 'constant', name: '', learned: false, ...readTensor(proto, this.label) };
  }

  /** An attribute or input that may count from the end, as a number from 0. */
  axis(axis: number, rank: number): number {
    const normal = normalizeAxis(axis, rank);
    if (normal !== undefined) return normal;
    throw this.refusal(`axis ${axis} is none of a value with ${rank} axes`);
  }

  /** A name for a layer, unique in the model: that of the module whose weights the node has, or the node's own. */
  layerName(suffix = ''): { readonly name?: string } {
    const weights = this.proto.input.flatMap((input) => {
      const value = this.graph.values.get(input);
      return value?.kind === 'constant' && value.learned ? [value.name] : [];
    });
    const name = this.graph.names.take(this.proto, weights, suffix);
    return name ? { name } : {};
  }

  /** A layer put behind some values; what it refuses is told with the node. */
  apply(layer: Layer, ...inputs: readonly SymbolicTensor[]): SymbolicTensor {
    try {
      return layer.apply(...inputs);
    } catch (error) {
      if (error instanceof StriateError)
        throw new StriateError({ where: this.label, rule: error.message }, { cause: error });
      throw error;
    }
  }

  /** Gives a layer its weights, by their names within it; they are set when the model is there. */
  setWeights(layer: Layer, weights: Readonly<Record<string, Float32Array | ConstantValue | undefined>>): void {
    const known = this.graph.weights.get(layer) ?? {};
    const given = Object.entries(weights).flatMap(([name, value]) =>
      value ? [[name, value instanceof Float32Array ? value : floats(value)] as const] : [],
    );
    this.graph.weights.set(layer, { ...known, ...Object.fromEntries(given) });
  }

  /** A value of the same shape and layout as another. */
  like(value: SymbolicValue, layer: Layer): SymbolicValue {
    return { ...value, tensor: this.apply(layer, value.tensor) };
  }

  /** ONNX's shape, for messages. */
  shapeText({ dims }: SymbolicValue): string {
    return formatShape(dims.map((n) => (n === batch ? null : n)));
  }
}
