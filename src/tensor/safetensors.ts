import { isRecord } from './check.js';
import { StriateError } from './error.js';
import { otherFormat } from './fileFormat.js';
import { formatShape, sizeOf } from './shape.js';
import { storedTypes, type StoredType } from './storedNumbers.js';
import { Tensor, type DType } from './tensor.js';

/** What a safetensors file holds. */
export interface SafeTensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Free text by key (`__metadata__`). */
  readonly metadata: Readonly<Record<string, string>>;
  /** Tensors of a kind that cannot be read, by name, and what they are: `C64 numbers`, `a sparse tensor`. */
  readonly unreadable?: ReadonlyMap<string, string>;
  /** In checkpoints, what stands before the names in each dictionary of tensors: `model.`. */
  readonly dictionaries?: readonly string[];
}

/** The format's types of numbers, and what they are called elsewhere. */
const readers: Readonly<Record<string, StoredType>> = {
  F32: storedTypes.float32,
  F64: storedTypes.float64,
  F16: storedTypes.float16,
  BF16: storedTypes.bfloat16,
  F8_E4M3: storedTypes.float8_e4m3fn,
  F8_E4M3FNUZ: storedTypes.float8_e4m3fnuz,
  F8_E5M2: storedTypes.float8_e5m2,
  F8_E5M2FNUZ: storedTypes.float8_e5m2fnuz,
  F8_E8M0: storedTypes.float8_e8m0fnu,
  I64: storedTypes.int64,
  I32: storedTypes.int32,
  I16: storedTypes.int16,
  I8: storedTypes.int8,
  U64: storedTypes.uint64,
  U32: storedTypes.uint32,
  U16: storedTypes.uint16,
  U8: storedTypes.uint8,
  BOOL: storedTypes.bool,
};

/** Types of the format that are no plain numbers, with the bits of an element; a file may have them where nobody needs them. */
const otherTypes: Readonly<Record<string, number>> = { C64: 64, C128: 128, F4: 4, F6_E2M3: 6, F6_E3M2: 6 };

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
 * Reads a safetensors file: real numbers of all types as float32, whole ones as int32 or uint8 (float32 beyond 2³¹). Complex
 * numbers and those of less than a byte are named as unreadable.
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
  const other = otherFormat(file, name, ['safetensors']);
  if (other) throw other;
  if (file.length < 8) throw bad(`it has ${file.length} bytes, too few for a header`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > longestHeader && file[8] !== 0x7b) {
    throw new StriateError({
      where: name,
      rule: 'begins like no format that is known here, such as safetensors',
      advice: 'check which file is meant, or use another copy of it',
    });
  }
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
  const unreadable = new Map<string, string>();
  for (const { key, dtype, shape, begin, end } of parsed) {
    const elements = file.subarray(start + begin, start + end);
    if (Object.hasOwn(readers, dtype)) {
      const { dtype: type, data } = readers[dtype].read(elements, sizeOf(shape));
      tensors.set(key, new Tensor<DType>(type, shape, data));
    } else unreadable.set(key, `${dtype} numbers`);
  }
  return { tensors, metadata: metadata as Record<string, string>, ...(unreadable.size ? { unreadable } : {}) };
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
  readonly dtype: string;
  readonly shape: number[];
  readonly begin: number;
  readonly end: number;
}

function parseEntry(key: string, entry: unknown, bad: (what: string) => StriateError): Entry {
  const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!isRecord(entry)) throw bad(`tensor '${key}' has no description`);
  const { dtype, shape, data_offsets: offsets } = entry;
  const bits = typeof dtype === 'string' ? bitsOf(dtype) : undefined;
  if (bits === undefined || typeof dtype !== 'string') {
    throw bad(`tensor '${key}' has elements of type ${String(dtype)}; can read ${Object.keys(readers).join(', ')}`);
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) throw bad(`tensor '${key}' has no sound shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw bad(`tensor '${key}' has no sound position`);
  }
  const [begin, end] = offsets as [number, number];
  const size = Math.ceil((sizeOf(shape) * bits) / 8);
  if (end - begin !== size) {
    throw bad(`tensor '${key}' of ${dtype} ${formatShape(shape)} needs ${size} bytes but has ${end - begin}`);
  }
  return { key, dtype, shape, begin, end };
}

/** The bits of an element; undefined for what is no type of the format. */
function bitsOf(dtype: string): number | undefined {
  if (Object.hasOwn(readers, dtype)) return 8 * readers[dtype].bytes;
  return Object.hasOwn(otherTypes, dtype) ? otherTypes[dtype] : undefined;
}
