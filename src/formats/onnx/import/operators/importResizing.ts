import { layers, type ResizingOptions } from '../../../../layers/index.js';
import type { CoordinateMode, NearestRounding } from '../../../../ops/index.js';
import { batch } from '../dims.js';
import { noAxis, pictureOrder, type SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { OnnxOperators } from '../onnxOperator.js';
import { arrange, canonical, pictureValue } from '../valueLayout.js';
import { expectMatrix, expectPositions, mixAlong, takeAlong } from './alongAxis.js';

/** How the positions of a resized axis are made of the old ones: what ONNX's Resize says about one axis. */
interface Resampling {
  readonly mode: string;
  /** `coordinate_transformation_mode`. */
  readonly rule: string;
  /** `nearest_mode`. */
  readonly rounding: string;
  readonly cubicCoefficient: number;
  readonly excludeOutside: boolean;
  readonly antialias: boolean;
  /** Where the region begins and ends, from 0 to 1, for `tf_crop_and_resize`. */
  readonly region: readonly [number, number];
}

/** The sizes of an axis before and after; `scale` need not be their quotient, as sizes are rounded down. */
interface AxisSizes {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

type Coordinate = (x: number, sizes: AxisSizes, region: readonly [number, number]) => number;

const halfPixel: Coordinate = (x, { scale }) => (x + 0.5) / scale - 0.5;

/** Where a new position lies among the old ones, by rule. */
const coordinates: Readonly<Record<string, Coordinate>> = {
  half_pixel: halfPixel,
  pytorch_half_pixel: (x, sizes, region) => (sizes.to > 1 ? halfPixel(x, sizes, region) : 0),
  half_pixel_symmetric: (x, { from, to, scale }) => (from / 2) * (1 - to / (scale * from)) + (x + 0.5) / scale - 0.5,
  // The size counts before it is rounded down, as in ONNX's own tests.
  align_corners: (x, { from, scale }) => (scale * from === 1 ? 0 : (x * (from - 1)) / (scale * from - 1)),
  asymmetric: (x, { scale }) => x / scale,
  tf_half_pixel_for_nn: (x, { scale }) => (x + 0.5) / scale,
  tf_crop_and_resize: (x, { from, to }, [start, end]) =>
    to > 1 ? start * (from - 1) + (x * (end - start) * (from - 1)) / (to - 1) : 0.5 * (start + end) * (from - 1),
};

const roundings: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Keys (1981): the share of a position at this distance. */
function cubic(distance: number, a: number): number {
  const d = Math.abs(distance);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

/** Whether ONNX knows mode, rule and rounding. */
const isKnown = ({ mode, rule, rounding }: Resampling): boolean =>
  ['nearest', 'linear', 'cubic'].includes(mode) &&
  Object.hasOwn(coordinates, rule) &&
  Object.hasOwn(roundings, rounding);

/** The matrix that resizes an axis: a row for each old, a column for each new position. */
function resamplingMatrix(sizes: AxisSizes, settings: Resampling): Float32Array {
  const { from, to } = sizes;
  const matrix = new Float32Array(from * to);
  for (let x = 0; x < to; x++) {
    const at = coordinates[settings.rule](x, sizes, settings.region);
    // What lies outside of the picture is the extrapolated value, which is 0.
    if (settings.rule === 'tf_crop_and_resize' && (at < 0 || at > from - 1)) continue;
    for (const { position, share } of sharesAt(at, sizes, settings)) matrix[position * to + x] += share;
  }
  return matrix;
}

function sharesAt(
  at: number,
  { from, scale }: AxisSizes,
  { mode, rounding, cubicCoefficient, excludeOutside, antialias }: Resampling,
): { readonly position: number; readonly share: number }[] {
  const inside = (position: number): number => Math.min(Math.max(position, 0), from - 1);
  if (mode === 'nearest') return [{ position: inside(roundings[rounding](at)), share: 1 }];
  const stretch = antialias ? Math.min(scale, 1) : 1;
  const reach = (mode === 'cubic' ? 2 : 1) / stretch;
  const weigh = (distance: number): number =>
    mode === 'cubic' ? cubic(distance * stretch, cubicCoefficient) : Math.max(0, 1 - Math.abs(distance * stretch));
  const shares: { position: number; share: number }[] = [];
  for (let i = Math.floor(at - reach) + 1; i <= Math.floor(at) + Math.ceil(reach); i++) {
    const outside = i < 0 || i >= from;
    if (!(outside && excludeOutside)) shares.push({ position: inside(i), share: weigh(i - at) });
  }
  const total = shares.reduce((sum, { share }) => sum + share, 0);
  return shares.map(({ position, share }) => ({ position, share: share / total }));
}

/** The sizes of each of ONNX's axes before and after. */
function sizesOf(node: OnnxNode, { dims }: SymbolicValue): AxisSizes[] {
  const byScales = (scales: readonly number[]): AxisSizes[] =>
    dims.map((from, axis) => ({ from, to: Math.floor(from * scales[axis] + 1e-9), scale: scales[axis] }));
  const attribute = node.floats('scales');
  if (attribute) return byScales(attribute);
  if (node.hasAttribute('height_scale')) {
    return byScales([1, 1, node.float('height_scale', 1), node.float('width_scale', 1)]);
  }
  const [scaleInput, sizeInput] = node.op === 'Upsample' || node.opset < 11 ? [1, -1] : [2, 3];
  const axes = (node.ints('axes') ?? dims.map((_, axis) => axis)).map((axis) => node.axis(axis, dims.length));
  const given = (values: readonly number[], axis: number): number | undefined => values[axes.indexOf(axis)];
  const scales = node.has(scaleInput) ? node.numbers(scaleInput, 'scales') : undefined;
  if (scales?.length) return byScales(dims.map((_, axis) => given(scales, axis) ?? 1));
  const wanted = sizeInput > 0 ? node.numbers(sizeInput, 'sizes') : undefined;
  node.expect(wanted?.length === axes.length, 'scales or sizes must be given for each axis');
  const policy = node.text('keep_aspect_ratio_policy', 'stretch');
  const ratios = axes.map((axis, i) => wanted[i] / dims[axis]);
  const common = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return dims.map((from, axis) => {
    const size = given(wanted, axis);
    if (size === undefined || from === batch) return { from, to: from, scale: 1 };
    if (policy === 'stretch') return { from, to: size, scale: size / from };
    return { from, to: Math.round(common * from), scale: common };
  });
}

/** Rules by which every pixel is repeated as often as the next when a picture grows a whole number of times. */
const repeating: Readonly<Record<string, readonly string[]>> = {
  asymmetric: ['floor'],
  half_pixel: ['round_prefer_floor', 'round_prefer_ceil'],
  pytorch_half_pixel: ['round_prefer_floor', 'round_prefer_ceil'],
  half_pixel_symmetric: ['round_prefer_floor', 'round_prefer_ceil'],
  tf_half_pixel_for_nn: ['floor'],
};

function settingsOf(node: OnnxNode): Resampling {
  const old = node.op === 'Upsample' || node.opset < 11;
  const mode = node.text('mode', 'nearest');
  return {
    // What Upsample was first called by.
    mode: mode === 'bilinear' ? 'linear' : mode,
    rule: node.text('coordinate_transformation_mode', old ? 'asymmetric' : 'half_pixel'),
    rounding: node.text('nearest_mode', old ? 'floor' : 'round_prefer_floor'),
    cubicCoefficient: node.float('cubic_coeff_a', -0.75),
    excludeOutside: node.int('exclude_outside', 0) === 1,
    antialias: node.int('antialias', 0) === 1,
    region: [0, 1],
  };
}

/** Whole factors for rows and columns that a layer of its own enlarges by; undefined where there are none. */
function enlargement(
  sizes: readonly AxisSizes[],
  { mode, rule, rounding, antialias }: Resampling,
): [number, number] | undefined {
  const [examples, channels, ...factors] = sizes.map(({ scale }) => (Math.abs(scale % 1) < 1e-6 ? scale : NaN));
  if (sizes.length !== 4 || examples !== 1 || channels !== 1 || factors.some((n) => !(n >= 1)) || antialias) {
    return undefined;
  }
  const halved = factors.every((n) => n <= 2) && rule === 'asymmetric' && rounding === 'round_prefer_floor';
  const fits =
    mode === 'nearest'
      ? halved || (repeating[rule]?.includes(rounding) ?? false)
      : mode === 'linear' && ['half_pixel', 'half_pixel_symmetric'].includes(rule);
  return fits ? [factors[0], factors[1]] : undefined;
}

/** Rules that a layer of its own has, and roundings. */
const layerCoordinates: Readonly<Record<string, CoordinateMode>> = {
  half_pixel: 'halfPixel',
  half_pixel_symmetric: 'halfPixel',
  pytorch_half_pixel: 'pytorchHalfPixel',
  align_corners: 'alignCorners',
  asymmetric: 'asymmetric',
};

const layerRoundings: Readonly<Record<string, NearestRounding>> = {
  round_prefer_floor: 'roundPreferFloor',
  round_prefer_ceil: 'roundPreferCeil',
  floor: 'floor',
  ceil: 'ceil',
};

/** The layer that resizes rows and columns, where sizes and scales say the same and it knows the rule; else undefined. */
function resizingOptions(
  sizes: readonly AxisSizes[],
  { mode, rule, rounding, antialias, excludeOutside }: Resampling,
): ResizingOptions | undefined {
  const [examples, channels, rows, columns] = sizes;
  const exact = ({ from, to, scale }: AxisSizes): boolean => Math.abs(from * scale - to) <= 1e-5 * to;
  const plain = sizes.length === 4 && [examples, channels].every(({ from, to }) => from === to);
  if (!plain || !exact(rows) || !exact(columns) || !Object.hasOwn(layerCoordinates, rule)) return undefined;
  if (mode === 'cubic' || antialias || excludeOutside) return undefined;
  return {
    height: rows.to,
    width: columns.to,
    interpolation: mode === 'nearest' ? 'nearest' : 'bilinear',
    coordinates: layerCoordinates[rule],
    ...(mode === 'nearest' && { rounding: layerRoundings[rounding] }),
  };
}

function resize(node: OnnxNode): SymbolicValue {
  const x = canonical(node, node.symbolic(0));
  const sizes = sizesOf(node, x);
  const settings = settingsOf(node);
  node.expect(
    sizes.length === x.dims.length && sizes.every(({ from, to }) => to >= 1 && (from !== batch || to === batch)),
    `the batch must stay as it is, and something must be left of ${node.shapeText(x)}`,
    { received: `sizes [${sizes.map(({ from, to }) => (from === batch && to === batch ? 'batch' : to)).join(', ')}]` },
  );
  node.expect(isKnown(settings), "the mode must be nearest, linear or cubic by one of ONNX's rules", {
    received: `'${settings.mode}' with '${settings.rule}' and '${settings.rounding}'`,
  });
  const region = node.has(1) && settings.rule === 'tf_crop_and_resize' ? node.numbers(1, 'the region') : undefined;
  node.expect(
    settings.rule !== 'tf_crop_and_resize' ||
      (region?.length === 2 * (node.ints('axes')?.length ?? x.dims.length) &&
        node.float('extrapolation_value', 0) === 0),
    'a region (roi) must be given, and the extrapolated value must be 0',
  );
  const factors = x.order[0] === noAxis ? undefined : enlargement(sizes, settings);
  if (factors?.some((n) => n > 1)) {
    const interpolation = settings.mode === 'nearest' ? 'nearest' : 'bilinear';
    const layer = layers.upSampling2d({ size: factors, interpolation, ...node.layerName() });
    const upright = arrange(node, x, pictureOrder);
    return pictureValue(node.apply(layer, upright.tensor));
  }
  const options =
    x.order[0] === noAxis || sizes.every(({ from, to }) => from === to) ? undefined : resizingOptions(sizes, settings);
  if (options) {
    for (const { to } of sizes) if (to !== batch) expectPositions(node, to);
    const upright = arrange(node, x, pictureOrder);
    return pictureValue(node.apply(layers.resizing({ ...options, ...node.layerName() }), upright.tensor));
  }
  const axes = (node.ints('axes') ?? x.dims.map((_, axis) => axis)).map((axis) => node.axis(axis, x.dims.length));
  return sizes.reduce((value, size, axis) => {
    const place = axes.indexOf(axis);
    const own = region && place >= 0 ? ([region[place], region[place + axes.length]] as const) : settings.region;
    const same = size.from === size.to && size.scale === 1 && own[0] === 0 && own[1] === 1;
    if (same || size.from === batch) return value;
    expectMatrix(node, size.from, size.to);
    const matrix = resamplingMatrix(size, { ...settings, region: own });
    const positions = settings.mode === 'nearest' ? positionsOf(matrix, size) : undefined;
    if (positions) return takeAlong(node, value, axis, positions, `axis${axis}`);
    return mixAlong(node, value, axis, { matrix, units: size.to }, `axis${axis}`);
  }, x);
}

/** Which old position each new one repeats; −1 where it is none. */
const positionsOf = (matrix: Float32Array, { from, to }: AxisSizes): number[] =>
  Array.from({ length: to }, (_, i) => Array.from({ length: from }, (__, j) => matrix[j * to + i]).indexOf(1));

/** Pictures of another size. */
export const resizings = { Resize: { import: resize }, Upsample: { import: resize } } as const satisfies OnnxOperators;
