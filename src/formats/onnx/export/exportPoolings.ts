import type {
  AdaptiveAveragePooling2D,
  AveragePooling2D,
  GlobalAveragePooling2D,
  GlobalMaxPooling2D,
  MaxPooling2D,
  PoolingSettings,
  Reduce,
} from '../../../layers/index.js';
import { slideWindow } from '../../../ops/window.js';
import { normalizeAxis, type Shape } from '../../../tensor/index.js';
import type { ExportGraph, Setting } from './exportGraph.js';
import { channelsFirst, type ExportRow, type ExportValue, ordered, picture, placeOf } from './exportValues.js';

/** Margins of a pooling: those it was given or that 'same' means, and the rows by which windows hang over behind those. */
export function marginsOf({ poolSize, strides, padding, ceilMode }: PoolingSettings, [height, width]: Shape) {
  const { margins, output } = slideWindow([height, width], poolSize, strides, padding, [1, 1], ceilMode);
  const over = [0, 1].map((axis) => {
    const size = [height, width][axis] + margins[2 * axis] + margins[2 * axis + 1];
    return Math.max(0, (output[axis] - 1) * strides[axis] + poolSize[axis] - size);
  });
  return { margins, over };
}

/** ONNX's order: what comes before each axis, then what comes behind. */
const padsOf = ([top, bottom, left, right]: readonly number[], [below, beyond]: readonly number[]): number[] => [
  top,
  left,
  bottom + below,
  right + beyond,
];

export const maxPooling2d: ExportRow<MaxPooling2D> = ({ settings }, graph, [given], shape) => {
  const x = channelsFirst(graph, given);
  const { margins, over } = marginsOf(settings, x.shape);
  const { poolSize, strides } = settings;
  const pads = padsOf(margins, over);
  return picture(graph.op('MaxPool', [x.name], { kernel_shape: poolSize, strides, pads }), shape);
};

export const averagePooling2d: ExportRow<AveragePooling2D> = ({ settings }, graph, [given], shape) => {
  const x = channelsFirst(graph, given);
  const { poolSize, strides, countPadding } = settings;
  const { margins, over } = marginsOf(settings, x.shape);
  const window: Record<string, Setting> = { kernel_shape: poolSize, strides };
  const hangs = over.some((rows) => rows > 0);
  if (countPadding && hangs) {
    // The margins count, what hangs over does not: the margins become part of the picture.
    const [top, bottom, left, right] = margins;
    const pads = graph.ints('pads', [0, 0, top, left, 0, 0, bottom, right]);
    const padded = graph.op('Pad', [x.name, pads], { mode: 'constant' });
    return picture(graph.op('AveragePool', [padded], { ...window, pads: padsOf([0, 0, 0, 0], over) }), shape);
  }
  const settled = { ...window, pads: padsOf(margins, over), count_include_pad: countPadding ? 1 : 0 };
  return picture(graph.op('AveragePool', [x.name], settled), shape);
};

/** One number for each channel, or a map of one position. */
export function pooledWhole(graph: ExportGraph, opType: string, given: ExportValue, shape: Shape): ExportValue {
  const pooled = graph.op(opType, [channelsFirst(graph, given).name]);
  if (shape.length === given.shape.length) return picture(pooled, shape);
  return { name: graph.op('Flatten', [pooled], { axis: 1 }), shape, axes: [0] };
}

export const globalAveragePooling2d: ExportRow<GlobalAveragePooling2D> = (_, graph, [x], shape) =>
  pooledWhole(graph, 'GlobalAveragePool', x, shape);

export const globalMaxPooling2d: ExportRow<GlobalMaxPooling2D> = (_, graph, [x], shape) =>
  pooledWhole(graph, 'GlobalMaxPool', x, shape);

/** Bins of one length at one distance are a pooling; others are cut out one by one. */
export const adaptiveAveragePooling2d: ExportRow<AdaptiveAveragePooling2D> = (layer, graph, [given], shape) => {
  const x = channelsFirst(graph, given);
  const [rows, columns] = layer.outputSize;
  if (rows * columns === 1) return pooledWhole(graph, 'GlobalAveragePool', x, shape);
  const [height, width] = x.shape;
  if (rows === height && columns === width) return x;
  if (height % rows === 0 && width % columns === 0) {
    const poolSize = [height / rows, width / columns];
    return picture(graph.op('AveragePool', [x.name], { kernel_shape: poolSize, strides: poolSize }), shape);
  }
  const once = averagedAlong(graph, x.name, 2, height, rows);
  return picture(averagedAlong(graph, once, 3, width, columns), shape);
};

function averagedAlong(graph: ExportGraph, x: string, axis: 2 | 3, size: number, count: number): string {
  if (size === count) return x;
  const means = new Map<string, string>();
  const parts = Array.from({ length: count }, (_, i) => {
    const start = Math.floor((i * size) / count);
    const end = Math.ceil(((i + 1) * size) / count);
    const key = `${start} ${end}`;
    const known = means.get(key);
    if (known !== undefined) return known;
    const part = slice(graph, x, [[axis, start, end]]);
    const length = end - start;
    const kernel = axis === 2 ? [length, 1] : [1, length];
    const mean = length === 1 ? part : graph.op('AveragePool', [part], { kernel_shape: kernel, strides: [1, 1] });
    means.set(key, mean);
    return mean;
  });
  return parts.length === 1 ? parts[0] : graph.op('Concat', parts, { axis });
}

/** A part of a value: axis (batch included), first position and the one behind the last. */
export function slice(
  graph: ExportGraph,
  x: string,
  cuts: readonly (readonly [axis: number, start: number, end: number])[],
): string {
  const list = (what: string, which: 0 | 1 | 2): string =>
    graph.ints(
      what,
      cuts.map((cut) => cut[which]),
    );
  return graph.op('Slice', [x, list('starts', 1), list('ends', 2), list('axes', 0)]);
}

/** From which opset on axes are an input. */
const axesAsInput = { ReduceMean: 18, ReduceMax: 18, ReduceSum: 13 } as const;

/** A reduction over some of Striate's axes (without the batch). */
export function reduced(
  graph: ExportGraph,
  opType: keyof typeof axesAsInput,
  x: ExportValue,
  axes: readonly number[],
  keepDims: boolean,
): ExportValue {
  const places = axes.map((axis) => placeOf(x, axis)).sort((a, b) => a - b);
  const keepdims = keepDims ? 1 : 0;
  const name =
    graph.opset >= axesAsInput[opType]
      ? graph.op(opType, [x.name, graph.ints('axes', places)], { keepdims })
      : graph.op(opType, [x.name], { axes: places, keepdims });
  if (keepDims) {
    const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    return { name, shape, axes: x.axes };
  }
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const left = x.axes.filter((axis) => kept.includes(axis)).map((axis) => kept.indexOf(axis));
  return { name, shape: kept.map((axis) => x.shape[axis]), axes: left };
}

const reductions = { mean: 'ReduceMean', sum: 'ReduceSum', max: 'ReduceMax' } as const;

export const reduce: ExportRow<Reduce> = ({ operation, axes, keepDims }, graph, [x]) => {
  const own = axes.map((axis) => normalizeAxis(axis, x.shape.length + 1)! - 1);
  return own.length ? reduced(graph, reductions[operation], x, own, keepDims) : ordered(graph, x);
};
