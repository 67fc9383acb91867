import type { OperatorNode } from '../graph/index.js';
import type { Layer, SymbolicTensor } from '../layers/layer.js';
import { sizeOf, type Shape } from '../tensor/index.js';
import { predictionGraph } from './predictionGraph.js';
import { receptiveFields, type ReceptiveField } from './receptiveField.js';
import { drawTable, formatBytes, formatCount } from '../platform/textTable.js';
import type { Topology } from './topology.js';

/** One layer of a summary. */
export interface LayerSummary {
  readonly name: string;
  /** Keras's class name. */
  readonly type: string;
  /** The output's shape without the batch. */
  readonly output: Shape;
  /** Numbers that can be learned. */
  readonly parameters: number;
  /** Rows and columns of the input that one output position depends on; null where the input is no picture. */
  readonly receptiveField: ReceptiveField | null;
  /** Floating-point operations of a prediction for one example (a multiply-add counts 2); 0 for what only training has. */
  readonly flops: number;
  /** Multiply-adds of its convolutions and matrix products: what papers compare models by. */
  readonly multiplyAdds: number;
}

/** How many numbers a model keeps. */
export interface ParameterCounts {
  /** Numbers that can be learned, as PyTorch counts them. */
  readonly parameters: number;
  /** Those of layers that are not frozen. */
  readonly trainable: number;
  /** Running means and variances. */
  readonly statistics: number;
}

/** A model in numbers. */
export interface ModelSummary extends ParameterCounts {
  readonly model: string;
  /** Floating-point operations of a prediction for one example (a multiply-add counts 2). */
  readonly flops: number;
  /** Multiply-adds of the convolutions and matrix products among them. */
  readonly multiplyAdds: number;
  readonly layers: readonly LayerSummary[];
}

function countOf(layer: Layer, role: 'weight' | 'statistic'): number {
  return layer.weights.reduce((sum, { variable }) => sum + (variable.role === role ? variable.size : 0), 0);
}

function total(layers: readonly Layer[], role: 'weight' | 'statistic'): number {
  return layers.reduce((sum, layer) => sum + countOf(layer, role), 0);
}

/** Counts the numbers that layers keep. */
export function parameterCounts(layers: readonly Layer[]): ParameterCounts {
  return {
    parameters: total(layers, 'weight'),
    trainable: total(
      layers.filter((layer) => layer.trainable),
      'weight',
    ),
    statistics: total(layers, 'statistic'),
  };
}

/** Counts a model's parameters, operations and receptive fields. */
export function summarizeTopology(name: string, topology: Topology): ModelSummary {
  const work = workByName(topology);
  const fields = receptiveFields(topology);
  const outputs = new Map<Layer, SymbolicTensor>();
  for (const { layer, output } of topology.calls) if (!outputs.has(layer)) outputs.set(layer, output);
  const layers = topology.layers.map((layer): LayerSummary => {
    const output = outputs.get(layer)!;
    return {
      name: layer.name,
      type: layer.className,
      output: output.shape,
      parameters: countOf(layer, 'weight'),
      receptiveField: fields.get(output) ?? null,
      ...(work.get(layer.name) ?? noWork),
    };
  });
  const all = [...work.values()];
  return {
    model: name,
    ...parameterCounts(topology.layers),
    flops: all.reduce((sum, { flops }) => sum + flops, 0),
    multiplyAdds: all.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0),
    layers,
  };
}

type Work = Pick<LayerSummary, 'flops' | 'multiplyAdds'>;

const noWork: Work = { flops: 0, multiplyAdds: 0 };

/** Operations of a prediction for one example, by the names of the layers that ask for them. */
function workByName(topology: Topology): ReadonlyMap<string, Work> {
  const work = new Map<string, Work>();
  for (const node of predictionGraph(topology, 1).nodes) {
    if (node.kind !== 'operator') continue;
    const { operator, inputs, attributes, type, name } = node as OperatorNode;
    const types = inputs.map((input) => input.type);
    const count = operator.flops ? operator.flops(types, attributes, type) : sizeOf(type.shape);
    const { flops, multiplyAdds } = work.get(name) ?? noWork;
    const added = operator.products ? count / 2 : 0;
    work.set(name, { flops: flops + count, multiplyAdds: multiplyAdds + added });
  }
  return work;
}

/** A model as a table laid out like Keras's; `connections` adds the column that says what each layer's inputs are. */
export function summaryTable(name: string, topology: Topology, connections: boolean): string {
  const header = ['Layer (type)', 'Output Shape', 'Param #'];
  if (connections) header.push('Connected to');
  const formatted = (shape: Shape): string => `(None${shape.map((n) => `, ${n}`).join('')}${shape.length ? '' : ','})`;
  const rows = connections
    ? topology.inputs.map(({ shape }, i) => [`${topology.inputNames[i]} (InputLayer)`, formatted(shape), '0', '-'])
    : [];
  for (const layer of topology.layers) {
    const calls = topology.calls.filter((call) => call.layer === layer);
    const parameters = countOf(layer, 'weight') + countOf(layer, 'statistic');
    const row = [`${layer.name} (${layer.className})`, formatted(calls[0].output.shape), formatCount(parameters)];
    if (connections)
      row.push(calls.flatMap((call) => call.inputs.map((value) => sourceName(topology, value))).join(', '));
    rows.push(row);
  }
  const { parameters, trainable, statistics } = parameterCounts(topology.layers);
  const line = (label: string, count: number): string => ` ${label}: ${formatCount(count)} (${formatBytes(4 * count)})`;
  return [
    `Model: "${name}"`,
    ...drawTable(header, rows, [33, 24, 15, 25], [2]),
    line('Total params', parameters + statistics),
    line('Trainable params', trainable),
    line('Non-trainable params', parameters + statistics - trainable),
  ].join('\n');
}

/** Keras's name of a value: the layer that gives it, which of its calls, and which of the call's outputs. */
function sourceName(topology: Topology, value: SymbolicTensor): string {
  if (!value.source) return `${topology.inputNames[topology.inputs.indexOf(value)]}[0][0]`;
  const { layer } = value.source;
  const calls = topology.calls.filter((call) => call.layer === layer);
  return `${layer.name}[${calls.findIndex((call) => call.output === value)}][0]`;
}
