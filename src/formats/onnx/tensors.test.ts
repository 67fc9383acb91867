import { describe, expect, it } from 'vitest';
import { decodeModelProto, encodeModelProto } from './modelProto.js';
import { elementTypes, type Draft, type TensorProto } from './proto.js';
import { floatTensor, int64Tensor, readTensor } from './tensors.js';

/** A tensor written into a file and read from it again. */
function there(draft: Draft<TensorProto>): ReturnType<typeof readTensor> {
  const bytes = encodeModelProto({ graph: { initializer: [draft] } });
  return readTensor(decodeModelProto(bytes, 'file').graph!.initializer[0], 'file');
}

const raw = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer);

describe('readTensor', () => {
  it.each([
    ['float', { floatData: [1.5, -2] }],
    ['float', { rawData: bytesOf(Float32Array.of(1.5, -2)) }],
    ['double', { doubleData: [1.5, -2] }],
    ['double', { rawData: bytesOf(Float64Array.of(1.5, -2)) }],
    ['float16', { int32Data: [0x3e00, 0xc000] }],
    ['float16', { rawData: raw(0x00, 0x3e, 0x00, 0xc0) }],
    ['bfloat16', { int32Data: [0x3fc0, 0xc000] }],
    ['bfloat16', { rawData: raw(0xc0, 0x3f, 0x00, 0xc0) }],
  ] as const)('reads floats of every kind: %s', (type, data) => {
    const { data: values, shape } = there({ name: 't', dims: [2], dataType: elementTypes[type], ...data });
    expect([...values]).toEqual([1.5, -2]);
    expect(shape).toEqual([2]);
  });

  it.each([
    ['int64', { int64Data: [7, -3] }],
    ['int64', { rawData: bytesOf(BigInt64Array.of(7n, -3n)) }],
    ['int32', { int32Data: [7, -3] }],
    ['int32', { rawData: bytesOf(Int32Array.of(7, -3)) }],
    ['int16', { rawData: bytesOf(Int16Array.of(7, -3)) }],
    ['int8', { rawData: raw(7, 253) }],
    ['int8', { int32Data: [7, -3] }],
  ] as const)('reads whole numbers of every kind: %s', (type, data) => {
    expect([...there({ dims: [2], dataType: elementTypes[type], ...data }).data]).toEqual([7, -3]);
  });

  it('reads halves below the normal ones, and what is no number', () => {
    const { data } = there({ dims: [4], dataType: elementTypes.float16, int32Data: [1, 0x7c00, 0xfc00, 0x7e00] });
    expect([...data]).toEqual([2 ** -24, Infinity, -Infinity, NaN]);
    expect([...there({ dims: [2], dataType: elementTypes.uint8, rawData: raw(7, 253) }).data]).toEqual([7, 253]);
  });

  it('reads what it writes', () => {
    expect([...there(floatTensor('w', [2, 1], [0.5, 4])).data]).toEqual([0.5, 4]);
    expect([...there(int64Tensor('s', [3], [1, -1, 2 ** 40])).data]).toEqual([1, -1, 2 ** 40]);
    expect(there(floatTensor('none', [0], [])).data).toHaveLength(0);
  });

  it('refuses shapes that the numbers do not fill, and before anything is allocated', () => {
    const huge = { name: 't', dims: [1e6, 1e6], dataType: elementTypes.float, rawData: raw(0, 0, 0, 0) };
    expect(() => there(huge)).toThrow(
      /file: tensor 't': shape \[1000000, 1000000\] needs 1000000000000 numbers; received 1;/,
    );
    expect(() => there({ ...huge, dims: [-1] })).toThrow(/its shape is no shape; received \[-1\]/);
    expect(() => there({ ...huge, dims: [2 ** 40, 2 ** 40] })).toThrow(/its shape is no shape/);
    expect(() => there({ ...huge, dataType: elementTypes.string })).toThrow(/received string/);
    expect(() => there({ ...huge, dataType: 77 })).toThrow(/received type 77/);
  });
});

describe('decodeModelProto', () => {
  it('keeps large whole numbers and skips fields that it does not know', () => {
    const bytes = encodeModelProto({
      irVersion: 8,
      graph: { node: [{ attribute: [{ name: 'ends', ints: [2 ** 63, -1, -(2 ** 63)] }] }] },
    });
    // Field 99, four bytes long.
    const more = Uint8Array.from([...bytes, 0x9a, 0x06, 4, 1, 2, 3, 4]);
    const { graph, irVersion } = decodeModelProto(more, 'file');
    const [first, second, third] = graph!.node[0].attribute[0].ints;
    expect(irVersion).toBe(8);
    expect(first).toBeGreaterThan(9e18);
    expect([second, third]).toEqual([-1, -(2 ** 63)]);
  });

  it.each([
    ['a length beyond the end', [0x3a, 0xff, 0xff, 0xff, 0xff, 0x07]],
    ['a type that there is not', [0x0f]],
    ['a field of another type', [0x38, 0x01]],
    ['a number without end', [0x08, ...new Array<number>(11).fill(0xff)]],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeModelProto(Uint8Array.from(bytes), "onnx 'a.onnx'")).toThrow(
      /^onnx 'a.onnx': the file is damaged or cut off/,
    );
  });
});
