import { PbfReader, PbfWriter } from './pbf.js';
import { StriateError } from '../../tensor/index.js';

/** How a field's value is written; a message is named by a function, as messages hold each other. */
export type FieldKind = 'int' | 'float' | 'double' | 'string' | 'bytes' | (() => Fields);

/** One field of a message: its number, its kind, and whether it may come more than once. */
export interface Field<Kind = FieldKind, Repeated = boolean> {
  readonly tag: number;
  readonly kind: Kind;
  readonly repeated: Repeated;
}

/** A message's fields by the names that TypeScript knows them by. */
export type Fields = Readonly<Record<string, Field>>;

/** A decoded message: repeated fields are always there, others only when the file has them. */
type Message = Record<string, unknown>;

/** A field that comes at most once. */
export const one = <Kind extends FieldKind>(tag: number, kind: Kind): Field<Kind, false> => ({
  tag,
  kind,
  repeated: false,
});

/** A field that may come any number of times. */
export const many = <Kind extends FieldKind>(tag: number, kind: Kind): Field<Kind, true> => ({
  tag,
  kind,
  repeated: true,
});

/** Nested deeper than this, or with more messages, no network is: a damaged file. */
const deepest = 64;
const mostMessages = 4_000_000;

const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** The wire type of a single value. */
const wireTypeOf = (kind: FieldKind): number =>
  kind === 'int'
    ? wireTypes.varint
    : kind === 'float'
      ? wireTypes.fixed32
      : kind === 'double'
        ? wireTypes.fixed64
        : wireTypes.bytes;

interface Decoding {
  readonly reader: PbfReader;
  messages: number;
}

/**
 * A message's bytes, decoded; bytes are views of the file's, nothing is copied but floats.
 *
 * @throws StriateError that begins with `label`, when the bytes are not such a message.
 */
export function decodeMessage(label: string, fields: Fields, bytes: Uint8Array): Record<string, unknown> {
  try {
    return readMessage({ reader: new PbfReader(bytes), messages: 0 }, fields, bytes.length, 0);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new StriateError(
      { where: label, rule: `the file is damaged or cut off (${error.message})`, advice: 'get it again' },
      { cause: error },
    );
  }
}

const fieldsByTag = new WeakMap<Fields, ReadonlyMap<number, readonly [string, Field]>>();

function byTag(fields: Fields): ReadonlyMap<number, readonly [string, Field]> {
  let found = fieldsByTag.get(fields);
  if (!found) {
    found = new Map(Object.entries(fields).map(([name, field]) => [field.tag, [name, field] as const]));
    fieldsByTag.set(fields, found);
  }
  return found;
}

function readMessage(decoding: Decoding, fields: Fields, end: number, depth: number): Message {
  const { reader } = decoding;
  if (depth > deepest) throw new Error('messages are nested too deeply');
  if (++decoding.messages > mostMessages) throw new Error('too many messages');
  const message: Message = {};
  for (const [name, field] of Object.entries(fields)) if (field.repeated) message[name] = [];
  const known = byTag(fields);
  while (reader.pos < end) {
    const key = reader.readVarint();
    reader.type = key & 7;
    const tag = Math.floor(key / 8);
    if (tag === 0) throw new Error('a field has number 0');
    const entry = known.get(tag);
    if (entry) readField(decoding, message, entry, end, depth);
    else reader.skip(reader.type);
    if (!(reader.pos <= end)) throw new Error('a field reaches beyond its message');
  }
  return message;
}

function readField(
  decoding: Decoding,
  message: Message,
  [name, { kind, repeated }]: readonly [string, Field],
  end: number,
  depth: number,
): void {
  const { reader } = decoding;
  const packed = repeated && typeof kind === 'string' && wireTypeOf(kind) !== wireTypes.bytes;
  if (packed && reader.type === wireTypes.bytes) {
    message[name] = readPacked(reader, kind, lengthOf(reader, end), message[name] as readonly number[]);
    return;
  }
  if (reader.type !== wireTypeOf(kind)) throw new Error(`field '${name}' has another type than it should`);
  const value = readValue(decoding, kind, end, depth);
  if (repeated) (message[name] as unknown[]).push(value);
  else message[name] = value;
}

