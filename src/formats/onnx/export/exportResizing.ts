import type { Resizing, UpSampling2D } from '../../../layers/index.js';
import type { CoordinateMode, NearestRounding, Resize2dAttributes } from '../../../ops/index.js';
import type { Shape } from '../../../tensor/index.js';
import { mixed } from './exportArithmetic.js';
import type { ExportGraph, Setting } from './exportGraph.js';
import { cutOut } from './exportShapings.js';
import { channelsFirst, picture, type ExportRow, type ExportValue } from './exportValues.js';

/** A map made larger, between its pixels' centres or by repeating them. */
export function resized(
  graph: ExportGraph,
  x: string,
  scales: readonly number[],
  interpolation: 'nearest' | 'bilinear',
): string {
  const settings: Record<string, Setting> =
    interpolation === 'nearest'
      ? { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
      : { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
  // The region of interest has to be there until opset 13, and may be empty.
  const region = graph.opset < 13 ? graph.floats('roi', [], [0]) : '';
  return graph.op('Resize', [x, region, graph.floats('scales', [...scales])], settings);
}

const coordinates = {
  halfPixel: 'half_pixel',
  pytorchHalfPixel: 'pytorch_half_pixel',
  alignCorners: 'align_corners',
  asymmetric: 'asymmetric',
} as const satisfies Record<CoordinateMode, string>;

const roundings = {
  roundPreferFloor: 'round_prefer_floor',
  roundPreferCeil: 'round_prefer_ceil',
  floor: 'floor',
  ceil: 'ceil',
} as const satisfies Record<NearestRounding, string>;

/** A map of another size; [batch, C, ...from] → [batch, C, ...to]. */
function resizedTo(graph: ExportGraph, x: string, attributes: Resize2dAttributes): string {
  const { to, interpolation } = attributes;
  const settings: Record<string, Setting> = { coordinate_transformation_mode: coordinates[attributes.coordinates] };
  if (interpolation === 'nearest')
    Object.assign(settings, { mode: 'nearest', nearest_mode: roundings[attributes.rounding] });
  else settings.mode = 'linear';
  // Scales would be rounded; of sizes, the batch's is not known before.
  const known = graph.op('Slice', [
    graph.op('Shape', [x]),
    graph.ints('starts', [0]),
    graph.ints('ends', [2]),
    graph.ints('axes', [0]),
  ]);
  const sizes = graph.op('Concat', [known, graph.ints('sizes', to)], { axis: 0 });
  const none = graph.opset < 13 ? ['roi', 'scales'].map((what) => graph.floats(what, [], [0])) : ['', ''];
  return graph.op('Resize', [x, ...none, sizes], settings);
}

/** A picture whose rows and columns are multiplied by matrices, where there are some. */
export function mixedBoth(
  graph: ExportGraph,
  x: ExportValue,
  matrices: readonly (Float32Array | undefined)[],
  shape: Shape,
): ExportValue {
  return matrices.reduce<ExportValue>((y, matrix, axis) => {
    if (!matrix) return y;
    const numbers = graph.floats(axis ? 'columns' : 'rows', matrix, [y.shape[axis], shape[axis]]);
    return mixed(graph, y, axis, numbers, shape[axis]);
  }, x);
}

export const upSampling2d: ExportRow<UpSampling2D> = (layer, graph, [given], shape) => {
  const { size, interpolation } = layer;
  if (interpolation === 'nearest' || interpolation === 'bilinear') {
    return picture(resized(graph, channelsFirst(graph, given).name, [1, 1, ...size], interpolation), shape);
  }
  return mixedBoth(graph, given, layer.matrices(given.shape), shape);
};

export const resizing: ExportRow<Resizing> = (layer, graph, [given], shape) => {
  const { begin, size } = layer.region(given.shape);
  const part = cutOut(graph, given, [...begin, 0], [...size, shape[2]]);
  const attributes = layer.attributes(size);
  if (!attributes) return mixedBoth(graph, part, layer.matrices(size), shape);
  return picture(resizedTo(graph, channelsFirst(graph, part).name, attributes), shape);
};
