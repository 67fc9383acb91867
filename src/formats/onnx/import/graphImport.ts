import type { Layer } from '../../../layers/index.js';
import { StriateError } from '../../../tensor/index.js';
import type { GraphProto, NodeProto } from '../proto.js';
import { readTensor } from '../tensors.js';
import { computedByLayers } from './computedConstants.js';
import type { ConstantValue, ImportedValue } from './importedValue.js';
import { computedFilters, cutAdvice } from './importAdvice.js';
import { nearestNames } from '../../../tensor/spellings.js';
import { LayerNames } from './layerNames.js';
import { OnnxNode, type LayerWeights, type NodeContext, type Sample } from './onnxNode.js';
import type { OnnxOperator, Refusal } from './onnxOperator.js';
import { onnxOperators } from './onnxOperators.js';
import { rawOutputs } from './rawOutputs.js';

/** So many numbers may be computed at import in any case, */
const smallest = 2 ** 22;
/** and so many for each number that the file holds. */
const perNumber = 32;

/** So many nodes at most are looked through for what one layer could do instead. */
const mostReplaced = 4096;

/** What may stand between the product that makes filters and the convolution that takes them. */
const onTheWayToFilters: readonly string[] = [
  'Reshape',
  'Transpose',
  'Unsqueeze',
  'Squeeze',
  'Flatten',
  'Cast',
  'Identity',
];

type Outputs = readonly (ImportedValue | undefined)[];

/** An ONNX graph on its way to a model: the value of each name, and the weights that layers will get. */
export class GraphImport implements NodeContext {
  readonly values = new Map<string, ImportedValue>();
  fixedBatch: number | undefined;
  private readonly weights = new Map<Layer, LayerWeights>();
  private readonly names = new LayerNames();
  private readonly shared = new Map<string, Layer>();
  private readonly users = new Map<string, NodeProto[]>();
  private readonly absorbed = new Set<NodeProto>();
  private readonly sequence: NodeProto[] = [];
  private readonly results: ReadonlySet<string>;
  private reserved = 0;
  private available = smallest;

  /**
   * @param label - Begins every message: `onnx 'net.onnx'`.
   * @param opset - The version of ONNX's own operators.
   * @param wanted - Names of the values that become the model's outputs.
   * @param batchAxis - Whether the file's values have an axis for the batch.
   * @param producer - The program that wrote the file; '' where it does not say.
   */
  constructor(
    readonly label: string,
    readonly opset: number,
    wanted: readonly string[],
    readonly batchAxis: boolean,
    readonly producer: string,
  ) {
    this.results = new Set(wanted);
  }

  /** Takes in constants and nodes, in the file's order. */
  read(graph: GraphProto): void {
    for (const tensor of graph.initializer) {
      const name = tensor.name ?? '';
      const read = readTensor(tensor, this.label);
      this.available += perNumber * read.data.length;
      this.values.set(name, { kind: 'constant', name, learned: true, ...read });
    }
    this.countUsers(graph);
    this.sequence.push(...graph.node);
    for (const node of graph.node) if (node.opType === 'Constant') this.readNode(node);
    for (const node of graph.node) if (node.opType !== 'Constant') this.readNode(node);
  }

  value(name: string): ImportedValue | undefined {
    return this.values.get(name);
  }

  isUsed(name: string): boolean {
    return this.users.has(name) || this.results.has(name);
  }

  reserve(count: number): boolean {
    this.reserved += count;
    return this.reserved <= this.available;
  }

  onlyUser(name: string): NodeProto | undefined {
    const users = this.users.get(name) ?? [];
    return users.length === 1 && !this.results.has(name) ? users[0] : undefined;
  }

  absorb(node: NodeProto, value: ImportedValue): void {
    this.absorbed.add(node);
    this.values.set(node.output[0], value);
  }

