import { layers } from '../../../layers/index.js';
import { picture, pictureValue } from '../layout.js';
import type { OnnxNode } from '../onnxNode.js';
import { batch, type SymbolicValue } from '../values.js';
import type { Importers } from './importer.js';

/** How many times as large each of ONNX's axes becomes. */
function scalesOf(node: OnnxNode, { dims }: SymbolicValue): number[] {
  const attribute = node.floats('scales');
  if (attribute) return attribute;
  const [scaleInput, sizeInput] = node.op === 'Upsample' || node.opset < 11 ? [1, -1] : [2, 3];
  const axes = node.ints('axes') ?? dims.map((_, axis) => axis);
  const spread = (values: readonly number[]): number[] =>
    dims.map((_, axis) => (axes.includes(axis) ? values[axes.indexOf(axis)] : 1));
  const scales = node.has(scaleInput) ? node.numbers(scaleInput, 'scales') : undefined;
  if (scales?.length) return spread(scales);
  const sizes = sizeInput > 0 ? node.numbers(sizeInput, 'sizes') : undefined;
  node.expect(sizes !== undefined, 'scales or sizes must be given');
  return spread(axes.map((axis, i) => (dims[axis] === batch ? 1 : sizes[i] / dims[axis])));
}

/** Rules by which every pixel is repeated as often as the next when a picture grows a whole number of times. */
const repeating: Readonly<Record<string, readonly string[]>> = {
  asymmetric: ['floor'],
  half_pixel: ['round_prefer_floor', 'round_prefer_ceil'],
  pytorch_half_pixel: ['round_prefer_floor', 'round_prefer_ceil'],
  tf_half_pixel_for_nn: ['floor'],
};

function resize(node: OnnxNode): SymbolicValue {
  const x = picture(node);
  const [examples, channels, rows, columns] = scalesOf(node, x);
  node.expect(examples === 1 && channels === 1, 'only rows and columns can be resized');
  const size = [rows, columns].map((n) => (Math.abs(n - Math.round(n)) < 1e-6 ? Math.round(n) : n));
  if (size.every((n) => n === 1)) return x;
  node.expect(
    size.every((n) => Number.isInteger(n) && n >= 1),
    `pictures can only grow by whole factors; received ${size.join(' × ')}`,
  );
  const mode = node.text('mode', 'nearest');
  const old = node.op === 'Upsample' || node.opset < 11;
  const rule = node.text('coordinate_transformation_mode', old ? 'asymmetric' : 'half_pixel');
  const pixels = node.text('nearest_mode', old ? 'floor' : 'round_prefer_floor');
  const nearest = mode === 'nearest';
  const halved = size.every((n) => n <= 2) && rule === 'asymmetric' && pixels === 'round_prefer_floor';
  const fits = nearest
    ? halved || (repeating[rule]?.includes(pixels) ?? false)
    : mode === 'linear' && ['half_pixel', 'pytorch_half_pixel'].includes(rule);
  node.expect(
    fits,
    `the mode must be nearest (pixels repeated) or linear between centres of pixels (align_corners=False); received ` +
      `'${mode}' with '${rule}'${nearest ? ` and '${pixels}'` : ''}`,
  );
  const layer = layers.upSampling2d({
    size: [size[0], size[1]],
    interpolation: nearest ? 'nearest' : 'bilinear',
    ...node.layerName(),
  });
  return pictureValue(node.apply(layer, x.tensor));
}

/** Enlarging. */
export const resizings: Importers = { Resize: resize, Upsample: resize };
