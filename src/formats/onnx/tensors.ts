import { float16 } from '../../tensor/float16.js';
import { isWhole } from '../../tensor/check.js';
import { StriateError } from '../../tensor/index.js';
import { elementTypes, type Draft, type ElementType, type TensorProto } from './proto.js';

/** A constant of an ONNX graph: its numbers as doubles or floats, and whether they are whole. */
export interface Constant {
  readonly shape: readonly number[];
  /** Floats for ONNX's float types, doubles for whole numbers and double. */
  readonly data: Float32Array | Float64Array;
  /** One of `elementTypes`. */
  readonly elementType: number;
}

/** How many bytes one element takes in `rawData`, and how to read it. */
interface ElementReader {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
  /** The field that holds the numbers when `rawData` does not. */
  readonly field: 'floatData' | 'int32Data' | 'int64Data' | 'doubleData' | 'uint64Data';
  /** What an entry of that field stands for, where it is not the number itself. */
  readonly fromField?: (value: number) => number;
}

const bits = new DataView(new ArrayBuffer(4));

/** A bfloat16's number: the upper half of a float32. */
function fromBfloat16(value: number): number {
  bits.setUint32(0, (value & 0xffff) * 0x10000);
  return bits.getFloat32(0);
}

/** A reader for every type of elements but texts. */
export type ElementReaders = Readonly<Record<Exclude<ElementType, typeof elementTypes.string>, ElementReader>>;

const readers: ElementReaders = {
  [elementTypes.float]: { bytes: 4, read: (v, at) => v.getFloat32(at, true), field: 'floatData' },
  [elementTypes.double]: { bytes: 8, read: (v, at) => v.getFloat64(at, true), field: 'doubleData' },
  [elementTypes.float16]: {
    bytes: 2,
    read: (v, at) => float16(v.getUint16(at, true)),
    field: 'int32Data',
    fromField: float16,
  },
  [elementTypes.bfloat16]: {
    bytes: 2,
    read: (v, at) => fromBfloat16(v.getUint16(at, true)),
    field: 'int32Data',
    fromField: fromBfloat16,
  },
  [elementTypes.uint8]: { bytes: 1, read: (v, at) => v.getUint8(at), field: 'int32Data' },
  [elementTypes.int8]: { bytes: 1, read: (v, at) => v.getInt8(at), field: 'int32Data' },
  [elementTypes.bool]: { bytes: 1, read: (v, at) => v.getUint8(at), field: 'int32Data' },
  [elementTypes.uint16]: { bytes: 2, read: (v, at) => v.getUint16(at, true), field: 'int32Data' },
  [elementTypes.int16]: { bytes: 2, read: (v, at) => v.getInt16(at, true), field: 'int32Data' },
  [elementTypes.int32]: { bytes: 4, read: (v, at) => v.getInt32(at, true), field: 'int32Data' },
  [elementTypes.uint32]: { bytes: 4, read: (v, at) => v.getUint32(at, true), field: 'uint64Data' },
  [elementTypes.int64]: { bytes: 8, read: (v, at) => Number(v.getBigInt64(at, true)), field: 'int64Data' },
  [elementTypes.uint64]: { bytes: 8, read: (v, at) => Number(v.getBigUint64(at, true)), field: 'uint64Data' },
};

/** Types whose numbers are kept in single precision. */
const singleTypes: readonly number[] = [elementTypes.float, elementTypes.float16, elementTypes.bfloat16];

/** Whether a tensor's numbers lie in another file. */
export function isExternal({ dataLocation, externalData }: TensorProto): boolean {
  return dataLocation === 1 || externalData.length > 0;
}

/** How many bytes an element takes; undefined for types that are not read. */
export function elementBytes(type: number): number | undefined {
  return readerOf(type)?.bytes;
}

function readerOf(type: number): ElementReader | undefined {
  return Object.hasOwn(readers, type) ? readers[type as keyof ElementReaders] : undefined;
}

/** The name of an element type, for messages. */
function elementTypeName(type: number | undefined): string {
  return Object.entries(elementTypes).find(([, number]) => number === type)?.[0] ?? `type ${type ?? 0}`;
}

/**
 * A tensor's numbers and shape.
 *
 * @param label - Begins every message: `onnx 'net.onnx'`.
 * @throws StriateError when the numbers lie in another file, are not of a type of numbers, or are not as many as the shape
 * says.
 */
export function readTensor(proto: TensorProto, label: string): Constant {
  const name = `${label}: tensor '${proto.name ?? ''}'`;
  if (isExternal(proto)) {
    const file = proto.externalData.find(({ key }) => key === 'location')?.value ?? 'another file';
    throw new StriateError({
      where: name,
      rule: `its numbers lie in '${file}' (external data)`,
      advice: `give the path of the model instead of its bytes, with that file beside it, or the file's bytes, too: externalData: { '${file}': bytes }`,
    });
  }
  const elementType = proto.dataType ?? 0;
  const reader = readerOf(elementType);
  if (!reader) {
    throw new StriateError({
      where: name,
      rule: 'elements must be numbers of a type that can be read (float, float16, bfloat16, double, bool or whole numbers)',
      received: elementTypeName(elementType),
    });
  }
  const size = checkedSize(proto.dims, name);
  const { rawData } = proto;
  const raw = rawData && (rawData.length > 0 || size === 0) ? rawData : undefined;
  const listed = proto[reader.field];
  const available = raw ? raw.length / reader.bytes : listed.length;
  if (available !== size) {
    throw new StriateError({
      where: name,
      rule: `shape [${proto.dims.join(', ')}] needs ${size} numbers`,
      received: available,
      advice: 'the file is damaged, get it again',
    });
  }
  const data = new (singleTypes.includes(elementType) ? Float32Array : Float64Array)(size);
  if (raw) readRaw(raw, reader, elementType, data);
  else {
    const convert = reader.fromField;
    for (let i = 0; i < size; i++) data[i] = convert ? convert(listed[i]) : listed[i];
  }
  return { shape: proto.dims, data, elementType };
}

function readRaw(
  raw: Uint8Array,
  { bytes, read }: ElementReader,
  type: number,
  into: Float32Array | Float64Array,
): void {
  if (type === elementTypes.float) {
    // Copied into an array of its own, as floats in the file need not lie at multiples of four; all hosts are little-endian.
    new Uint8Array(into.buffer).set(raw);
    return;
  }
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  for (let i = 0; i < into.length; i++) into[i] = read(view, i * bytes);
}

/** The number of elements, never computed beyond what a double holds exactly. */
function checkedSize(dims: readonly number[], name: string): number {
  const size = dims.reduce((product, n) => product * n, 1);
  if (!dims.every((n) => isWhole(n, 0)) || !Number.isSafeInteger(size)) {
    throw new StriateError({
      where: name,
      rule: 'its shape is no shape',
      received: `[${dims.join(', ')}]`,
      advice: 'the file is damaged',
    });
  }
  return size;
}

/** A tensor of floats to be written, its numbers as raw little-endian bytes. */
export function floatTensor(name: string, dims: readonly number[], values: ArrayLike<number>): Draft<TensorProto> {
  const data = values instanceof Float32Array ? values : Float32Array.from(values);
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims, dataType: elementTypes.float, rawData };
}

/** A tensor of whole numbers (int64) to be written: shapes, axes. */
export function int64Tensor(name: string, dims: readonly number[], values: readonly number[]): Draft<TensorProto> {
  const data = BigInt64Array.from(values, (value) => BigInt(value));
  return { name, dims, dataType: elementTypes.int64, rawData: new Uint8Array(data.buffer) };
}
