import { StriateError } from './error.js';
import { float16 } from './float16.js';
import { formatShape, sizeOf } from './shape.js';
import { Tensor, type DType } from './tensor.js';

/** What a safetensors file holds. */
export interface SafeTensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Free text by key (`__metadata__`). */
  readonly metadata: Readonly<Record<string, string>>;
}

/** How the elements of each of the file's types are read into a host tensor. */
interface ElementReader {
  readonly bytes: number;
  readonly dtype: DType;
  read(view: DataView, count: number): Float32Array | Int32Array | Uint8Array;
}

function each<T extends Record<number, number>>(array: T, count: number, element: (i: number) => number): T {
  for (let i = 0; i < count; i++) array[i] = element(i);
  return array;
}

/** A copy of the view's bytes, which need not be aligned. */
const bytesOf = (view: DataView): ArrayBuffer =>
  view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer;

const readers: Readonly<Record<string, ElementReader>> = {
  F32: { bytes: 4, dtype: 'float32', read: (view) => new Float32Array(bytesOf(view)) },
  I32: { bytes: 4, dtype: 'int32', read: (view) => new Int32Array(bytesOf(view)) },
  U8: { bytes: 1, dtype: 'uint8', read: (view) => new Uint8Array(bytesOf(view)) },
  F64: {
    bytes: 8,
    dtype: 'float32',
    read: (view, n) => each(new Float32Array(n), n, (i) => view.getFloat64(8 * i, true)),
  },
  F16: {
    bytes: 2,
    dtype: 'float32',
    read: (view, n) => each(new Float32Array(n), n, (i) => float16(view.getUint16(2 * i, true))),
  },
  BF16: {
    bytes: 2,
    dtype: 'float32',
    read(view, n) {
      const words = each(new Uint32Array(n), n, (i) => view.getUint16(2 * i, true) << 16);
      return new Float32Array(words.buffer);
    },
  },
  I64: {
    bytes: 8,
    dtype: 'int32',
    read: (view, n) => each(new Int32Array(n), n, (i) => Number(view.getBigInt64(8 * i, true))),
  },
};

const codes: Readonly<Record<DType, string>> = { float32: 'F32', int32: 'I32', uint8: 'U8' };

/** The format's own limit on the header. */
const longestHeader = 100_000_000;

/**
 * Writes tensors as one safetensors file (https://huggingface.co/docs/safetensors), in the order given, each aligned to
 * 8 bytes as far as its predecessors' sizes allow.
 */
export function encodeSafetensors(
  tensors: Iterable<readonly [string, Tensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const all = [...tensors];
  const { start, bytes } = safetensorsHeader(
    all.map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
    metadata,
  );
  const file = new Uint8Array(bytes);
  file.set(start);
  let at = start.length;
  for (const [, { data }] of all) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/** A tensor that is still to be written. */
export interface SafeTensorEntry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/**
 * What a safetensors file begins with, its tensors' bytes following in the order of the entries, and the bytes of the whole
 * file: for what need not be in memory at once.
 */
export function safetensorsHeader(
  entries: readonly SafeTensorEntry[],
  metadata: Readonly<Record<string, string>> = {},
): { start: Uint8Array; bytes: number } {
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length) header.__metadata__ = metadata;
  let offset = 0;
  for (const { name, dtype, shape } of entries) {
    if (name === '__metadata__' || Object.hasOwn(header, name)) {
      throw new StriateError({
        where: 'safetensors',
        rule: `two tensors are called '${name}'`,
        advice: 'names must be unique',
      });
    }
    const bytes = sizeOf(shape) * readers[codes[dtype]].bytes;
    header[name] = { dtype: codes[dtype], shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  let json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  if (padded > json.length) json = Uint8Array.from({ length: padded }, (_, i) => json[i] ?? 0x20);
  const start = new Uint8Array(8 + json.length);
  new DataView(start.buffer).setBigUint64(0, BigInt(json.length), true);
  start.set(json, 8);
  return { start, bytes: start.length + offset };
}

/**
 * Reads a safetensors file: F32, I32 and U8 as they are, F64, F16 and BF16 as float32, I64 as int32.
 *
 * @param name what error messages call the file
 * @throws StriateError when the file is damaged in any way: cut off, overlapping or missing bytes, an unknown type.
 */
export function decodeSafetensors(file: Uint8Array, name = 'safetensors'): SafeTensors {
  const bad = (what: string): StriateError =>
    new StriateError({
      where: name,
      rule: `not a sound safetensors file: ${what}`,
      advice: 'use another copy of the file',
    });
  if (file.length < 8) throw bad(`it has ${file.length} bytes, too few for a header`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > longestHeader) throw bad(`its header claims ${length} bytes, more than the format allows`);
  if (8 + length > file.length) throw bad(`it is cut off inside the header (${file.length} bytes)`);
  const header = parseHeader(file.subarray(8, 8 + length), bad);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== 'string')) {
    throw bad('its metadata is not text by key');
  }
  const start = 8 + length;
  const parsed = Object.entries(entries).map(([key, entry]) => parseEntry(key, entry, bad));
  let expected = 0;
  for (const { key, begin, end } of [...parsed].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < expected) throw bad(`tensor '${key}' overlaps the one before it`);
    if (begin > expected) throw bad(`there is a hole before tensor '${key}'`);
    if (start + end > file.length) {
      throw bad(`it is cut off inside tensor '${key}' (${file.length} of at least ${start + end} bytes)`);
    }
    expected = end;
  }
  if (start + expected !== file.length) throw bad(`${file.length - start - expected} bytes follow the last tensor`);
  const tensors = new Map<string, Tensor>();
  for (const { key, reader, shape, begin, end } of parsed) {
    const elements = new DataView(file.buffer, file.byteOffset + start + begin, end - begin);
    tensors.set(key, new Tensor(reader.dtype, shape, reader.read(elements, sizeOf(shape))));
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseHeader(bytes: Uint8Array, bad: (what: string) => StriateError): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw bad('its header is not JSON');
  }
  if (!isRecord(header)) throw bad('its header is not a JSON object');
  return header;
}

interface Entry {
  readonly key: string;
  readonly reader: ElementReader;
  readonly shape: number[];
  readonly begin: number;
  readonly end: number;
}

function parseEntry(key: string, entry: unknown, bad: (what: string) => StriateError): Entry {
  const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!isRecord(entry)) throw bad(`tensor '${key}' has no description`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(readers, dtype)) {
    throw bad(`tensor '${key}' has elements of type ${String(dtype)}; can read ${Object.keys(readers).join(', ')}`);
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) throw bad(`tensor '${key}' has no sound shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw bad(`tensor '${key}' has no sound position`);
  }
  const [begin, end] = offsets as [number, number];
  const reader = readers[dtype];
  const size = sizeOf(shape) * reader.bytes;
  if (end - begin !== size) {
    throw bad(`tensor '${key}' of ${dtype} ${formatShape(shape)} needs ${size} bytes but has ${end - begin}`);
  }
  return { key, reader, shape, begin, end };
}
