import type { Variable } from '../graph/index.js';
import {
  classNameOf,
  NoRule,
  type Layer,
  type SymbolicTensor,
  type WeightedClassName,
  type WeightNameOf,
} from '../layers/index.js';
import { sameShape, sizeOf, type Shape } from '../tensor/index.js';
import { layouts, type ElementOrder, type WeightLayout } from './pytorchLayouts.js';
import type { Topology } from '../topology/topology.js';

/** One of a model's weights as a file has it. */
export interface StoredWeight {
  /** The tensor's name in the file. */
  readonly name: string;
  /** The tensor's shape in the file. */
  readonly shape: Shape;
  readonly variable: Variable;
  /** The variable's values from the tensor's elements. */
  decode(elements: Float32Array): Float32Array;
  /** The tensor's elements from the variable's values. */
  encode(values: Float32Array): Float32Array;
}

type Row = readonly [name: string, layout: WeightLayout];

const bias: Row = ['bias', layouts.vector];
const kernelAndBias = { kernel: ['weight', layouts.kernel], bias } as const;
const separable = {
  depthwiseKernel: ['depthwise.weight', layouts.depthwiseKernel],
  pointwiseKernel: ['pointwise.weight', layouts.kernel],
  bias: ['pointwise.bias', layouts.vector],
} as const;
const normalization = { gamma: ['weight', layouts.vector], beta: bias } as const;

/** Weights that PyTorch has no layer for keep their names and places. */
const own = new NoRule('PyTorch has no such layer');

/** PyTorch's name and layout of each weight of a class, or why they are ours. */
export type PytorchRows = { readonly [Name in WeightedClassName]: Readonly<Record<WeightNameOf<Name>, Row>> | NoRule };

/** How PyTorch keeps the weights of each class of layers that has some; a weight without a row does not compile. */
const table = {
  Affine: own,
  AxisMatrix: own,
  BatchNormalization: {
    ...normalization,
    movingMean: ['running_mean', layouts.vector],
    movingVariance: ['running_var', layouts.vector],
  },
  Conv1D: kernelAndBias,
  Conv1DTranspose: kernelAndBias,
  Conv2D: kernelAndBias,
  Conv2DTranspose: kernelAndBias,
  Dense: { kernel: ['weight', layouts.matrix], bias },
  DepthwiseConv1D: { kernel: ['weight', layouts.depthwiseKernel], bias },
  DepthwiseConv2D: { kernel: ['weight', layouts.depthwiseKernel], bias },
  GroupNormalization: normalization,
  LayerNormalization: normalization,
  LocallyConnected2D: own,
  Normalization: own,
  PReLU: { alpha: ['weight', layouts.slopes] },
  SeparableConv1D: separable,
  SeparableConv2D: separable,
} as const satisfies PytorchRows;

/** The rows of a layer's weights; of classes of the user's own there are none, either. */
function rowsOf(layer: Layer): Readonly<Record<string, Row>> | NoRule {
  const className = classNameOf(layer);
  return className && className in table ? table[className as WeightedClassName] : own;
}

/** PyTorch's name and layout of one of a layer's weights. */
function rowOf(layer: Layer, weight: string): Row {
  const rows = rowsOf(layer);
  return rows instanceof NoRule ? [weight, layouts.vector] : rows[weight];
}

/** Whether each number depends on its own place alone or on all alike, so that their order does not matter. */
function keepsOrder(layer: Layer): boolean {
  const rows = rowsOf(layer);
  const anyOrder: readonly WeightLayout[] = [layouts.vector, layouts.slopes];
  return (
    layer.weights.length === 0 ||
    (!(rows instanceof NoRule) && Object.values(rows).every(([, layout]) => anyOrder.includes(layout)))
  );
}

/**
 * A model's weights under PyTorch's names: the layer's name, which is its module's path, and `weight`, `bias`,
 * `running_mean`, `running_var`. Kernels are in OIHW layout; what follows a flattened picture is in the order channel, row,
 * column.
 *
 * @param naming - whose paths: a key of the layers' `otherNames`; layers without it, and all by default, go by their name
 */
