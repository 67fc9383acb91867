import { hdf5 } from '#hdf5';
import { StriateError } from '../../../tensor/index.js';
import type { Hdf5Attribute, Hdf5Group } from './hdf5Tree.js';

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether bytes begin like an HDF5 file. */
export function looksLikeHdf5(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

/** Groups that hold an optimizer's variables, which training from here on does not need. */
const optimizers = ['optimizer_weights', 'optimizer'];

/**
 * Reads an HDF5 file's groups, attributes and arrays.
 *
 * @throws StriateError that names the file, when it is damaged or no HDF5 file.
 */
export async function readHdf5(bytes: Uint8Array, file: string): Promise<Hdf5Group> {
  if (!looksLikeHdf5(bytes)) {
    throw new StriateError({
      where: file,
      rule: 'is no HDF5 file: it does not begin like one',
      advice: 'use another file',
    });
  }
  try {
    return await hdf5.read(bytes, optimizers);
  } catch (error) {
    throw new StriateError({
      where: file,
      rule: `not a sound HDF5 file: ${reason(error)}`,
      advice: 'use another copy of the file',
    });
  }
}

/** What went wrong first, without the library's list of its own source files. */
function reason(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n').filter(Boolean);
  const causes = lines.flatMap((line) => /\(\): (.*)$/.exec(line)?.[1] ?? []);
  return (causes.at(-1) ?? lines[0] ?? 'it cannot be read').replace(/\.$/, '');
}

/** A group without anything in it; `set` its maps to fill it. */
export function newGroup(): {
  readonly attributes: Map<string, Hdf5Attribute>;
  readonly groups: Map<string, Hdf5Group>;
  readonly arrays: Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;
} {
  return { attributes: new Map(), groups: new Map(), arrays: new Map() };
}

/** What h5wasm's file system offers beyond its declared types. */
interface FileSystem {
  readFile(path: string): Uint8Array;
  unlink(path: string): void;
}

let written = 0;

/** Writes an HDF5 file in the oldest form of the format, which everything reads. */
export async function writeHdf5(tree: Hdf5Group): Promise<Uint8Array> {
  const library = await import('h5wasm');
  await library.ready;
  const { File, FS } = library;
  const path = `/output-${written++}.h5`;
  const file = new File(path, 'w', { libver: ['earliest', 'latest'] });
  const fill = (
    group: InstanceType<typeof File> | ReturnType<InstanceType<typeof File>['create_group']>,
    source: Hdf5Group,
  ): void => {
    for (const [name, value] of source.attributes) {
      if (typeof value === 'string') group.create_attribute(name, value);
      else if (isTexts(value)) group.create_attribute(name, [...value], [value.length], `A${longest(value)}`);
      else group.create_attribute(name, Float64Array.from(value), [value.length], '<d');
    }
    for (const [name, { shape, data }] of source.arrays) {
      if (typeof data !== 'string') group.create_dataset({ name, data, shape: [...shape] });
    }
    for (const [name, inner] of source.groups) fill(group.create_group(name), inner);
  };
  fill(file, tree);
  file.flush();
  file.close();
  const files = FS as unknown as FileSystem;
  const bytes = files.readFile(path).slice();
  files.unlink(path);
  return bytes;
}

/** A list of texts that is empty is written as Keras does, as no numbers. */
function isTexts(value: readonly string[] | readonly number[]): value is readonly string[] {
  return value.length > 0 && typeof value[0] === 'string';
}

function longest(texts: readonly string[]): number {
  const encoder = new TextEncoder();
  return Math.max(1, ...texts.map((text) => encoder.encode(text).length));
}