function readValue(decoding: Decoding, kind: FieldKind, end: number, depth: number): unknown {
  const { reader } = decoding;
  if (kind === 'int') return reader.readVarint(true);
  if (kind === 'float') return reader.readFloat();
  if (kind === 'double') return reader.readDouble();
  const start = reader.pos + 0;
  const length = lengthOf(reader, end);
  if (typeof kind === 'function') return readMessage(decoding, kind(), reader.pos + length, depth + 1);
  reader.pos = start;
  return kind === 'string' ? reader.readString() : reader.readBytes();
}

/** The length that comes before bytes, checked against what is left. */
function lengthOf(reader: PbfReader, end: number): number {
  const length = reader.readVarint();
  if (!(length >= 0 && reader.pos + length <= end)) throw new Error('a field reaches beyond its message');
  return length;
}

/** Numbers that were written in one piece, behind those that came before. */
function readPacked(
  reader: PbfReader,
  kind: FieldKind,
  length: number,
  before: readonly number[],
): readonly number[] | Float32Array | Float64Array {
  const { pos, dataView } = reader;
  const end = pos + length;
  if (kind === 'int') {
    const numbers = [...before];
    while (reader.pos < end) numbers.push(reader.readVarint(true));
    return numbers;
  }
  const bytes = kind === 'float' ? 4 : 8;
  const count = length / bytes;
  if (!Number.isInteger(count)) throw new Error('a list of numbers has a broken length');
  const values = new (kind === 'float' ? Float32Array : Float64Array)(before.length + count);
  values.set(before);
  for (let i = 0; i < count; i++) {
    const at = pos + i * bytes;
    values[before.length + i] = kind === 'float' ? dataView.getFloat32(at, true) : dataView.getFloat64(at, true);
  }
  reader.pos = end;
  return values;
}

/** A message's bytes; fields that are undefined are left out, lists of numbers are written in one piece. */
export function encodeMessage(fields: Fields, message: object): Uint8Array {
  const writer = new PbfWriter();
  writeMessage(writer, fields, message);
  return writer.finish();
}

function writeMessage(writer: PbfWriter, fields: Fields, message: object): void {
  const values = message as Message;
  for (const [name, { tag, kind, repeated }] of Object.entries(fields)) {
    const value = values[name];
    if (value === undefined) continue;
    if (!repeated) writeValue(writer, tag, kind, value);
    else if (typeof kind === 'string' && wireTypeOf(kind) !== wireTypes.bytes) {
      writePacked(writer, tag, kind, value as ArrayLike<number>);
    } else for (const item of value as readonly unknown[]) writeValue(writer, tag, kind, item);
  }
}

function writeValue(writer: PbfWriter, tag: number, kind: FieldKind, value: unknown): void {
  if (typeof kind === 'function') {
    writer.writeMessage(tag, (item: object, to) => writeMessage(to, kind(), item), value as object);
  } else if (kind === 'int') writer.writeVarintField(tag, int64(value as number));
  else if (kind === 'float') writer.writeFloatField(tag, value as number);
  else if (kind === 'double') writer.writeDoubleField(tag, value as number);
  else if (kind === 'string') writer.writeStringField(tag, value as string);
  else writer.writeBytesField(tag, value as Uint8Array);
}

function writePacked(writer: PbfWriter, tag: number, kind: FieldKind, values: ArrayLike<number>): void {
  if (values.length === 0) return;
  if (kind === 'int') writer.writePackedVarint(tag, Array.from(values, int64));
  else {
    const bytes = new (kind === 'float' ? Float32Array : Float64Array)(values.length);
    bytes.set(values);
    writer.writeBytesField(tag, new Uint8Array(bytes.buffer));
  }
}

/** The largest int64 lies between two doubles; the one above it would be written as the smallest. */
const int64 = (value: number): number => Math.min(value, 2 ** 63 - 1024);
