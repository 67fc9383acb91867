import type * as H5wasm from 'h5wasm';

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

  const arrayOf = (dataset: H5wasm.Dataset, name: string): Hdf5Array => {
    const { shape, type, size, total_size: count, littleEndian } = dataset.metadata;
    const dimensions = (shape ?? []).map(Number);
    const isFloat = type === 1;
    if ((!isFloat && type !== 0) || (isFloat && size < 4) || !littleEndian) {
      return { shape: dimensions, data: isFloat ? `floating-point numbers of ${8 * size} bits` : 'no plain numbers' };
    }
    take(count * size, `array '${name}'`);
    const value = dataset.value;
    const data = ArrayBuffer.isView(value) ? Float32Array.from(value as Float32Array, Number) : [value].map(Number);
    return { shape: dimensions, data: data instanceof Float32Array ? data : Float32Array.from(data) };
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
      else if (entity && 'slice' in entity) arrays.set(name, arrayOf(entity, name));
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
