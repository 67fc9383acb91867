import type { Model, SymbolicTensor } from 'striate';
import { slidingWindow } from './slidingWindow.js';
import { extentOf, type UnitPlace } from './units.js';

/** Rows and columns of the picture. */
export interface PictureArea {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** First and last row, first and last column. */
type Spans = readonly [top: number, bottom: number, left: number, right: number];

/** The part of the picture that a unit can depend on, window by window back to it; undefined where it depends on none of it. */
export function receptiveField(model: Model, call: number, at: UnitPlace): PictureArea | undefined {
  const { inputs, predictionCalls } = model.topology;
  const seen = new Map<SymbolicTensor, Spans>([[predictionCalls[call].output, [at.row, at.row, at.column, at.column]]]);
  for (const { layer, inputs: taken, output } of predictionCalls.slice(0, call + 1).toReversed()) {
    const spans = seen.get(output);
    if (!spans) continue;
    for (const input of taken) {
      const before = spansBefore(layer.window?.(), spans, input.shape, output.shape);
      const sofar = seen.get(input);
      seen.set(input, sofar ? union(sofar, before) : before);
    }
  }
  const found = seen.get(inputs[0]);
  if (!found) return undefined;
  const [top, bottom, left, right] = found;
  return { top, left, height: bottom - top + 1, width: right - left + 1 };
}

type Window = ReturnType<NonNullable<Model['layers'][number]['window']>>;

function spansBefore(
  window: Window | undefined,
  [top, bottom, left, right]: Spans,
  from: readonly number[],
  to: readonly number[],
): Spans {
  const [height, width] = extentOf(from);
  const whole: Spans = [0, height - 1, 0, width - 1];
  const isSame = height === extentOf(to)[0] && width === extentOf(to)[1] && from.length === to.length;
  if (window === undefined) return isSame ? [top, bottom, left, right] : whole;
  // Layers that enlarge step by less than a cell: any part may go in.
  if (window === 'global' || window.strides.some((stride) => !Number.isInteger(stride))) return whole;
  const settings = { ...window, padding: window.padding ?? 'valid' };
  const question = { inputs: [{ shape: from }], output: { shape: to } };
  const { window: lies } = slidingWindow(question, settings);
  const first = lies({ row: top, column: left, channel: 0 });
  const last = lies({ row: bottom, column: right, channel: 0 });
  return [
    Math.max(0, first.row),
    Math.min(height - 1, last.row + last.height - 1),
    Math.max(0, first.column),
    Math.min(width - 1, last.column + last.width - 1),
  ];
}

function union(a: Spans, b: Spans): Spans {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.max(a[3], b[3])];
}
