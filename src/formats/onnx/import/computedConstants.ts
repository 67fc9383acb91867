import { GraphBuilder, type Node, type Value } from '../../../graph/index.js';
import { input, type Layer, type SymbolicTensor } from '../../../layers/index.js';
import { evaluate } from '../../../ops/evaluateNodes.js';
import { sizeOf } from '../../../tensor/index.js';
import { floatTypes, type NodeProto } from '../proto.js';
import { checkSize, constant } from './constantFolding.js';
import { batch, ofOneExample } from './dims.js';
import { noAxis, type ImportedValue, type SymbolicValue } from './importedValue.js';
import { OnnxNode, type LayerWeights, type NodeContext } from './onnxNode.js';
import type { ImportRule } from './onnxOperator.js';
import { arrange } from './valueLayout.js';

/** What a node sees that is computed at import: its first input, a constant, as a value that layers are put behind. */
class ConstantContext implements NodeContext {
  readonly label: string;
  readonly opset: number;
  readonly producer: string;
  readonly fixedBatch = undefined;
  private readonly weights = new Map<Layer, LayerWeights>();

  constructor(
    private readonly outer: NodeContext,
    private readonly first: SymbolicValue,
    private readonly firstName: string,
    readonly batchAxis: boolean,
  ) {
    this.label = outer.label;
    this.opset = outer.opset;
    this.producer = outer.producer;
  }

  value(name: string): ImportedValue | undefined {
    return name === this.firstName ? this.first : this.outer.value(name);
  }

  isUsed(name: string): boolean {
    return this.outer.isUsed(name);
  }

  reserve(count: number): boolean {
    return this.outer.reserve(count);
  }

  rawOutputs(): readonly string[] {
    return [];
  }

  onlyUser(): undefined {
    return undefined;
  }

  replaceable(): undefined {
    return undefined;
  }

  absorb(): void {
    // Nothing follows here that could be left out.
  }

  read(): void {
    // Branches are no constants.
  }

  layerName(): undefined {
    return undefined;
  }

  sharedLayer(_: string, make: () => Layer): Layer {
    return make();
  }

  weightsOf(layer: Layer): LayerWeights | undefined {
    return this.weights.get(layer);
  }

  setWeights(layer: Layer, weights: LayerWeights): void {
    this.weights.set(layer, { ...this.weights.get(layer), ...weights });
  }
}

/** Reference implementations are slow: more additions and products than this take longer than some seconds. */
const mostWork = 2 ** 28;

/** Operators whose first input is a batch of pictures or signals; all others take any shape as it is. */
const ofBatches: readonly string[] = [
  'Conv',
  'ConvTranspose',
  'MaxPool',
  'AveragePool',
  'LpPool',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'GlobalLpPool',
  'InstanceNormalization',
  'GroupNormalization',
  'LRN',
  'DepthToSpace',
  'SpaceToDepth',
];

/**
 * The outputs of a node whose inputs are all known, computed by the layers that it would become: whatever can be imported can
 * be computed at import, too.
 */
export function computedByLayers(
  node: OnnxNode,
  graph: NodeContext,
  proto: NodeProto,
  rule: ImportRule,
): readonly (ImportedValue | undefined)[] {
  const [x] = node.inputs();
  if (x?.kind !== 'constant') return listed(rule(node));
  checkSize(node, x.shape);
  const batches = ofBatches.includes(node.op) && x.shape.length > 0;
  const axes = x.shape.map((_, axis) => axis);
  const first: SymbolicValue = {
    kind: 'symbolic',
    tensor: input({ shape: batches ? x.shape.slice(1) : x.shape }),
    dims: batches ? [batch, ...x.shape.slice(1)] : x.shape,
    order: batches ? axes : [noAxis, ...axes],
    whole: !floatTypes.includes(x.elementType),
  };
  const name = proto.input.find(Boolean) ?? '';
  const context = new ConstantContext(graph, first, name, batches);
  const inner = new OnnxNode(context, proto);
  const outputs = listed(rule(inner));
  return outputs.map((value) => {
    if (value?.kind !== 'symbolic') return value;
    const ascending = [...(value.order[0] === noAxis ? [noAxis] : []), ...value.dims.map((_, axis) => axis)];
    const { tensor, dims } = arrange(inner, value, ascending);
    const examples = batches ? x.shape[0] : 1;
    const shape = ofOneExample(dims).map((n, axis) => (dims[axis] === batch ? examples : n));
    checkSize(node, shape);
    const known = { shape: [examples, ...first.tensor.shape], data: Float64Array.from(x.data) };
    const { data } = valueOf(inner, tensor, first.tensor, known, context);
    return constant(shape, floatTypes.includes(x.elementType) ? Float32Array.from(data) : data, x.elementType, x);
  });
}

const listed = (given: ReturnType<ImportRule>): readonly (ImportedValue | undefined)[] =>
  Array.isArray(given) ? (given as readonly (ImportedValue | undefined)[]) : [given as ImportedValue];

/** Computes a value by the reference implementations of its layers' operators, in float64. */
function valueOf(step: OnnxNode, wanted: SymbolicTensor, from: SymbolicTensor, x: Value, context: NodeContext): Value {
  const graph = new GraphBuilder('constants');
  const known = new Map<Node, Value>();
  const start = graph.input('x', x.shape);
  known.set(start, x);
  const nodes = new Map<SymbolicTensor, Node>([[from, start]]);
  let count = 0;
  const nodeOf = (tensor: SymbolicTensor): Node => {
    const made = nodes.get(tensor);
    if (made) return made;
    const { layer, inputs } = tensor.source!;
    const operands = inputs.map(nodeOf);
    layer.assignName(`constant${count++}`);
    layer.buildOnce(
      inputs.map(({ shape }) => shape),
      1,
    );
    const weights = context.weightsOf(layer);
    for (const { name, variable } of layer.weights) {
      const data = Float64Array.from(weights?.[name] ?? variable.initialize());
      if (data.length === sizeOf(variable.shape)) known.set(graph.variable(variable), { shape: variable.shape, data });
    }
    const node = graph.scope(layer.name, () => layer.call({ graph, training: false, step: undefined }, operands));
    nodes.set(tensor, node);
    return node;
  };
  const result = nodeOf(wanted);
  graph.output('y', result);
  const { nodes: all } = graph.finish();
  const work = all.reduce((sum, node) => {
    if (node.kind !== 'operator') return sum;
    const inputs = node.inputs.map(({ type }) => type);
    return sum + (node.operator.flops?.(inputs, node.attributes, node.type) ?? sizeOf(node.type.shape));
  }, 0);
  step.expect(work <= mostWork, 'so much work on constants cannot be done at import');
  evaluate(all, known);
  return known.get(result)!;
}