  replaceable(start: NodeProto, sample: Sample): ((value: ImportedValue) => void) | undefined {
    const trial = new GraphImport(this.label, this.opset, [], this.batchAxis, this.producer);
    trial.values.set(start.input[sample.input], sample.value);
    const region = new Set<NodeProto>();
    /** How often each value that follows from the start is still to be taken. */
    const open = new Map<string, number>();
    const from = this.sequence.indexOf(start);
    for (const node of this.sequence.slice(from, from + mostReplaced)) {
      const inputs = node.input.filter(Boolean);
      const follows = node === start || inputs.some((name) => open.has(name));
      const isComputed = trial.takes(inputs, this.values) && trial.computes(node);
      if (!follows) continue;
      if (!isComputed) return undefined;
      region.add(node);
      for (const name of inputs) {
        const left = (open.get(name) ?? 0) - 1;
        if (left > 0) open.set(name, left);
        else open.delete(name);
      }
      for (const name of node.output)
        open.set(name, (this.users.get(name)?.length ?? 0) + Number(this.results.has(name)));
      const [name] = node.output;
      const value = trial.values.get(name);
      const user = this.onlyUser(name)?.opType;
      if (open.size > 1 || value?.kind !== 'constant' || !sample.isReached(value, user)) continue;
      return (result) => {
        for (const one of region) this.absorbed.add(one);
        this.values.set(name, result);
      };
    }
    return undefined;
  }

  layerName(node: NodeProto, suffix: string): string | undefined {
    const weights = node.input.flatMap((input) => {
      const value = this.values.get(input);
      return value?.kind === 'constant' && value.learned ? [value.name] : [];
    });
    return this.names.take(node, weights, suffix);
  }

  sharedLayer(key: string, make: () => Layer): Layer {
    const known = this.shared.get(key) ?? make();
    this.shared.set(key, known);
    return known;
  }

  weightsOf(layer: Layer): LayerWeights | undefined {
    return this.weights.get(layer);
  }

  setWeights(layer: Layer, weights: LayerWeights): void {
    this.weights.set(layer, { ...this.weights.get(layer), ...weights });
  }

  /** Takes over constants that are known elsewhere; false where one of these values is none. */
  private takes(names: readonly string[], known: ReadonlyMap<string, ImportedValue>): boolean {
    return names.every((name) => {
      const value = this.values.get(name) ?? known.get(name);
      if (value?.kind !== 'constant') return false;
      this.values.set(name, value);
      return true;
    });
  }

