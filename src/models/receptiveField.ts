import type { SymbolicTensor } from '../layers/layer.js';
import type { Topology } from './topology.js';

/** How much of the input one position of a value depends on: rows and columns. */
export type ReceptiveField = readonly [height: number, width: number];

interface Field {
  readonly size: ReceptiveField;
  /** Input pixels between neighbouring positions. */
  readonly jump: ReceptiveField;
}

const pair = (of: (axis: 0 | 1) => number): [number, number] => [of(0), of(1)];

/**
 * The receptive field of every value of a model, padding not counted (Araujo, Norris & Sim 2019): each window of k
 * positions, d apart, adds (k − 1)·d steps of the layer before; where paths meet, the largest counts. Undefined for values
 * that do not come from a picture.
 */
export function receptiveFields(topology: Topology): ReadonlyMap<SymbolicTensor, ReceptiveField> {
  const fields = new Map<SymbolicTensor, Field>();
  for (const input of topology.inputs) {
    if (input.shape.length === 3) fields.set(input, { size: [1, 1], jump: [1, 1] });
  }
  for (const { layer, inputs, output } of topology.calls) {
    const known = inputs.map((value) => fields.get(value)).filter((field) => field !== undefined);
    if (known.length === 0) continue;
    const size = pair((axis) => Math.max(...known.map((field) => field.size[axis])));
    const jump = pair((axis) => Math.max(...known.map((field) => field.jump[axis])));
    const window = layer.window?.();
    const shape = inputs[0].shape;
    const flattened = window === undefined && shape.length === 3 && output.shape.length < 3;
    if (window === 'global' || flattened) {
      // Everything is seen: one window over all positions.
      const seen = pair((axis) => size[axis] + (shape.length === 3 ? (shape[axis] - 1) * jump[axis] : 0));
      fields.set(output, { size: seen, jump });
    } else if (window) {
      fields.set(output, {
        size: pair((axis) => size[axis] + (window.kernel[axis] - 1) * window.dilation[axis] * jump[axis]),
        jump: pair((axis) => jump[axis] * window.strides[axis]),
      });
    } else fields.set(output, { size, jump });
  }
  return new Map([...fields].map(([value, { size }]) => [value, size]));
}
