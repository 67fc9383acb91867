import type {
  CenterCrop,
  Cropping1D,
  Cropping2D,
  Flatten,
  PadChannels,
  Permute,
  Reshape,
  Slice,
  ZeroPadding1D,
  ZeroPadding2D,
} from '../../../layers/index.js';
import { sizeOf, type Shape } from '../../../tensor/index.js';
import type { ExportGraph } from './exportGraph.js';
import { slice } from './exportPoolings.js';
import {
  arranged,
  channelsFirstAxes,
  type ExportRow,
  flattenedOrder,
  isInOrder,
  ordered,
  placeOf,
  plain,
  plainAxes,
  reshape,
  sizesIn,
  type ExportValue,
} from './exportValues.js';

/** A vector keeps the file's order; what follows turns its weights around instead. */
function flattened(graph: ExportGraph, x: ExportValue, shape: Shape): ExportValue {
  if (x.shape.length === 1) return x;
  const order = flattenedOrder(x);
  return { name: graph.op('Flatten', [x.name], { axis: 1 }), shape, axes: [0], order, picture: x };
}

export const flatten: ExportRow<Flatten> = (_, graph, [x], shape) => flattened(graph, x, shape);

export const reshaping: ExportRow<Reshape> = (_, graph, [x], shape) => {
  if (shape.length === 1) return flattened(graph, x, shape);
  const source = isInOrder(x) ? x : plain(graph, x);
  // A picture of one pixel or of one channel is channels first at no cost.
  const first = channelsFirstAxes(shape.length);
  const free = shape.length === 3 && isInOrder({ shape, axes: first });
  const result = { name: '', shape, axes: free ? first : plainAxes(shape.length) };
  return { ...result, name: reshape(graph, source.name, sizesIn(result)) };
};

/** The axes get other numbers and stay where they are. */
export const permute: ExportRow<Permute> = ({ dims }, _, [x], shape) => ({
  ...x,
  shape,
  axes: x.axes.map((axis) => dims.indexOf(axis + 1)),
});

function padded(graph: ExportGraph, x: ExportValue, before: Shape, after: Shape, shape: Shape): ExportValue {
  if (sizeOf(shape) === sizeOf(x.shape)) return x;
  const pads = [before, after].flatMap((margins) => [0, ...x.axes.map((axis) => margins[axis])]);
  return { ...x, shape, name: graph.op('Pad', [x.name, graph.ints('pads', pads)], { mode: 'constant' }) };
}

export const padChannels: ExportRow<PadChannels> = ({ before, after }, graph, [x], shape) =>
  padded(graph, x, [0, 0, before], [0, 0, after], shape);

export const zeroPadding1d: ExportRow<ZeroPadding1D> = ({ padding: [before, after] }, graph, [x], shape) =>
  padded(graph, x, [before, 0], [after, 0], shape);

export const zeroPadding2d: ExportRow<ZeroPadding2D> = ({ padding }, graph, [x], shape) => {
  const [top, bottom, left, right] = padding;
  return padded(graph, x, [top, left, 0], [bottom, right, 0], shape);
};

/** The part of a value of this shape that begins there. */
export function cutOut(graph: ExportGraph, given: ExportValue, begin: Shape, shape: Shape): ExportValue {
  const x = ordered(graph, given);
  const cuts = shape.flatMap((size, axis) =>
    size === x.shape[axis] ? [] : [[placeOf(x, axis), begin[axis], begin[axis] + size] as const],
  );
  return cuts.length ? { ...x, shape, name: slice(graph, x.name, cuts) } : x;
}

export const slicing: ExportRow<Slice> = ({ begin }, graph, [x], shape) => cutOut(graph, x, begin, shape);

export const cropping1d: ExportRow<Cropping1D> = ({ cropping: [before] }, graph, [x], shape) =>
  cutOut(graph, x, [before, 0], shape);

export const cropping2d: ExportRow<Cropping2D> = ({ cropping: [top, , left] }, graph, [x], shape) =>
  cutOut(graph, x, [top, left, 0], shape);

export const centerCrop: ExportRow<CenterCrop> = (layer, graph, [x], shape) => {
  const [top, , left] = layer.margins(x.shape);
  return cutOut(graph, x, [top, left, 0], shape);
};

/** A model's output as those who read the file expect it: vectors in Striate's order, pictures in the file's layout. */
export function delivered(graph: ExportGraph, x: ExportValue, layout: 'NCHW' | 'NHWC'): ExportValue {
  const rank = x.shape.length;
  const axes = rank === 3 && layout === 'NCHW' ? channelsFirstAxes(rank) : plainAxes(rank);
  return arranged(graph, ordered(graph, x), axes);
}
