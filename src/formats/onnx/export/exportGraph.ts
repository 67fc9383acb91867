import type { Variable } from '../../../graph/index.js';
import type { Layer } from '../../../layers/index.js';
import { StriateError, type Shape } from '../../../tensor/index.js';
import { UniqueNames } from '../../../topology/uniqueNames.js';
import { attributeTypes, type AttributeProto, type Draft, type NodeProto, type TensorProto } from '../proto.js';
import { floatTensor, int64Tensor } from '../tensors.js';

/** A setting of a node: whole numbers, text, or a float, which is marked as one because 1 could be either. */
export type Setting = number | readonly number[] | string | { readonly float: number };

/** What fills an initializer: a model's weight, read when the graph is complete, or a tensor. */
type Content =
  | { readonly variable: Variable; readonly dims: Shape; readonly encode: (values: Float32Array) => Float32Array }
  | { readonly tensor: Draft<TensorProto> };

/** A node while names may still change. */
interface OpenNode {
  readonly opType: string;
  readonly input: string[];
  readonly output: string[];
  name: string;
  readonly attribute: readonly Draft<AttributeProto>[];
}

/** Operators that only bring values into place; a layer's own name goes to the first node that does more. */
const placing: ReadonlySet<string> = new Set(['Transpose', 'Reshape', 'Flatten', 'Gather', 'Pad', 'Slice', 'Shape']);

/** Collects the nodes and initializers of an ONNX graph, layer by layer; every name is given once. */
export class ExportGraph {
  private readonly nodes: OpenNode[] = [];
  private readonly contents = new Map<string, Content>();
  private readonly weightKeys = new Map<string, string>();
  private readonly taken = new UniqueNames();
  /** Apart from values' names: a layer's node and its result are both called like the layer. */
  private readonly nodeNames = new UniqueNames();
  private layerName = '';
  private layerStart = 0;

  /**
   * @param opset - Which version of ONNX's operators is written.
   * @param weightNames - What each weight is called.
   */
  constructor(
    readonly opset: number,
    private readonly weightNames: ReadonlyMap<Variable, string>,
  ) {}

  /** Begins the nodes of a layer's application. */
  beginLayer(name: string): void {
    this.layerName = name;
    this.layerStart = this.nodes.length;
  }

  /** Ends a layer's application and gives what its result is called from now on: like the layer, where the layer made it. */
  endLayer(result: string): string {
    const own = this.nodes.slice(this.layerStart);
    // Sizes that are put together are not what a layer that resizes does.
    const main =
      own.find(({ opType }) => opType === 'Resize') ?? own.find(({ opType }) => !placing.has(opType)) ?? own[0];
    for (const node of own) {
      node.name = this.nodeNames.take(node === main ? this.layerName : `${this.layerName}/${node.opType}`);
    }
    if (!own.some(({ output }) => output.includes(result))) return result;
    const name = this.unique(this.layerName);
    this.rename(result, name, this.layerStart);
    return name;
  }

  /** Adds an operator and gives its output's name. */
  op(opType: string, input: readonly string[], settings: Readonly<Record<string, Setting>> = {}): string {
    return this.ops(opType, input, 1, settings)[0];
  }

  /** Adds an operator of several outputs and gives their names. */
  ops(
    opType: string,
    input: readonly string[],
    count: number,
    settings: Readonly<Record<string, Setting>> = {},
  ): string[] {
    const output = Array.from({ length: count }, () => this.unique(`${this.layerName}/${opType}`));
    const attribute = Object.entries(settings).map(([name, value]) => attributeOf(name, value));
    this.nodes.push({ opType, input: [...input], output, name: output[0], attribute });
    return [...output];
  }

  /** A constant of floats, called after the layer. */
  floats(what: string, values: ArrayLike<number>, dims: Shape = [values.length]): string {
    const name = this.unique(`${this.layerName}.${what}`);
    this.contents.set(name, { tensor: floatTensor(name, dims, values) });
    return name;
  }

  /** A constant of whole numbers, called after the layer. */
  ints(what: string, values: readonly number[]): string {
    const name = this.unique(`${this.layerName}.${what}`);
    this.contents.set(name, { tensor: int64Tensor(name, [values.length], values) });
    return name;
  }

  /** Whether the layer has a weight of that name. */
  has(layer: Layer, weight: string): boolean {
    return layer.weights.some(({ name }) => name === weight);
  }

  /**
   * A layer's weight as an initializer, in ONNX's layout.
   *
   * @param form - Tells ways of writing the same weight apart, where it is used in several.
   */
  weight(
    layer: Layer,
    weight: string,
    dims: Shape,
    encode: (values: Float32Array) => Float32Array,
    form: string | number = '',
  ): string {
    const found = layer.weights.find(({ name }) => name === weight);
    if (!found)
      throw new StriateError({ where: 'exportOnnx', rule: `layer '${layer.name}' has no weight '${weight}'` });
    const key = `${found.variable.name} ${form} ${dims.join()}`;
    let name = this.weightKeys.get(key);
    if (name === undefined) {
      name = this.unique(this.weightNames.get(found.variable) ?? found.variable.name);
      this.weightKeys.set(key, name);
      this.contents.set(name, { variable: found.variable, dims, encode });
    }
    return name;
  }

  /** A name that nothing else has, as near to the wanted one as possible. */
  unique(wanted: string): string {
    return this.taken.take(wanted);
  }

  /** Calls a value that is to be an output as wanted, and gives the name that it got. */
  nameOutput(value: string, wanted: string, outputs: readonly string[]): string {
    if (value === wanted && !outputs.includes(value)) return value;
    const made = this.nodes.some(({ output }) => output.includes(value));
    const result = made && !outputs.includes(value) ? value : this.op('Identity', [value]);
    const holder = this.nodes.some(({ output }) => output.includes(wanted)) && !outputs.includes(wanted);
    // What only lies within the graph gives its name to the output.
    if (holder) this.rename(wanted, this.unique(`${wanted}/inner`));
    const name = holder ? wanted : this.unique(wanted);
    this.rename(result, name);
    return name;
  }

  /** The nodes as they are written. */
  finishedNodes(): Draft<NodeProto>[] {
    return this.nodes.map(({ opType, input, output, name, attribute }) => ({ input, output, name, opType, attribute }));
  }

  /** The initializers as they are written; weights are read now. */
  async finishedInitializers(read: (variable: Variable) => Promise<Float32Array>): Promise<Draft<TensorProto>[]> {
    const used = new Set(this.nodes.flatMap(({ input }) => input));
    const tensors: Draft<TensorProto>[] = [];
    for (const [name, content] of this.contents) {
      if (!used.has(name)) continue;
      if ('tensor' in content) tensors.push(content.tensor);
      else tensors.push(floatTensor(name, content.dims, content.encode(await read(content.variable))));
    }
    return tensors;
  }

  private rename(from: string, to: string, start = 0): void {
    for (let i = start; i < this.nodes.length; i++) {
      const node = this.nodes[i];
      for (const names of [node.output, node.input])
        names.forEach((name, at) => {
          if (name === from) names[at] = to;
        });
    }
  }
}

function attributeOf(name: string, value: Setting): Draft<AttributeProto> {
  if (typeof value === 'number') return { name, i: value, type: attributeTypes.int };
  if (typeof value === 'string') return { name, s: value, type: attributeTypes.string };
  if ('float' in value) return { name, f: value.float, type: attributeTypes.float };
  return { name, ints: value, type: attributeTypes.ints };
}
