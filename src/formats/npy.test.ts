import { expect, it } from 'vitest';
import { StriateError, Tensor } from '../tensor/index.js';
import { decodeNpy, encodeNpy } from './npy.js';

/** A text's bytes, for letters of one byte. */
const bytesOf = (text: string): number[] => Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));

/** A file as NumPy writes it, with this header and these bytes. */
function file(header: string, elements: ArrayBuffer, version = 1): Uint8Array {
  const text = bytesOf(`${header}\n`);
  const length = [text.length & 255, text.length >> 8, 0, 0].slice(0, version === 1 ? 2 : 4);
  return Uint8Array.from([...bytesOf('\u0093NUMPY'), version, 0, ...length, ...text, ...new Uint8Array(elements)]);
}

const header = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

it.each([[[2, 3]], [[6]], [[1, 2, 3, 1]], [[]], [[0, 4]]])('reads what it writes: %j', (shape) => {
  const size = shape.reduce((a, b) => a * b, 1);
  const tensor = new Tensor(
    'float32',
    shape,
    Float32Array.from({ length: size }, (_, i) => Math.sin(i)),
  );
  const bytes = encodeNpy(tensor);
  expect(decodeNpy(bytes, 'x.npy')).toEqual(tensor);
  // NumPy maps files into memory, for which elements must be aligned.
  expect((bytes.length - 4 * size) % 64).toBe(0);
});

it('writes what NumPy reads', () => {
  const bytes = encodeNpy(new Tensor('float32', [2], Float32Array.of(1, -2)));
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 128));
  expect(text).toBe(`\u0093NUMPY\u0001\u0000\u0076\u0000${header('<f4', '(2,)')}`.padEnd(127) + '\n');
  expect([...bytes.subarray(128)]).toEqual([0, 0, 128, 63, 0, 0, 0, 192]);
});

it.each([
  ['<f8', Float64Array.of(1, 2, 3).buffer],
  ['<i4', Int32Array.of(1, 2, 3).buffer],
  ['|u1', Uint8Array.of(1, 2, 3).buffer],
  ['<i8', BigInt64Array.of(1n, 2n, 3n).buffer],
  ['>i2', Uint8Array.of(0, 1, 0, 2, 0, 3).buffer],
])('reads %s as float32, also in version 2', (descr, elements) => {
  for (const version of [1, 2]) {
    const { shape, data } = decodeNpy(file(header(descr, '(3,)'), elements, version), 'x.npy');
    expect([shape, [...data]]).toEqual([[3], [1, 2, 3]]);
  }
});

it('puts Fortran order into C order', () => {
  // The columns of [[0, 1, 2], [3, 4, 5]], one after the other, twice as deep.
  const elements = Float32Array.of(0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11).buffer;
  const { data } = decodeNpy(file(header('<f4', '(2, 3, 2)', 'True'), elements), 'x.npy');
  expect([...data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

it.each([
  ['no array', Uint8Array.from({ length: 200 }, (_, i) => i), /does not begin as one/],
  ['nothing', new Uint8Array(0), /does not begin/],
  ['a cut header', file(header('<f4', '(2,)'), new ArrayBuffer(8)).subarray(0, 40), /cut off inside the header/],
  ['a cut array', file(header('<f4', '(2,)'), new ArrayBuffer(7)), /\[2\] of f4 takes 8 bytes, 7 follow/],
  ['complex numbers', file(header('<c8', '(1,)'), new ArrayBuffer(8)), /of type 'c8'; can read f4, /],
  ['objects', file(header('|O', '(1,)'), new ArrayBuffer(8)), /of type 'O'/],
  [
    'records',
    file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", new ArrayBuffer(4)),
    /several fields/,
  ],
  ['an empty header', file('{}', new ArrayBuffer(0)), /does not tell type/],
])('names the file that holds %s', (_, bytes, message) => {
  const read = (): unknown => decodeNpy(bytes, 'pictures.npy');
  expect(read).toThrow(StriateError);
  expect(read).toThrow(/^pictures\.npy: not a sound \.npy file: /);
  expect(read).toThrow(message);
});
