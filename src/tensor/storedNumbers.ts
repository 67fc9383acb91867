import { float16 } from './float16.js';
import type { ArrayOf, DType } from './tensor.js';

/** The numbers of a tensor with the type that holds them here. */
export type HostNumbers = { readonly [D in DType]: { readonly dtype: D; readonly data: ArrayOf[D] } }[DType];

/** How files store numbers of one type, and how they are read into a tensor's elements. */
export interface StoredType {
  /** Bytes of a number. */
  readonly bytes: number;
  /** `count` numbers, the i-th being element `at(i)` of the bytes; by default they lie one after the other. */
  read(bytes: Uint8Array, count: number, at?: (i: number) => number): HostNumbers;
}

type Get = (view: DataView, byte: number) => number;
type Places = ((i: number) => number) | undefined;

function fill<T extends Record<number, number>>(
  array: T,
  count: number,
  size: number,
  from: Uint8Array,
  get: Get,
  at: Places,
): T {
  const view = new DataView(from.buffer, from.byteOffset, from.byteLength);
  for (let i = 0; i < count; i++) array[i] = get(view, size * (at ? at(i) : i));
  return array;
}

/** Types whose numbers become float32. */
const real = (bytes: number, get: Get): StoredType => ({
  bytes,
  read: (from, count, at) => ({ dtype: 'float32', data: fill(new Float32Array(count), count, bytes, from, get, at) }),
});

/** Types of whole numbers that int32 holds. */
const whole = (bytes: number, get: Get): StoredType => ({
  bytes,
  read: (from, count, at) => ({ dtype: 'int32', data: fill(new Int32Array(count), count, bytes, from, get, at) }),
});

/** Types of whole numbers that int32 may not hold: then they become the nearest float32. */
const wide = (bytes: number, get: Get): StoredType => ({
  bytes,
  read(from, count, at) {
    const values = fill(new Float64Array(count), count, bytes, from, get, at);
    return values.every((value) => value === (value | 0))
      ? { dtype: 'int32', data: Int32Array.from(values) }
      : { dtype: 'float32', data: Float32Array.from(values) };
  },
});

const small = (get: Get): StoredType => ({
  bytes: 1,
  read: (from, count, at) => ({ dtype: 'uint8', data: fill(new Uint8Array(count), count, 1, from, get, at) }),
});

/** The bytes in a buffer of their own: the one they have to themselves, or a copy. */
function alone(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  const isAlone = byteOffset === 0 && byteLength === buffer.byteLength;
  // Not by slice(), which gives a view of the same buffer where the bytes are Node's.
  return (isAlone ? buffer : new Uint8Array(bytes).buffer) as ArrayBuffer;
}

const anyFloat32 = real(4, (view, byte) => view.getFloat32(byte, true));
const float32: StoredType = {
  bytes: 4,
  read(from, count, at) {
    if (at) return anyFloat32.read(from, count, at);
    return { dtype: 'float32', data: new Float32Array(alone(from.subarray(0, 4 * count))) };
  },
};

const bfloat16: StoredType = {
  bytes: 2,
  read(from, count, at) {
    // The upper half of a float32's bits.
    const words = fill(new Uint32Array(count), count, 2, from, (view, byte) => view.getUint16(byte, true) << 16, at);
    return { dtype: 'float32', data: new Float32Array(words.buffer) };
  },
};

/** Numbers of 8 bits: a sign, `8 − 1 − fraction` bits of exponent and the fraction; `special` are the bits that stand for others. */
function float8(fraction: number, bias: number, special: (bits: number) => number | undefined): StoredType {
  const parts = 2 ** fraction;
  return real(1, (view, byte) => {
    const bits = view.getUint8(byte);
    const other = special(bits);
    if (other !== undefined) return other;
    const exponent = (bits & 0x7f) >> fraction;
    const size = exponent
      ? 2 ** (exponent - bias) * (1 + (bits % parts) / parts)
      : 2 ** (1 - bias) * ((bits % parts) / parts);
    return bits & 0x80 ? -size : size;
  });
}

/** In the types without a negative zero its bits stand for what is no number. */
const unsignedZero = (bits: number): number | undefined => (bits === 0x80 ? NaN : undefined);

/**
 * Types of numbers in files, by PyTorch's names (https://pytorch.org/docs/stable/tensor_attributes.html). Real ones become
 * float32; whole ones stay whole, so that counters and masks can be told from weights.
 */
export const storedTypes = {
  float32,
  float64: real(8, (view, byte) => view.getFloat64(byte, true)),
  float16: real(2, (view, byte) => float16(view.getUint16(byte, true))),
  bfloat16,
  float8_e4m3fn: float8(3, 7, (bits) => ((bits & 0x7f) === 0x7f ? NaN : undefined)),
  float8_e4m3fnuz: float8(3, 8, unsignedZero),
  // Half of a float16.
  float8_e5m2: real(1, (view, byte) => float16(view.getUint8(byte) << 8)),
  float8_e5m2fnuz: float8(2, 16, unsignedZero),
  // Powers of two alone.
  float8_e8m0fnu: real(1, (view, byte) => (view.getUint8(byte) === 255 ? NaN : 2 ** (view.getUint8(byte) - 127))),
  int64: wide(8, (view, byte) => Number(view.getBigInt64(byte, true))),
  int32: whole(4, (view, byte) => view.getInt32(byte, true)),
  int16: whole(2, (view, byte) => view.getInt16(byte, true)),
  int8: whole(1, (view, byte) => view.getInt8(byte)),
  uint64: wide(8, (view, byte) => Number(view.getBigUint64(byte, true))),
  uint32: wide(4, (view, byte) => view.getUint32(byte, true)),
  uint16: whole(2, (view, byte) => view.getUint16(byte, true)),
  uint8: small((view, byte) => view.getUint8(byte)),
  bool: small((view, byte) => Number(view.getUint8(byte) !== 0)),
} as const satisfies Record<string, StoredType>;
