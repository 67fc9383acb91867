import type { LayerWindow, SymbolicTensor } from '../layers/layer.js';
import type { Shape } from '../tensor/index.js';
import type { Topology } from './topology.js';

/** Places along an axis, both ends counted; below 0 and beyond the last where windows reach into padding. */
export type Span = readonly [first: number, last: number];

/** Rows and columns. */
export type Spans = readonly [rows: Span, columns: Span];

/** Rows and columns of a picture; a signal [steps, channels] has a single row, a vector a single place. */
function extentOf(shape: Shape): readonly [number, number] {
  if (shape.length < 2) return [1, 1];
  return shape.length === 2 ? [1, shape[0]] : [shape[0], shape[1]];
}

/**
 * Where the receptive field of one position of a value lies on an input: the rows and columns that it depends on, found from the
 * value back, window by window. Undefined where it depends on none.
 *
 * @param at row and column of the position
 * @param padding 'counted': as windows lie, over edges, too; 'left out': only what lies on each map, and so on the input
 */
export function receptiveFieldAt(
  topology: Topology,
  value: SymbolicTensor,
  at: readonly [row: number, column: number],
  padding: 'counted' | 'left out' = 'counted',
  input: SymbolicTensor = topology.inputs[0],
): Spans | undefined {
  const seen = new Map<SymbolicTensor, Spans>([
    [
      value,
      [
        [at[0], at[0]],
        [at[1], at[1]],
      ],
    ],
  ]);
  for (const { layer, inputs, output } of topology.predictionCalls.toReversed()) {
    const spans = seen.get(output);
    if (!spans) continue;
    const window = layer.window?.();
    for (const from of inputs) {
      const reached = spansBefore(spans, window, from.shape, output.shape);
      const before = padding === 'counted' ? reached : onMap(reached, from.shape);
      if (!before) continue;
      const sofar = seen.get(from);
      seen.set(from, sofar ? [union(sofar[0], before[0]), union(sofar[1], before[1])] : before);
    }
  }
  return seen.get(input);
}

/** What of some rows and columns lies on a map; undefined where nothing does. */
function onMap(spans: Spans, shape: Shape): Spans | undefined {
  const extent = extentOf(shape);
  const [rows, columns] = spans.map(([first, last], axis): Span => [
    Math.max(0, first),
    Math.min(extent[axis] - 1, last),
  ]);
  return rows[0] <= rows[1] && columns[0] <= columns[1] ? [rows, columns] : undefined;
}

function union(a: Span, b: Span): Span {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}

function spansBefore(spans: Spans, window: LayerWindow | 'global' | undefined, from: Shape, to: Shape): Spans {
  const [before, after] = [extentOf(from), extentOf(to)];
  const along = (axis: 0 | 1): Span => {
    const whole: Span = [0, before[axis] - 1];
    if (window === 'global' || before[axis] === 1) return whole;
    if (window) return windowSpan(spans[axis], window, axis, before[axis], after[axis]);
    // A layer that looks at single positions; one that puts them elsewhere may take any.
    return before[axis] === after[axis] && from.length === to.length ? spans[axis] : whole;
  };
  return [along(0), along(1)];
}

/** What windows over a span see. */
function windowSpan([first, last]: Span, window: LayerWindow, axis: 0 | 1, before: number, after: number): Span {
  const stride = window.strides[axis];
  const reach = (window.kernel[axis] - 1) * window.dilation[axis];
  if (stride < 1) {
    // Each input position goes into `reach` output positions and one, `step` apart, of which the margin was cut off.
    const step = Math.round(1 / stride);
    const cut = marginOf(window, axis, (before - 1) * step + reach + 1 - after);
    return [Math.ceil((first + cut - reach) / step), Math.floor((last + cut) / step)];
  }
  const margin = Number.isInteger(stride)
    ? marginOf(window, axis, (after - 1) * stride + reach + 1 - before)
    : (reach + 1 - stride) / 2;
  return [Math.floor(first * stride - margin), Math.ceil(last * stride - margin + reach)];
}

/** The margin at the beginning of an axis. */
function marginOf({ padding = 'valid' }: LayerWindow, axis: 0 | 1, total: number): number {
  if (padding === 'valid') return 0;
  return padding === 'same' ? Math.floor(Math.max(0, total) / 2) : padding[2 * axis];
}
