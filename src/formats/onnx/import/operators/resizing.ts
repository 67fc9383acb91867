import { layers } from '../../../../layers/index.js';
import { arrange, canonical, pictureValue } from '../valueLayout.js';
import type { OnnxNode } from '../onnxNode.js';
import { batch, pictureOrder, type SymbolicValue } from '../values.js';
import { expectMatrix, mixAlong, takeAlong } from './alongAxis.js';
import type { Importers } from './importer.js';
import { isKnown, resamplingMatrix, type AxisSizes, type Resampling } from './resampling.js';

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

function resize(node: OnnxNode): SymbolicValue {
  const x = canonical(node, node.symbolic(0));
  const sizes = sizesOf(node, x);
  const settings = settingsOf(node);
  node.expect(
    sizes.length === x.dims.length && sizes.every(({ from, to }) => to >= 1 && (from !== batch || to === batch)),
    `the batch must stay as it is, and something must be left of ${node.shapeText(x)}; received sizes ` +
      `[${sizes.map(({ from, to }) => (from === batch && to === batch ? 'batch' : to)).join(', ')}]`,
  );
  node.expect(
    isKnown(settings),
    `the mode must be nearest, linear or cubic by one of ONNX's rules; received '${settings.mode}' with ` +
      `'${settings.rule}' and '${settings.rounding}'`,
  );
  const region = node.has(1) && settings.rule === 'tf_crop_and_resize' ? node.numbers(1, 'the region') : undefined;
  node.expect(
    settings.rule !== 'tf_crop_and_resize' ||
      (region?.length === 2 * (node.ints('axes')?.length ?? x.dims.length) &&
        node.float('extrapolation_value', 0) === 0),
    'a region (roi) must be given, and the extrapolated value must be 0',
  );
  const factors = enlargement(sizes, settings);
  if (factors?.some((n) => n > 1)) {
    const interpolation = settings.mode === 'nearest' ? 'nearest' : 'bilinear';
    const layer = layers.upSampling2d({ size: factors, interpolation, ...node.layerName() });
    const upright = x.order.join() === pictureOrder.join() ? x : arrange(node, x, pictureOrder);
    return pictureValue(node.apply(layer, upright.tensor));
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
export const resizings: Importers = { Resize: resize, Upsample: resize };
