import { float16 } from '../../tensor/float16.js';

/** How PyTorch's numbers of one type are read as float32. */
export interface ElementType {
  readonly bytes: number;
  /** All numbers of a block, where their bytes are float32's. */
  plain?(bytes: Uint8Array): Float32Array;
  /** `count` numbers from a block's bytes, the i-th at `at(i)`. */
  read(view: DataView, count: number, at: (i: number) => number): Float32Array;
}

function each(count: number, element: (i: number) => number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(count);
  for (let i = 0; i < count; i++) result[i] = element(i);
  return result;
}

type Get = (view: DataView, byte: number) => number;

const type = (bytes: number, get: Get): ElementType => ({
  bytes,
  read: (view, count, at) => each(count, (i) => get(view, bytes * at(i))),
});

const bfloat16: ElementType = {
  bytes: 2,
  read(view, count, at) {
    // The upper half of a float32's bits.
    const words = new Uint32Array(count);
    for (let i = 0; i < count; i++) words[i] = view.getUint16(2 * at(i), true) << 16;
    return new Float32Array(words.buffer);
  },
};

/** The bytes in a buffer of their own: the one they have to themselves, or a copy. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  const isAlone = byteOffset === 0 && byteLength === buffer.byteLength;
  // Not by slice(), which gives a view of the same buffer where the bytes are Node's.
  return (isAlone ? buffer : new Uint8Array(bytes).buffer) as ArrayBuffer;
}

/** PyTorch's types of numbers by what their storages are called before `Storage`. */
export const elementTypes: Readonly<Record<string, ElementType>> = {
  Float: {
    ...type(4, (view, byte) => view.getFloat32(byte, true)),
    plain: (bytes) => new Float32Array(aligned(bytes)),
  },
  Double: type(8, (view, byte) => view.getFloat64(byte, true)),
  Half: type(2, (view, byte) => float16(view.getUint16(byte, true))),
  BFloat16: bfloat16,
  Long: type(8, (view, byte) => Number(view.getBigInt64(byte, true))),
  Int: type(4, (view, byte) => view.getInt32(byte, true)),
  Short: type(2, (view, byte) => view.getInt16(byte, true)),
  Char: type(1, (view, byte) => view.getInt8(byte)),
  Byte: type(1, (view, byte) => view.getUint8(byte)),
  Bool: type(1, (view, byte) => Number(view.getUint8(byte) !== 0)),
};
