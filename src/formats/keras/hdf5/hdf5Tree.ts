import type * as H5wasm from 'h5wasm';
import { float16 } from '../../../tensor/float16.js';

/** Text, a list of texts or a list of numbers, which is all that Keras writes as attributes. */
export type Hdf5Attribute = string | readonly string[] | readonly number[];

/** An array of an HDF5 file, its numbers as float32. */
export interface Hdf5Array {
  readonly shape: readonly number[];
  /** What could not be read as numbers has a reason instead. */
  readonly data: Float32Array | string;
}

/** A group of an HDF5 file. */
export interface Hdf5Group {
  readonly attributes: ReadonlyMap<string, Hdf5Attribute>;
  readonly groups: ReadonlyMap<string, Hdf5Group>;
  readonly arrays: ReadonlyMap<string, Hdf5Array>;
}

/** What the library offers beyond its declared types: memory of its own, and an array's bytes as they lie in the file. */
interface Memory {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(at: number): void;
  get_dataset_data(file: bigint, path: string, count: null, offset: null, strides: null, at: bigint): void;
}

const word = new DataView(new ArrayBuffer(4));

/** The number whose float32 begins with these 16 bits. */
function bfloat16(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}

/** What an array's type is called where it is none that is read. */
function unreadableType(type: number, size: number, littleEndian: boolean): string | undefined {
  if (type === 1)
    return (size === 2 || size >= 4) && littleEndian ? undefined : `floating-point numbers of ${8 * size} bits`;
  // What Keras quantizes is of 8 bits, and means nothing without the scales beside it.
  if (type === 0) return size === 1 ? 'the type int8' : littleEndian ? undefined : 'big-endian whole numbers';
  // Two bytes that HDF5 knows nothing of are how NumPy writes bfloat16.
  return type === 5 && size === 2 ? undefined : 'no plain numbers';
}

/**
 * Everything in an HDF5 file, except groups of the `skipped` names. A damaged file makes the HDF5 library reserve memory that it
 * never gives back, and nothing here can interrupt it, so Node reads in a thread that can be ended.
 */
export function readTree(hdf5: typeof H5wasm, bytes: Uint8Array, skipped: readonly string[]): Hdf5Group {
  const { File, FS, Module } = hdf5;
  const path = '/input.h5';
  // Compressed arrays may be larger than the file, but claims of sizes that nothing could fill are no arrays.
  let room = 16 * bytes.length + 2 ** 20;
  let objects = 64 + bytes.length / 64;
  const take = (count: number, what: string): void => {
    room -= count;
    if (!(room >= 0)) throw new Error(`${what} claims more numbers than the file can hold`);
  };

  const attributesOf = (owner: H5wasm.Group): Map<string, Hdf5Attribute> => {
    const found = new Map<string, Hdf5Attribute>();
    for (const [name, attribute] of Object.entries(owner.attrs)) {
      const { total_size: count, size } = attribute.metadata;
      take(count * size, `attribute '${name}'`);
      const { value } = attribute;
      if (typeof value === 'string') found.set(name, value);
      else if (Array.isArray(value) && value.every((item) => typeof item === 'string')) found.set(name, value);
      else if (ArrayBuffer.isView(value)) found.set(name, Array.from(value as Float64Array, Number));
    }
    return found;
  };

  const arrayOf = (dataset: H5wasm.Dataset): Hdf5Array => {
    const { shape, type, size, total_size: count, littleEndian } = dataset.metadata;
    const dimensions = (shape ?? []).map(Number);
    const name = unreadableType(type, size, littleEndian);
    if (name !== undefined) return { shape: dimensions, data: name };
    take(count * size, `array '${dataset.path}'`);
    const isHalf = type === 1 && size === 2;
    // Some versions of Keras write bfloat16 as whole numbers and say so beside them.
    const isBrain = type === 5 || (type === 0 && size === 2 && dataset.attrs.dtype?.value === 'bfloat16');
    const value: unknown = isHalf || type === 5 ? halvesOf(dataset, count) : dataset.value;
    const read = isHalf ? float16 : isBrain ? bfloat16 : Number;
    const data = ArrayBuffer.isView(value)
      ? Float32Array.from(value as Uint16Array, read)
      : Float32Array.of(read(value as number));
    return { shape: dimensions, data };
  };

  /** The bits of 16-bit floating-point numbers, for which the library has no array. */
  const halvesOf = (dataset: H5wasm.Dataset, count: number): Uint16Array => {
    const memory = Module as unknown as Memory;
    const bytes = 2 * count;
    const at = memory._malloc(Math.max(bytes, 1));
    try {
      memory.get_dataset_data(dataset.file_id, dataset.path, null, null, null, BigInt(at));
      return new Uint16Array(memory.HEAPU8.slice(at, at + bytes).buffer);
    } finally {
      memory._free(at);
    }
  };

  const groupOf = (group: H5wasm.Group, depth: number): Hdf5Group => {
    if (depth > 64) throw new Error('groups lie deeper within each other than 64 levels');
    const groups = new Map<string, Hdf5Group>();
    const arrays = new Map<string, Hdf5Array>();
    for (const name of group.keys()) {
      if (depth === 0 && skipped.includes(name)) continue;
      if (--objects < 0) throw new Error('it claims more objects than the file can hold');
      const entity = group.get(name);
      if (entity && 'keys' in entity) groups.set(name, groupOf(entity, depth + 1));
      else if (entity && 'slice' in entity) arrays.set(name, arrayOf(entity));
    }
    return { attributes: attributesOf(group), groups, arrays };
  };

  // Otherwise the library writes its errors to the terminal and goes on.
  (Module as unknown as { activate_throwing_error_handler(): void }).activate_throwing_error_handler();
  const files = FS as unknown as { writeFile(path: string, data: Uint8Array): void; unlink(path: string): void };
  files.writeFile(path, bytes);
  let file: H5wasm.File | undefined;
  try {
    file = new File(path, 'r');
    return groupOf(file, 0);
  } finally {
    try {
      file?.close();
    } catch {
      // A file that cannot be read cannot always be closed either.
    }
    files.unlink(path);
  }
}
