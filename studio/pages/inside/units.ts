import type { Layer } from 'striate';

/** Numbers of one picture: a map [H, W, C], a signal [steps, C] or a vector. */
export interface Value {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A number of a map; row and column are 0 in a vector. */
export interface UnitPlace {
  readonly row: number;
  readonly column: number;
  readonly channel: number;
}

/** Rows and columns of an input that a unit looks at; a window may begin before the first row. */
export interface UnitWindow {
  readonly row: number;
  readonly column: number;
  readonly height: number;
  readonly width: number;
  readonly every: readonly [rows: number, columns: number];
}

/** What a unit is followed in. */
export interface UnitQuestion {
  readonly layer: Layer;
  /** What the layer takes and gives for one picture. */
  readonly inputs: readonly Value[];
  readonly output: Value;
  /** The layer's weights by their names within it. */
  readonly weights: ReadonlyMap<string, Value>;
}

/** Height, width and channels of a value; a signal has one row, a vector one place. */
export function extentOf(shape: readonly number[]): readonly [height: number, width: number, channels: number] {
  if (shape.length >= 3) return [shape[0], shape[1], shape.slice(2).reduce((a, b) => a * b, 1)];
  return shape.length === 2 ? [1, shape[0], shape[1]] : [1, 1, shape[0] ?? 1];
}

/** A unit's place among a value's numbers. */
export function indexOf(shape: readonly number[], { row, column, channel }: UnitPlace): number {
  const [, width, channels] = extentOf(shape);
  return (row * width + column) * channels + channel;
}

/** The unit of a place among a value's numbers. */
export function unitAt(shape: readonly number[], index: number): UnitPlace {
  const [, width, channels] = extentOf(shape);
  const cell = Math.floor(index / channels);
  return { row: Math.floor(cell / width), column: cell % width, channel: index % channels };
}