  /** Reads a node of a trial; false where it cannot be computed. */
  private computes(node: NodeProto): boolean {
    try {
      this.readNode(node);
      return true;
    } catch (error) {
      if (error instanceof StriateError) return false;
      throw error;
    }
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

  rawOutputs(): readonly string[] {
    return rawOutputs(this.sequence, (name) => this.users.get(name) ?? []);
  }

  private readNode(proto: NodeProto): void {
    if (this.absorbed.has(proto)) return;
    const node = new OnnxNode(this, proto);
    const outputs = this.guarded(node, proto);
    proto.output.forEach((name, i) => {
      const value = outputs[i];
      if (value && name && !this.values.has(name)) this.values.set(name, value);
    });
    this.checkSecondary(node.label, proto, outputs);
  }

  /** A damaged file breaks rules that no operator checks: inputs left out, numbers that are not sizes. */
  private guarded(node: OnnxNode, proto: NodeProto): Outputs {
    try {
      return this.outputsOf(node, operatorOf(node, proto), proto);
    } catch (error) {
      if (error instanceof StriateError) throw this.convolvedBy(proto, node) ?? error;
      if (!(error instanceof Error)) throw error;
      throw new StriateError(
        { where: node.label, rule: `breaks the operator's rules (${error.message})`, advice: 'the file is damaged' },
        { cause: error },
      );
    }
  }

  /** Where a node that cannot be imported computes a convolution's filters from the model's input: a refusal that says so. */
  private convolvedBy(proto: NodeProto, { label }: OnnxNode): StriateError | undefined {
    if (!proto.input.some((name) => this.values.get(name)?.kind === 'symbolic')) return undefined;
    const open = [proto];
    for (let node = open.pop(); node; node = open.pop()) {
      for (const user of node.output.flatMap((name) => this.users.get(name) ?? [])) {
        const isFilter = ['Conv', 'ConvTranspose'].includes(user.opType ?? '') && node.output.includes(user.input[1]);
        if (isFilter) return computedFilters(new OnnxNode(this, user), label.slice(this.label.length + 2));
        if (onTheWayToFilters.includes(user.opType ?? '')) open.push(user);
      }
    }
    return undefined;
  }

  /** A node's outputs: computed where all inputs are known, otherwise what its layers give. */
  private outputsOf(node: OnnxNode, operator: OnnxOperator | undefined, proto: NodeProto): Outputs {
    const inputs = node.inputs();
    const constants = inputs.filter((value) => value.kind === 'constant');
    const known = inputs.length > 0 && constants.length === inputs.length;
    if (known && operator?.fold) {
      const given = operator.fold(node, constants);
      return Array.isArray(given) ? (given as Outputs) : [given as ConstantValue];
    }
    if (operator?.refusal !== undefined) throw refused(node, operator.refusal);
    if (!operator?.import) throw unknown(node);
    if (known && !operator.takesConstants) return computedByLayers(node, this, proto, operator.import);
    const isWhole = inputs.some((value) => value.kind === 'symbolic' && value.whole);
    node.expect(
      !isWhole || operator.wholeNumbers !== undefined,
      'its input has whole numbers, with which it computes otherwise',
      { advice: 'cast it to float in front of the network' },
    );
    const given = operator.import(node);
    const outputs = Array.isArray(given) ? (given as Outputs) : [given as ImportedValue];
    if (!isWhole) return outputs;
    const whole = operator.wholeNumbers === 'kept';
    return outputs.map((value) => (value?.kind === 'symbolic' ? { ...value, whole } : value));
  }

  /** Outputs that an operator does not give here (masks, indices, batch statistics) must not be used. */
  private checkSecondary(label: string, { output }: NodeProto, given: Outputs): void {
    const used = output.find((name, i) => name && given[i] === undefined && this.isUsed(name));
    if (used === undefined) return;
    throw new StriateError({
      where: label,
      rule: `its output '${used}' is used, which only training needs and no layer gives`,
      advice: 'export the model for inference (model.eval() in PyTorch)',
    });
  }
}

/** The row of a node's operator; undefined where there is none. */
function operatorOf(node: OnnxNode, { domain }: NodeProto): OnnxOperator | undefined {
  if (domain === 'ai.onnx.ml') {
    const rule =
      node.op === 'ZipMap'
        ? 'makes dictionaries of scores, which is no layer'
        : "operators of the domain 'ai.onnx.ml' cannot be imported, as they are no layers";
    throw node.refusal(rule, { advice: cutAdvice(node) });
  }
  if (domain && domain !== 'ai.onnx') {
    throw node.refusal(`operators of the domain '${domain}' cannot be imported, only ONNX's own`, {
      advice: "export the model without the optimisations of one runtime, and without operators of one's own",
    });
  }
  return Object.hasOwn(onnxOperators, node.op) ? onnxOperators[node.op] : undefined;
}

function refused(node: OnnxNode, { rule, advice }: Refusal): StriateError {
  return node.refusal(rule, { advice: typeof advice === 'function' ? advice(node) : advice });
}

function unknown(node: OnnxNode): StriateError {
  const known = Object.entries(onnxOperators).flatMap(([name, row]) => (row.import ? [name] : []));
  const constantsOnly = Object.hasOwn(onnxOperators, node.op);
  if (constantsOnly) {
    return node.refusal('this operator is computed on constants alone', {
      received: "values that are computed from the model's input",
      advice: cutAdvice(node),
    });
  }
  const nearest = nearestNames(node.op, known);
  const like = nearest.length > 0 ? `known is ${nearest.join(', ')}; ` : '';
  return node.refusal('this operator cannot be imported', { advice: `${like}${cutAdvice(node)}` });
}
