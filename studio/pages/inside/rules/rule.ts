import type { Layer, LayerClassName } from 'striate';
import type * as striate from 'striate';
import { extentOf, indexOf, type UnitPlace, type UnitQuestion, type UnitWindow, type Value } from '../units.js';

/** How a layer makes a number of others. */
export type How = 'sum' | 'mean' | 'largest' | 'smallest' | 'product' | 'quotient' | 'function' | 'copy' | 'share';

/** Whether a layer's numbers are sums, of which a term is a part. */
export function isSum(how: How | undefined): boolean {
  return how === 'sum' || how === 'mean';
}

/** Is told a number that goes into a unit: its input, its place there, what it is multiplied with. */
export type Visit = (input: number, index: number, weight: number) => void;

/** What a layer that normalizes measured of the numbers around a unit. */
export interface Measured {
  /** Over how many numbers. */
  readonly count: number;
  readonly mean?: number;
  readonly deviation?: number;
  /** The length of the numbers as a vector. */
  readonly length?: number;
  /** What is divided by. */
  readonly divisor?: number;
}

/** How a layer makes its units. */
export interface Rule {
  readonly how: How;
  readonly each: (at: UnitPlace, visit: Visit) => void;
  /**
   * The way forward: which units a number of an input goes into, and what it is multiplied with there. Left out by layers with few
   * terms, of which all units are looked through.
   */
  readonly into?: (input: number, from: UnitPlace, visit: (at: UnitPlace, weight: number) => void) => void;
  readonly bias?: (at: UnitPlace) => number;
  /** What is done to the sum, by its name. */
  readonly activation?: string | undefined;
  /** What is done to the sum, where it is no activation of the table. */
  readonly apply?: (sum: number, at: UnitPlace) => number;
  /** The units that a share is one of, itself among them. */
  readonly among?: (at: UnitPlace) => readonly UnitPlace[];
  readonly window?: (at: UnitPlace) => UnitWindow;
  /** Places of the window in the padding. */
  readonly padded?: (at: UnitPlace) => number;
  readonly measured?: (at: UnitPlace) => Measured;
}

type Classes = typeof striate;

/** The layers of a class; of one whose name means something else in the library, any. */
export type LayerOf<Name extends LayerClassName> = Name extends keyof Classes ? MadeBy<Classes[Name]> : Layer;

type MadeBy<Class> = Class extends abstract new (...given: never[]) => infer Made
  ? Made extends Layer
    ? Made
    : Layer
  : Layer;

/** How the layers of some classes make their numbers. */
export type RulesFor<Names extends LayerClassName> = {
  readonly [Name in Names]: (layer: LayerOf<Name>, question: UnitQuestion) => Rule | undefined;
};

/** The layer's bias, where it has one. */
export function biased({ weights }: UnitQuestion): Pick<Rule, 'bias'> {
  const bias = weights.get('bias');
  return bias ? { bias: ({ channel }) => bias.data[channel % bias.data.length] } : {};
}

/** One number, at the same place. */
export function single(
  { output }: UnitQuestion,
  how: How,
  weight: (at: UnitPlace) => number = () => 1,
): Pick<Rule, 'how' | 'each' | 'into'> {
  return {
    how,
    each: (at, visit) => visit(0, indexOf(output.shape, at), weight(at)),
    into: (_, from, visit) => visit(from, weight(from)),
  };
}

/** A channel's number by itself in weights of the last axis. */
export function channelIn({ output }: UnitQuestion, { channel }: UnitPlace): number {
  return channel % output.shape.at(-1)!;
}

/** A unit's place along each axis of its value. */
export function coordinates(shape: Value['shape'], at: UnitPlace): number[] {
  return coordinatesOf(shape, indexOf(shape, at));
}

/** A number's place along each axis. */
function coordinatesOf(shape: Value['shape'], index: number): number[] {
  let rest = index;
  const place: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return place;
}

/** The place of a number among all, from that along each axis. */
export function flatIndex(shape: Value['shape'], place: readonly number[]): number {
  return shape.reduce((index, size, axis) => index * size + place[axis], 0);
}

/** The place in a value that is stretched to another's shape; its last axes are that one's. */
export function broadcastIndex(shape: Value['shape'], to: Value['shape'], at: UnitPlace): number {
  const place = coordinates(to, at).slice(to.length - shape.length);
  return flatIndex(
    shape,
    place.map((one, axis) => Math.min(one, shape[axis] - 1)),
  );
}

/** An axis as layers count them, 0 the batch and −1 the last, as one of a value's. */
export function axisIn(shape: Value['shape'], axis: number): number {
  return axis < 0 ? shape.length + axis : axis - 1;
}

/** The places of all numbers that differ from one along some axes alone. */
export function alongAxes(shape: Value['shape'], index: number, axes: readonly number[]): number[] {
  const place = coordinatesOf(shape, index);
  return axes
    .reduce<number[][]>(
      (places, axis) => places.flatMap((one) => Array.from({ length: shape[axis] }, (_, i) => one.with(axis, i))),
      [place],
    )
    .map((one) => flatIndex(shape, one));
}

/** All places of a value's map. */
export function wholeWindow(shape: Value['shape']): UnitWindow {
  const [height, width] = extentOf(shape);
  return { row: 0, column: 0, height, width, every: [1, 1] };
}
