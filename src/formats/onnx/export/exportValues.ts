import type { Layer } from '../../../layers/index.js';
import { sizeOf, type Shape } from '../../../tensor/index.js';
import type { ExportGraph } from './exportGraph.js';

/**
 * A value of the graph that is written. Its axes lie as the operators left them, mostly channels first, and are only moved
 * where an operator needs it; layers that merely move axes (Permute) thus cost nothing.
 */
export interface ExportValue {
  readonly name: string;
  /** Striate's shape, without the batch. */
  readonly shape: Shape;
  /** For each axis in the file behind the batch, which of Striate's axes it is. */
  readonly axes: readonly number[];
  /** Of a vector that was a picture: where each of Striate's elements lies in the file; undefined: at the same place. */
  readonly order?: Int32Array | undefined;
  /** The picture that such a vector was, where it was one. */
  readonly picture?: Pick<ExportValue, 'shape' | 'axes'> | undefined;
}

/** Writes an application of a layer and gives its result, which has this shape (without the batch). */
export type ExportRow<T extends Layer> = (
  layer: T,
  graph: ExportGraph,
  inputs: readonly ExportValue[],
  shape: Shape,
) => ExportValue;

/** Striate's own order of axes. */
export const plainAxes = (rank: number): number[] => Array.from({ length: rank }, (_, i) => i);

/** The last axis before all others. */
export const channelsFirstAxes = (rank: number): number[] => (rank === 0 ? [] : [rank - 1, ...plainAxes(rank - 1)]);

/** What an operator gives of pictures: its channels lie first. */
export const picture = (name: string, shape: Shape): ExportValue => ({
  name,
  shape,
  axes: channelsFirstAxes(shape.length),
});

/** A value's sizes as the file has them, without the batch. */
export const sizesIn = ({ shape, axes }: Pick<ExportValue, 'shape' | 'axes'>): number[] =>
  axes.map((axis) => shape[axis]);

/** Which axis of the file, batch included, one of Striate's axes (without the batch) is. */
export const placeOf = ({ axes }: ExportValue, axis: number): number => axes.indexOf(axis) + 1;

/** The same numbers under other sizes behind the batch. */
export function reshape(graph: ExportGraph, name: string, sizes: readonly number[]): string {
  return graph.op('Reshape', [name, graph.ints('shape', [0, ...sizes])]);
}

/** The value with its axes in this order. */
export function arranged(graph: ExportGraph, value: ExportValue, axes: readonly number[]): ExportValue {
  if (axes.join() === value.axes.join()) return value;
  const moved = { ...value, axes };
  const real = (list: readonly number[]): string => list.filter((axis) => value.shape[axis] > 1).join();
  const name =
    real(axes) === real(value.axes)
      ? reshape(graph, value.name, sizesIn(moved))
      : graph.op('Transpose', [value.name], { perm: [0, ...axes.map((axis) => placeOf(value, axis))] });
  return { ...moved, name };
}

/** The value with its last axis, the channels, behind the batch. */
export function channelsFirst(graph: ExportGraph, value: ExportValue): ExportValue {
  return arranged(graph, value, channelsFirstAxes(value.shape.length));
}

/** A vector with its elements in Striate's order; other values as they are. */
export function ordered(graph: ExportGraph, value: ExportValue): ExportValue {
  if (!value.order) return value;
  const { shape } = value;
  if (value.picture) {
    const unfolded = { ...value.picture, name: reshape(graph, value.name, sizesIn(value.picture)) };
    const turned = arranged(graph, unfolded, plainAxes(unfolded.shape.length));
    return { name: graph.op('Flatten', [turned.name], { axis: 1 }), shape, axes: [0] };
  }
  const name = graph.op('Gather', [value.name, graph.ints('order', [...value.order])], { axis: 1 });
  return { name, shape, axes: [0] };
}

/** The value as Striate has it: axes and elements. */
export function plain(graph: ExportGraph, value: ExportValue): ExportValue {
  return arranged(graph, ordered(graph, value), plainAxes(value.shape.length));
}

/** Whether the numbers lie in Striate's order, whatever the axes of size 1. */
export function isInOrder({ shape, axes, order }: Pick<ExportValue, 'shape' | 'axes' | 'order'>): boolean {
  const real = axes.filter((axis) => shape[axis] > 1);
  return order === undefined && real.every((axis, i) => i === 0 || axis > real[i - 1]);
}

/** Where each of Striate's elements lies in the file when the value is flattened; undefined: at the same place. */
export function flattenedOrder(value: ExportValue): Int32Array | undefined {
  if (value.order ?? isInOrder(value)) return value.order;
  return Int32Array.from(placesIn(value.shape, value.axes));
}

/** For each element in Striate's order, its position where axes are moved. */
function placesIn(shape: Shape, axes: readonly number[]): Int32Array {
  const steps = new Array<number>(shape.length);
  let step = 1;
  for (const axis of [...axes].reverse()) {
    steps[axis] = step;
    step *= shape[axis];
  }
  const places = new Int32Array(sizeOf(shape));
  const at = new Array<number>(shape.length).fill(0);
  for (let i = 0, place = 0; i < places.length; i++) {
    places[i] = place;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += steps[axis];
      if (++at[axis] < shape[axis]) break;
      place -= steps[axis] * shape[axis];
      at[axis] = 0;
    }
  }
  return places;
}

/** Numbers that stretch to a value: which sizes they have in the file, and how they are put in order for it. */
export interface Stretched {
  readonly dims: Shape;
  readonly encode: (values: Float32Array) => Float32Array;
}

/** How numbers of a shape that stretches to the value's (from the last axis on) are written beside it. */
export function stretched(own: Shape, { shape, axes, order }: ExportValue): Stretched {
  const full = [...new Array<number>(shape.length - own.length).fill(1), ...own];
  const dims = axes.map((axis) => full[axis]);
  const places = order && full[0] > 1 ? order : placesIn(full, axes);
  return {
    dims,
    encode(values) {
      const result = new Float32Array(values.length);
      values.forEach((value, i) => (result[places[i]] = value));
      return result;
    },
  };
}
