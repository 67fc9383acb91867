import type { OnnxNode } from '../onnxNode.js';

/** [height, width]. */
export type Sizes = readonly [number, number];

/** [top, bottom, left, right]. */
export type Sides = readonly [number, number, number, number];

/** Two numbers of an attribute; the same one twice where it is left out. A signal's one number is for columns. */
export function pairOf(node: OnnxNode, attribute: string, otherwise: number): Sizes {
  const values = node.ints(attribute) ?? [otherwise, otherwise];
  if (values.length === 1) return [attribute === 'kernel_shape' ? 1 : otherwise, values[0]];
  node.expect(values.length === 2, `${attribute} must have two numbers, for pictures`, {
    received: `[${values.join(', ')}]`,
    advice: 'volumes (3D) cannot be imported',
  });
  return [values[0], values[1]];
}

/** How a window is padded: auto_pad, or pads in ONNX's order (top, left, bottom, right). */
export function sidesOf(
  node: OnnxNode,
  { input, kernel, strides, dilation }: { input: Sizes; kernel: Sizes; strides: Sizes; dilation: Sizes },
): 'same' | Sides {
  const auto = node.text('auto_pad', 'NOTSET');
  if (auto === 'SAME_UPPER') return 'same';
  if (auto === 'VALID') return [0, 0, 0, 0];
  if (auto === 'SAME_LOWER') {
    const [rows, columns] = ([0, 1] as const).map((axis) => {
      const output = Math.ceil(input[axis] / strides[axis]);
      const span = (kernel[axis] - 1) * dilation[axis] + 1;
      const total = Math.max(0, (output - 1) * strides[axis] + span - input[axis]);
      return [Math.ceil(total / 2), Math.floor(total / 2)] as const;
    });
    return [...rows, ...columns];
  }
  const listed = node.ints('pads') ?? [0, 0, 0, 0];
  const pads = listed.length === 2 ? [0, listed[0], 0, listed[1]] : listed;
  node.expect(pads.length === 4 && pads.every((n) => n >= 0), 'pads must be four numbers from 0', {
    received: `[${pads.join(', ')}]`,
  });
  const [top, left, bottom, right] = pads;
  return [top, bottom, left, right];
}
