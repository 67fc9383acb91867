import { layers } from '../../../layers/index.js';
import { picture, pictureValue } from '../layout.js';
import type { OnnxNode } from '../onnxNode.js';
import type { SymbolicValue } from '../values.js';
import type { Importers } from './importer.js';

/** The pads of the four axes of ONNX, which may be given for some axes alone. */
function padsOf(node: OnnxNode): { readonly before: readonly number[]; readonly after: readonly number[] } {
  const listed = node.listed('pads', 1) ?? node.ints('paddings') ?? [];
  const axes = (node.numbers(3, 'axes') ?? [0, 1, 2, 3]).map((axis) => node.axis(axis, 4));
  node.expect(
    listed.length === 2 * axes.length && listed.every(Number.isInteger),
    `pads must be two whole numbers for each of ${axes.length} axes; received [${listed.join(', ')}]`,
  );
  const at = (axis: number, offset: number): number => (axes.includes(axis) ? listed[axes.indexOf(axis) + offset] : 0);
  return {
    before: [0, 1, 2, 3].map((axis) => at(axis, 0)),
    after: [0, 1, 2, 3].map((axis) => at(axis, axes.length)),
  };
}

function pad(node: OnnxNode): SymbolicValue {
  const mode = node.text('mode', 'constant');
  node.expect(
    mode === 'constant',
    `mode must be 'constant' (zeros); received '${mode}'; replace the padding before export`,
  );
  const value = node.hasAttribute('value') ? node.float('value', 0) : (node.numbers(2, 'the value')?.[0] ?? 0);
  node.expect(value === 0, `pictures can be padded with zeros only; received ${value}`);
  const given = node.symbolic(0);
  const { before, after } = padsOf(node);
  if ([...before, ...after].every((n) => n === 0)) return given;
  const x = picture(node);
  // Where the file has pictures as NHWC, its axes are named by the order of the value.
  const places = x.order.map((axis) => [before[axis], after[axis]] as const);
  const [examples, rows, columns, channels] = places;
  node.expect(
    examples.every((n) => n === 0),
    'the batch cannot be padded',
  );
  let { tensor } = x;
  const cut = places.slice(1).map(([first, last]) => [Math.max(0, -first), Math.max(0, -last)] as const);
  if (cut.flat().some((n) => n > 0)) {
    const size = tensor.shape.map((n, axis) => n - cut[axis][0] - cut[axis][1]);
    node.expect(
      size.every((n) => n > 0),
      `nothing is left of ${node.shapeText(x)}`,
    );
    tensor = node.apply(layers.slice({ begin: cut.map(([first]) => first), size, ...node.layerName('crop') }), tensor);
  }
  const positive = ([first, last]: readonly [number, number]): [number, number] => [
    Math.max(0, first),
    Math.max(0, last),
  ];
  const around = [positive(rows), positive(columns)] as const;
  if (around.flat().some((n) => n > 0)) {
    tensor = node.apply(layers.zeroPadding2d({ padding: around, ...node.layerName() }), tensor);
  }
  const [front, back] = positive(channels);
  if (front + back > 0) {
    tensor = node.apply(layers.padChannels({ before: front, after: back, ...node.layerName('channels') }), tensor);
  }
  return pictureValue(tensor);
}

/** Padding. */
export const paddings: Importers = { Pad: pad };
