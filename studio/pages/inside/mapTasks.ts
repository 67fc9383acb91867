import type { TaskContext } from '../../engine/protocol.js';
import { lookInto, type LookedInto } from './session.js';
import type { Subject } from './subject.js';
import { extentOf, type Value } from './units.js';

/** Maps of a call, made smaller where they are large. */
export interface Sheet {
  /** Of one map. */
  readonly height: number;
  readonly width: number;
  /** How many maps there are here, of `channels`. */
  readonly count: number;
  readonly channels: number;
  /** The numbers of the first and the last colour. */
  readonly low: number;
  readonly high: number;
  /** Shares of that range from 0 to 255, map after map. */
  readonly data: Uint8Array;
}

export async function sheet(
  { subject, call, most, side }: { subject: Subject; call: number; most: number; side: number },
  { engine }: TaskContext,
): Promise<Sheet> {
  const { shape, data } = valueOf(await lookInto(subject, engine), call);
  const [height, width, channels] = extentOf(shape);
  const [low, high] = rangeOf(data);
  const step = Math.max(1, Math.ceil(Math.max(height, width) / side));
  const [rows, columns] = [Math.ceil(height / step), Math.ceil(width / step)];
  const count = Math.min(channels, most);
  const bytes = new Uint8Array(count * rows * columns);
  const scale = high > low ? 255 / (high - low) : 0;
  let at = 0;
  for (let map = 0; map < count; map++) {
    for (let row = 0; row < rows; row++) {
      const first = row * step * width * channels + map;
      for (let column = 0; column < columns; column++) {
        bytes[at++] = Math.min(255, Math.max(0, (data[first + column * step * channels] - low) * scale + 0.5));
      }
    }
  }
  return { height: rows, width: columns, count, channels, low, high, data: bytes };
}

/** One map of a call, whole. */
export interface WholeMap {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
  /** Of all maps of the call. */
  readonly low: number;
  readonly high: number;
}

export async function map(
  { subject, call, channel }: { subject: Subject; call: number; channel: number },
  { engine }: TaskContext,
): Promise<WholeMap> {
  const { shape, data } = valueOf(await lookInto(subject, engine), call);
  const [height, width, channels] = extentOf(shape);
  const [low, high] = rangeOf(data);
  const own = Float32Array.from({ length: height * width }, (_, i) => data[i * channels + channel]);
  return { height, width, data: own, low, high };
}

function valueOf({ values }: LookedInto, call: number): Value {
  return call < 0 ? values.picture : values.calls[call];
}

const ranges = new WeakMap<Float32Array, readonly [number, number]>();

/** Numbers that are looked at for the range of colours, and the share of them that may lie beyond it. */
const sampled = 20_000;
const beyond = 0.003;

/**
 * The range of colours: from zero, or as far below zero as above where there are numbers on both sides. A few numbers that are
 * far larger than all others would leave nothing to be seen of these: they have the last colour, too.
 */
function rangeOf(data: Float32Array): readonly [number, number] {
  const before = ranges.get(data);
  if (before) return before;
  const step = Math.max(1, Math.floor(data.length / sampled));
  const sizes = Float32Array.from({ length: Math.ceil(data.length / step) }, (_, i) => Math.abs(data[i * step])).sort();
  const most = sizes[Math.floor((sizes.length - 1) * (1 - beyond))] || sizes[sizes.length - 1];
  const isSigned = data.some((value) => value < 0);
  const range = [isSigned ? -most : 0, most] as const;
  ranges.set(data, range);
  return range;
}
