import { layers } from '../../../../layers/index.js';
import { hasBatch } from '../dims.js';
import type { SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { OnnxOperators } from '../onnxOperator.js';
import { canonical } from '../valueLayout.js';
import { block, expectPositions, takeAlong } from './alongAxis.js';

/** The pads before and after an axis; negative ones cut off. */
type Pads = readonly [before: number, after: number];

/** The pads of ONNX's axes, which may be given for some axes alone. */
function padsOf(node: OnnxNode, { dims }: SymbolicValue): Pads[] {
  const listed = node.listed('pads', 1) ?? node.ints('paddings') ?? [];
  const given = node.numbers(3, 'axes') ?? dims.map((_, axis) => axis);
  const axes = given.map((axis) => node.axis(axis, dims.length));
  node.expect(
    listed.length === 2 * axes.length && listed.every(Number.isInteger),
    `pads must be two whole numbers for each of ${axes.length} axes`,
    { received: `[${listed.join(', ')}]` },
  );
  return dims.map((_, axis) => {
    const place = axes.indexOf(axis);
    return place < 0 ? [0, 0] : [listed[place], listed[place + axes.length]];
  });
}

/** Which position continues an axis beyond its ends, by mode; −1 for the constant. */
const continuations: Readonly<Record<string, (at: number, size: number) => number>> = {
  edge: (at, size) => Math.min(Math.max(at, 0), size - 1),
  reflect: (at, size) => {
    const period = Math.max(1, 2 * (size - 1));
    const place = ((at % period) + period) % period;
    return place < size ? place : period - place;
  },
  wrap: (at, size) => ((at % size) + size) % size,
  constant: (at, size) => (at >= 0 && at < size ? at : -1),
};

function pad(node: OnnxNode): SymbolicValue {
  const mode = node.text('mode', 'constant');
  node.expect(Object.hasOwn(continuations, mode), `mode must be ${Object.keys(continuations).join(', ')}`, {
    received: `'${mode}'`,
  });
  const x = canonical(node, node.symbolic(0));
  const pads = padsOf(node, x);
  if (pads.flat().every((n) => n === 0)) return x;
  node.expect(
    x.dims.every((n, axis) => !hasBatch(n) || pads[axis].every((count) => count === 0)),
    'the batch cannot be padded',
  );
  if (mode !== 'constant') return continued(node, x, pads, mode);
  const value = node.number('value', 2, 0);
  node.expect(Math.abs(value) < 1e30, 'values that pad must be numbers below 1e30', {
    received: value,
    advice: 'pad within the pooling layer',
  });
  if (value === 0) return withZeros(node, x, pads);
  // Zeros around the value less the constant, to which it is then added again.
  const shift = (given: SymbolicValue, offset: number, suffix: string): SymbolicValue =>
    node.like(given, layers.rescaling({ scale: 1, offset, ...node.layerName(suffix) }));
  return shift(withZeros(node, shift(x, -value, 'less'), pads), value, 'more');
}

function continued(node: OnnxNode, x: SymbolicValue, pads: readonly Pads[], mode: string): SymbolicValue {
  return pads.reduce((value, [before, after], axis) => {
    const size = value.dims[axis];
    if (before === 0 && after === 0) return value;
    expectPositions(node, before + size + after);
    const positions = Array.from({ length: Math.max(0, before + size + after) }, (_, i) =>
      continuations[mode](i - before, size),
    );
    return takeAlong(node, value, axis, positions, `axis${axis}`);
  }, x);
}

function withZeros(node: OnnxNode, given: SymbolicValue, pads: readonly Pads[]): SymbolicValue {
  const cut = pads.reduce((value, [before, after], axis) => {
    const size = value.dims[axis] + Math.min(0, before) + Math.min(0, after);
    return size === value.dims[axis] ? value : block(node, value, axis, Math.max(0, -before), size, `crop${axis}`);
  }, given);
  const left = pads.map(([before, after]): Pads => [Math.max(0, before), Math.max(0, after)]);
  if (cut.tensor.shape.length !== 3) return continued(node, cut, left, 'constant');
  const { dims, order } = cut;
  let { tensor } = cut;
  const [rows, columns, channels] = order.slice(1).map((axis): [number, number] => [left[axis][0], left[axis][1]]);
  const around = [rows, columns] as const;
  if (around.flat().some((n) => n > 0)) {
    tensor = node.apply(layers.zeroPadding2d({ padding: around, ...node.layerName() }), tensor);
  }
  const [before, after] = channels;
  if (before + after > 0) {
    tensor = node.apply(layers.padChannels({ before, after, ...node.layerName('channels') }), tensor);
  }
  return { kind: 'symbolic', tensor, dims: dims.map((n, axis) => n + left[axis][0] + left[axis][1]), order };
}

/** Padding. */
export const paddings = { Pad: { import: pad, wholeNumbers: 'kept' } } as const satisfies OnnxOperators;
