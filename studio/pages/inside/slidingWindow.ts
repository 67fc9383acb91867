import type { Padding, Pair } from 'striate';
import { extentOf, type UnitPlace, type UnitWindow, type Value } from './units.js';

/** How a window slides. */
export interface SlidingSettings {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
}

/** Where a layer's window lies for each of its units. */
export interface Sliding {
  /** Calls back with the first channel's place of each cell under the window that lies on the map, and its place in the kernel. */
  readonly each: (at: UnitPlace, visit: (cell: number, place: number) => void) => void;
  /** Calls back with each place of the output whose window covers a place of the map, and where in the kernel that lies. */
  readonly covering: (from: UnitPlace, visit: (row: number, column: number, place: number) => void) => void;
  readonly window: (at: UnitPlace) => UnitWindow;
  /** How many places of the window lie on the map. */
  readonly inside: (at: UnitPlace) => number;
  /** How many places of the window lie in the padding; what hangs over beyond it, as with rounding up, counts as nothing. */
  readonly padded: (at: UnitPlace) => number;
}

/** The shapes of what a layer takes and gives. */
interface Shapes {
  readonly inputs: readonly Pick<Value, 'shape'>[];
  readonly output: Pick<Value, 'shape'>;
}

/** A window over a layer's first input, its margins resolved: 'same' puts the odd row below. */
export function slidingWindow({ inputs: [{ shape }], output }: Shapes, settings: SlidingSettings): Sliding {
  const { kernel, strides, dilation, padding } = settings;
  const extent = extentOf(shape);
  const made = extentOf(output.shape);
  const margins = ([0, 1] as const).map((axis): readonly [number, number] => {
    if (padding === 'valid') return [0, 0];
    if (padding !== 'same') return [padding[2 * axis], padding[2 * axis + 1]];
    const span = (kernel[axis] - 1) * dilation[axis] + 1;
    const total = Math.max(0, (made[axis] - 1) * strides[axis] + span - extent[axis]);
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  });
  const first = ({ row, column }: UnitPlace): Pair => [
    row * strides[0] - margins[0][0],
    column * strides[1] - margins[1][0],
  ];
  /** Kernel places along an axis that lie on the map, or on it and its margins. */
  const counted = (axis: 0 | 1, from: number, withMargins: boolean): number => {
    let count = 0;
    for (let k = 0; k < kernel[axis]; k++) {
      const place = from + k * dilation[axis];
      const [before, after] = withMargins ? margins[axis] : [0, 0];
      if (place >= -before && place < extent[axis] + after) count++;
    }
    return count;
  };
  const cells = (at: UnitPlace, withMargins: boolean): number => {
    const [top, left] = first(at);
    return counted(0, top, withMargins) * counted(1, left, withMargins);
  };
  return {
    each: (at, visit) => {
      const [top, left] = first(at);
      for (let ky = 0; ky < kernel[0]; ky++) {
        const row = top + ky * dilation[0];
        if (row < 0 || row >= extent[0]) continue;
        for (let kx = 0; kx < kernel[1]; kx++) {
          const column = left + kx * dilation[1];
          if (column < 0 || column >= extent[1]) continue;
          visit((row * extent[1] + column) * extent[2], ky * kernel[1] + kx);
        }
      }
    },
    covering: (from, visit) => {
      const along = (axis: 0 | 1, k: number): number =>
        ([from.row, from.column][axis] + margins[axis][0] - k * dilation[axis]) / strides[axis];
      const isPlace = (place: number, axis: 0 | 1): boolean =>
        Number.isInteger(place) && place >= 0 && place < made[axis];
      for (let ky = 0; ky < kernel[0]; ky++) {
        const row = along(0, ky);
        if (!isPlace(row, 0)) continue;
        for (let kx = 0; kx < kernel[1]; kx++) {
          const column = along(1, kx);
          if (isPlace(column, 1)) visit(row, column, ky * kernel[1] + kx);
        }
      }
    },
    window: (at) => {
      const [row, column] = first(at);
      const [height, width] = [(kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1];
      return { row, column, height, width, every: dilation };
    },
    inside: (at) => cells(at, false),
    padded: (at) => cells(at, true) - cells(at, false),
  };
}