export function pytorchWeights(topology: Topology, naming = ''): StoredWeight[] {
  const orders = elementOrders(topology);
  return topology.layers.flatMap((layer) =>
    layer.weights.map(({ name, variable }): StoredWeight => {
      const [pytorchName, layout] = rowOf(layer, name);
      // A dense layer's bias belongs to what it gives, not to what it takes.
      const order = name === 'bias' ? undefined : orders.get(layer);
      return {
        name: layer.otherNames[name] ?? `${layer.otherNames[naming] ?? layer.name}.${pytorchName}`,
        shape: layout.shape(variable.shape),
        variable,
        decode: (elements) => layout.toOurs(elements, variable.shape, order),
        encode: (values) => layout.toPytorch(values, variable.shape, order),
      };
    }),
  );
}

/** A model's weights under every naming that its layers know, their own names first. */
export function pytorchNamings(topology: Topology): StoredWeight[][] {
  const others = new Set(topology.layers.flatMap((layer) => Object.keys(layer.otherNames)));
  return ['', ...others].map((naming) => pytorchWeights(topology, naming));
}

/** A model's weights under Striate's own names, as they are. */
export function ownWeights(topology: Topology): StoredWeight[] {
  return topology.weights.map(({ variable }) => ({
    name: variable.name,
    shape: variable.shape,
    variable,
    decode: (elements) => elements.slice(),
    encode: (values) => values,
  }));
}

/** The order of the elements that each layer takes, for layers with weights whose input was flattened from a picture. */
function elementOrders(topology: Topology): Map<Layer, ElementOrder> {
  const values = new Map<SymbolicTensor, ElementOrder>();
  const layers = new Map<Layer, ElementOrder>();
  for (const { layer, inputs, output } of topology.calls) {
    const taken = values.get(inputs[0]);
    if (layer.weights.length && taken && !layers.has(layer)) layers.set(layer, taken);
    const given = orderGiven(layer, inputs, output.shape, values);
    if (given) values.set(output, given);
  }
  return layers;
}

function orderGiven(
  layer: Layer,
  inputs: readonly SymbolicTensor[],
  shape: Shape,
  known: ReadonlyMap<SymbolicTensor, ElementOrder>,
): ElementOrder {
  const [first] = inputs;
  if (shape.length !== 1 || !first) return undefined;
  const flattens = inputs.length === 1 && sizeOf(first.shape) === shape[0];
  if (flattens && first.shape.length === 3) return isChannelsFirst(first) ? undefined : channelsFirst(first.shape);
  if (flattens && first.shape.length === 2 && isSignal(first)) return channelsFirst([1, ...first.shape]);
  if (layer.className === 'Concatenate') return joined(inputs, known);
  return keepsOrder(layer) && sameShape(first.shape, shape) ? known.get(first) : undefined;
}

/** Whether a value was put into PyTorch's order by the model itself. */
function isChannelsFirst(value: SymbolicTensor): boolean {
  for (let at: SymbolicTensor | undefined = value; at?.source?.inputs.length === 1; at = at.source.inputs[0]) {
    const { layer, inputs } = at.source;
    if (layer.className === 'Permute') return true;
    if (layer.weights.length || !sameShape(inputs[0].shape, at.shape)) return false;
  }
  return false;
}

/** Whether a value [steps, channels] comes from a layer of signals, whose channels PyTorch has first; tokens have theirs last. */
function isSignal(value: SymbolicTensor): boolean {
  for (let at: SymbolicTensor | undefined = value; at?.source && at.shape.length === 2; at = at.source.inputs[0]) {
    const className = classNameOf(at.source.layer) ?? '';
    if (className.includes('1D')) return true;
    if (['Dense', 'Dot', 'Matmul', 'Permute', 'Reshape'].includes(className)) return false;
  }
  return false;
}

/** Where the elements of a picture [H, W, C], row by row, stand when its channels come first. */
function channelsFirst([height, width, channels]: Shape): ElementOrder {
  const area = height * width;
  if (area === 1 || channels === 1) return undefined;
  const order = new Int32Array(area * channels);
  for (let i = 0; i < order.length; i++) order[i] = (i % channels) * area + Math.floor(i / channels);
  return order;
}

/** The order of several vectors one behind the other. */
function joined(inputs: readonly SymbolicTensor[], known: ReadonlyMap<SymbolicTensor, ElementOrder>): ElementOrder {
  if (!inputs.some((input) => known.get(input))) return undefined;
  const order: number[] = [];
  for (const input of inputs) {
    const own = known.get(input);
    const start = order.length;
    for (let i = 0; i < input.shape[0]; i++) order.push(start + (own ? own[i] : i));
  }
  return Int32Array.from(order);
}
