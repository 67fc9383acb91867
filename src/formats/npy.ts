import { formatShape, sizeOf, StriateError, Tensor } from '../tensor/index.js';

/** How the elements of one of NumPy's types are read. */
interface ElementReader {
  readonly bytes: number;
  read(view: DataView, at: number, littleEndian: boolean): number;
}

/** NumPy's types that hold plain numbers, without the byte order before them. */
const readers: Readonly<Record<string, ElementReader>> = {
  f4: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  i2: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  i4: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  i8: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  u2: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  u4: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  b1: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

const magic = '\u0093NUMPY';
/** Where the elements begin is a multiple of this, as NumPy writes it. */
const alignment = 64;

/**
 * Reads a NumPy array (.npy, versions 1 to 3), of any type of plain numbers and in C or Fortran order, as float32 in C order.
 *
 * @param file what messages call it
 * @throws StriateError when the file is cut off or damaged, or its elements are no numbers.
 */
export function decodeNpy(bytes: Uint8Array, file: string): Tensor<'float32'> {
  const bad = (what: string): StriateError =>
    new StriateError({ where: file, rule: `not a sound .npy file: ${what}`, advice: 'write it with numpy.save' });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (new TextDecoder('latin1').decode(bytes.subarray(0, 6)) !== magic) throw bad('it does not begin as one');
  const long = bytes[6] > 1;
  const start = long ? 12 : 10;
  if (bytes.length < start) throw bad('it is cut off inside the header');
  const end = start + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  if (bytes.length < end) throw bad('it is cut off inside the header');
  const { type, littleEndian, fortran, shape } = parseHeader(new TextDecoder().decode(bytes.subarray(start, end)), bad);
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (!reader) throw bad(`its elements are of type '${type}'; can read ${Object.keys(readers).join(', ')}`);
  const size = sizeOf(shape);
  if (bytes.length - end !== size * reader.bytes) {
    throw bad(
      `${formatShape(shape)} of ${type} takes ${size * reader.bytes} bytes, ${bytes.length - end} follow the header`,
    );
  }
  const data = new Float32Array(size);
  for (let i = 0; i < size; i++) data[i] = reader.read(view, end + i * reader.bytes, littleEndian);
  return new Tensor('float32', shape, fortran ? fromFortranOrder(data, shape) : data);
}

/** Writes a tensor as a NumPy array of float32, version 1, in C order. */
export function encodeNpy({ shape, data }: Tensor<'float32'>): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const start = Math.ceil((10 + header.length + 1) / alignment) * alignment;
  const bytes = new Uint8Array(start + 4 * data.length);
  const text = `${magic}\u0001\u0000\u0000\u0000${header}`.padEnd(start - 1) + '\n';
  for (let i = 0; i < start; i++) bytes[i] = text.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, start - 10, true);
  for (let i = 0; i < data.length; i++) view.setFloat32(start + 4 * i, data[i], true);
  return bytes;
}

interface Header {
  /** Without the byte order. */
  readonly type: string;
  readonly littleEndian: boolean;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

function parseHeader(text: string, bad: (what: string) => StriateError): Header {
  const described = /'descr': *'([<>|=]?)(\w+)'/.exec(text);
  if (!described && text.includes("'descr'")) throw bad('its elements have several fields; save one array of numbers');
  const order = /'fortran_order': *(True|False)/.exec(text);
  const extent = /'shape': *\(([\d, ]*)\)/.exec(text);
  if (!described || !order || !extent) throw bad('its header does not tell type, order and shape');
  const shape = extent[1]
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  return { type: described[2], littleEndian: described[1] !== '>', fortran: order[1] === 'True', shape };
}

/** Elements whose first axis runs fastest, in the order in which the last one does. */
function fromFortranOrder(data: Float32Array, shape: readonly number[]): Float32Array {
  const result = new Float32Array(data.length);
  const place = new Array<number>(shape.length).fill(0);
  const steps = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    result[to] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++place[axis] < shape[axis]) break;
      from -= steps[axis] * shape[axis];
      place[axis] = 0;
    }
  }
  return result;
}
