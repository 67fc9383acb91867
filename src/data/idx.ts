import { files, gunzip } from '#platform';
import { formatShape, sizeOf, StriateError, Tensor } from '../tensor/index.js';

/** How an IDX element type is read. */
interface ElementType {
  readonly bytes: number;
  read(view: DataView, shape: readonly number[], offset: number): Tensor;
}

/** The element types, by an IDX file's third byte; numbers are big-endian. */
const elementTypes: Readonly<Record<number, ElementType>> = {
  0x08: {
    bytes: 1,
    read: (view, shape, offset) =>
      new Tensor('uint8', shape, new Uint8Array(view.buffer, view.byteOffset + offset, sizeOf(shape))),
  },
  0x0c: {
    bytes: 4,
    read: (view, shape, offset) =>
      new Tensor(
        'int32',
        shape,
        Int32Array.from({ length: sizeOf(shape) }, (_, i) => view.getInt32(offset + 4 * i)),
      ),
  },
  0x0d: {
    bytes: 4,
    read: (view, shape, offset) =>
      new Tensor(
        'float32',
        shape,
        Float32Array.from({ length: sizeOf(shape) }, (_, i) => view.getFloat32(offset + 4 * i)),
      ),
  },
};

const again = 'download the file again';

/**
 * Reads the contents of an IDX file, the format of MNIST (http://yann.lecun.com/exdb/mnist): two zero bytes, the element
 * type, the number of axes, the axes as 32-bit numbers, the elements. Bytes are not copied.
 *
 * @param file what to call the file in an error message
 * @throws StriateError when the file is not IDX, is truncated, or continues after its last element.
 *
 * @example
 * parseIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 7, 9]), 'labels').shape; // [2]
 */
export function parseIdx(bytes: Uint8Array, file: string): Tensor {
  const { type, shape, header, length } = layoutOf(bytes, file);
  if (bytes.length !== length) {
    throw new StriateError({
      where: file,
      rule: `its header says ${formatShape(shape)}, which takes ${length} bytes`,
      received: `${bytes.length}, ${bytes.length < length ? 'so the file is cut off or its header is damaged' : 'so something follows the last element'}`,
      advice: again,
    });
  }
  return type.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), shape, header);
}

/** The header of an IDX file. */
interface IdxLayout {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Bytes before the elements. */
  readonly header: number;
  /** Bytes of the whole file. */
  readonly length: number;
}

function layoutOf(bytes: Uint8Array, file: string): IdxLayout {
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0) {
    throw new StriateError({
      where: file,
      rule: 'an IDX file begins with two zero bytes, the element type and the number of axes',
      received: bytes.length === 0 ? 'an empty file' : `bytes ${hex(bytes.subarray(0, 4))}`,
      advice: "pass an IDX file, gzipped or not, such as MNIST's train-images-idx3-ubyte.gz",
    });
  }
  if (!Object.hasOwn(elementTypes, bytes[2])) {
    throw new StriateError({
      where: file,
      rule: "an IDX file's third byte must be a known element type (08 bytes, 0c int32, 0d float32)",
      received: hex(bytes.subarray(2, 3)),
      advice: 'convert the file to one of these types, or download it again',
    });
  }
  const type = elementTypes[bytes[2]];
  const rank = bytes[3];
  const header = 4 + 4 * rank;
  if (rank === 0 || bytes.length < header) {
    throw new StriateError({
      where: file,
      rule: `an IDX header of ${rank} axes takes ${header} bytes and needs at least one axis`,
      received: `a file of ${bytes.length} bytes`,
      advice: again,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  return { type, shape, header, length: header + sizeOf(shape) * type.bytes };
}

/**
 * Reads an IDX file, gzipped or not.
 *
 * @param path a file; in the browser, an address
 * @throws StriateError when the file does not exist or is damaged.
 */
export async function readIdx(path: string): Promise<Tensor> {
  const bytes = await files.readIfPresent(path);
  if (bytes === undefined) throw new StriateError({ where: path, rule: 'no such file', advice: 'check the path' });
  return parseIdx(await unpacked(bytes, path), path);
}

/**
 * Reads the first of several files that exists: the same data is distributed gzipped or not, and with dots for hyphens.
 *
 * @returns the tensor and the path that it came from
 * @throws StriateError when none exists.
 */
export async function readFirstIdx(folder: string, names: readonly string[]): Promise<{ path: string; data: Tensor }> {
  for (const name of names) {
    const path = files.join(folder, name);
    const bytes = await files.readIfPresent(path);
    if (bytes !== undefined) return { path, data: parseIdx(await unpacked(bytes, path), path) };
  }
  throw new StriateError({
    where: files.join(folder, names[0]),
    rule: `no such file (nor ${names.slice(1).join(', ')})`,
    advice: `put the data set's files into ${folder}`,
  });
}

/** Shorter beginnings are not checked: the whole is small, or damaged. */
const judged = 1000;

async function unpacked(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  // A little more than the header says, so that a few excess bytes are reported as such.
  return gunzip(bytes, path, (start) => (start.length < judged ? Infinity : layoutOf(start, path).length + 4096));
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
