import { startThread } from '#platform';
import type { Thread, ThreadEntry } from '../../../platform/platform.js';
import { StriateError } from '../../../tensor/index.js';
import { readTree, type Hdf5Attribute, type Hdf5Group } from './hdf5Tree.js';

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
    return await (readInThread({ bytes, skipped: optimizers }) ?? readHere({ bytes, skipped: optimizers }));
  } catch (error) {
    throw new StriateError({
      where: file,
      rule: `not a sound HDF5 file: ${reason(error)}`,
      advice: 'use another copy of the file',
    });
  }
}

/** What is read, without the root's groups of the `skipped` names. */
export interface Hdf5Request {
  readonly bytes: Uint8Array;
  readonly skipped: readonly string[];
}

/** What the thread sends back. */
export type Hdf5Answer = { readonly begun: true } | { readonly tree: Hdf5Group } | { readonly failed: string };

/**
 * Seconds of computing for any file, and how many more for each of its bytes: a hundred times what sound files take. Waiting
 * is not counted, for others who have the processor or for a machine that sleeps.
 */
const patience = 15;
const patiencePerByte = 1e-6;

/** How long this process has computed, in seconds; undefined where nobody counts. */
function computed(): number | undefined {
  const { process } = globalThis as { process?: { cpuUsage?(): { user: number; system: number } } };
  const used = process?.cpuUsage?.();
  return used && (used.user + used.system) / 1e6;
}

/**
 * Reads in a thread of its own, which is ended when it takes too long, and takes its memory with it; undefined where the
 * platform has no such thread.
 */
function readInThread(request: Hdf5Request): Promise<Hdf5Group> | undefined {
  const limit = patience + request.bytes.length * patiencePerByte;
  let timer: ReturnType<typeof setInterval> | undefined;
  let resolve!: (tree: Hdf5Group) => void;
  let fail!: (reason: string) => void;
  const tree = new Promise<Hdf5Group>((succeeded, failed) => {
    resolve = succeeded;
    fail = (reason) => failed(new Error(reason));
  });
  // A second counts as far as this process computed in it: the reading thread cannot have done more.
  const begin = (): void => {
    let seconds = 0;
    let before = computed();
    timer = setInterval(() => {
      const now = computed();
      seconds += now === undefined || before === undefined ? 0 : Math.min(1, now - before);
      before = now;
      if (seconds >= limit) fail(`reading it did not come to an end in ${Math.ceil(limit)} s of computing`);
    }, 1000);
  };
  const entry: ThreadEntry = { name: 'hdf5Worker', node: () => new URL('./hdf5Worker.node.mjs', import.meta.url) };
  const thread: Thread | undefined = startThread(entry, request, {
    onMessage: (message) => {
      const answer = message as Hdf5Answer;
      if ('begun' in answer) begin();
      else if ('tree' in answer) resolve(answer.tree);
      else fail(answer.failed);
    },
    onEnd: fail,
  });
  return thread && tree.finally(() => (clearInterval(timer), thread.stop()));
}

/** Reads on the calling thread: bundlers find h5wasm for a page there. */
async function readHere({ bytes, skipped }: Hdf5Request): Promise<Hdf5Group> {
  const library = await import('h5wasm');
  await library.ready;
  return readTree(library, bytes, skipped);
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
