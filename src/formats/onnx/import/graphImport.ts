import type { Layer } from '../../../layers/index.js';
import { StriateError } from '../../../tensor/index.js';
import { LayerNames } from './layerNames.js';
import { OnnxNode } from './onnxNode.js';
import { foldNode } from './folding.js';
import { importers, refusals } from './operators/table.js';
import type { GraphProto, NodeProto } from '../proto.js';
import { readTensor } from '../tensors.js';
import type { ConstantValue, ImportedValue } from './values.js';

/** Operators that make floats of whole numbers. */
const casts: ReadonlySet<string> = new Set(['Cast', 'CastLike']);

/** Operators that do the same to whole numbers as to floats. */
const wholeNumbers: ReadonlySet<string> = new Set([
  ...casts,
  'Identity',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'DepthToSpace',
  'SpaceToDepth',
  'Slice',
  'Split',
  'Gather',
  'Concat',
  'Expand',
  'Tile',
  'Pad',
  'Dropout',
  'MaxPool',
  'GlobalMaxPool',
  'ReduceMax',
  'ReduceMin',
  'Max',
  'Min',
  'Relu',
  'Abs',
  'Clip',
]);

/** An ONNX graph on its way to a model: what each name stands for, and the weights that layers will get. */
export class GraphImport {
  readonly values = new Map<string, ImportedValue>();
  readonly weights = new Map<Layer, Readonly<Record<string, Float32Array>>>();
  readonly names = new LayerNames();
  /** The number of examples that the file says all inputs have, if it does. */
  fixedBatch: number | undefined;
  /** Layers that several nodes share, by what makes them the same. */
  readonly shared = new Map<string, Layer>();
  private readonly users = new Map<string, NodeProto[]>();
  private readonly absorbed = new Set<NodeProto>();
  private readonly results: ReadonlySet<string>;

  /**
   * @param label - Begins every message: `onnx 'net.onnx'`.
   * @param opset - The version of ONNX's own operators.
   * @param wanted - Names of the values that become the model's outputs.
   * @param unbatched - Whether the file's values have no axis for a batch.
   */
  constructor(
    readonly label: string,
    readonly opset: number,
    wanted: readonly string[],
    readonly unbatched = false,
  ) {
    this.results = new Set(wanted);
  }

  /** Takes in constants and nodes, in the file's order. */
  read(graph: GraphProto): void {
    for (const tensor of graph.initializer) this.values.set(tensor.name ?? '', this.initializer(tensor));
    this.countUsers(graph);
    for (const node of graph.node) if (node.opType === 'Constant') this.readNode(node);
    for (const node of graph.node) if (node.opType !== 'Constant') this.readNode(node);
  }

  /**
   * The nodes' next step where it is the only use of a value and of this operator; `absorb` then says that it is done.
   */
  onlyUser(name: string, operator: string): NodeProto | undefined {
    const users = this.users.get(name) ?? [];
    const [user] = users;
    return users.length === 1 && user.opType === operator && !this.results.has(name) ? user : undefined;
  }

  /** Leaves a node out, as the layer of the one before it does its work. */
  absorb(node: NodeProto, value: ImportedValue): void {
    this.absorbed.add(node);
    this.values.set(node.output[0], value);
  }

  /** Whether a node takes a value, or it is an output. */
  isUsed(name: string): boolean {
    return this.users.has(name) || this.results.has(name);
  }

  private countUsers({ node: nodes }: GraphProto): void {
    for (const node of nodes) {
      for (const name of node.input) {
        const known = this.users.get(name);
        if (known) known.push(node);
        else this.users.set(name, [node]);
      }
      for (const { g } of node.attribute) if (g) this.countUsers(g);
    }
  }

  private initializer(tensor: GraphProto['initializer'][number]): ConstantValue {
    const { label } = this;
    return { kind: 'constant', name: tensor.name ?? '', learned: true, ...readTensor(tensor, label) };
  }

  private readNode(proto: NodeProto): void {
    if (this.absorbed.has(proto)) return;
    const node = new OnnxNode(this, proto);
    const outputs = this.guarded(node);
    proto.output.forEach((name, i) => {
      const value = outputs[i];
      if (value && name && !this.values.has(name)) this.values.set(name, value);
    });
    this.checkSecondary(node, outputs);
  }

  /** A damaged file breaks rules that no importer checks: inputs left out, numbers that are no sizes. */
  private guarded(node: OnnxNode): readonly (ImportedValue | undefined)[] {
    try {
      return this.outputsOf(node);
    } catch (error) {
      if (error instanceof StriateError || !(error instanceof Error)) throw error;
      throw new StriateError(
        { where: node.label, rule: `breaks the operator's rules (${error.message})`, advice: 'the file is damaged' },
        { cause: error },
      );
    }
  }

  private outputsOf(node: OnnxNode): readonly (ImportedValue | undefined)[] {
    const { op, proto } = node;
    if (proto.domain && proto.domain !== 'ai.onnx') {
      throw node.refusal(
        `operators of the domain '${proto.domain}' cannot be imported, only ONNX's own; export the model without the ` +
          "optimisations of one runtime, and without operators of one's own",
      );
    }
    const advice = Object.entries(refusals).find(([pattern]) => new RegExp(`^(?:${pattern})$`).test(op))?.[1];
    if (advice) throw node.refusal(advice);
    const folded = foldNode(node);
    if (folded) return folded;
    const importer = Object.hasOwn(importers, op) ? importers[op] : undefined;
    if (!importer) {
      throw node.refusal(
        `this operator cannot be imported; known are ${Object.keys(importers).join(', ')}; to import what comes before ` +
          `it, give { outputs: ['${proto.input[0] ?? ''}'] }`,
      );
    }
    const isWhole = node.inputs().some((value) => value.kind === 'symbolic' && value.whole);
    node.expect(
      !isWhole || wholeNumbers.has(op),
      'its input has whole numbers, with which it computes otherwise; cast it to float in front of the network',
    );
    const values = importer(node);
    const outputs = Array.isArray(values)
      ? (values as readonly (ImportedValue | undefined)[])
      : [values as ImportedValue];
    const whole = isWhole && !casts.has(op);
    return isWhole ? outputs.map((value) => (value?.kind === 'symbolic' ? { ...value, whole } : value)) : outputs;
  }

  /** Outputs that an importer does not give (masks, indices, batch statistics) must not be used. */
  private checkSecondary({ proto, label }: OnnxNode, given: readonly unknown[]): void {
    const used = proto.output.find((name, i) => name && given[i] === undefined && this.isUsed(name));
    if (used === undefined) return;
    throw new StriateError({
      where: label,
      rule: `its output '${used}' is used, which only training needs and no layer gives`,
      advice: 'export the model for inference (model.eval() in PyTorch)',
    });
  }
}
