import { describe, expect, it } from 'vitest';
import { StriateError, tensor, zeros, type Tensor } from './index.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';

/** A file with this header and data. */
function file(header: string, data: ArrayLike<number> = []): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

describe('safetensors', () => {
  it('gives back what was written', () => {
    const tensors = new Map<string, Tensor>([
      [
        'a',
        tensor([
          [1, 2.5],
          [-3, NaN],
        ]),
      ],
      ['b', tensor([1, 2, 255], [3], 'uint8')],
      ['c', tensor([-7], [], 'int32')],
      ['empty', zeros([0, 3])],
    ]);
    const bytes = encodeSafetensors(tensors, { note: 'Grüße' });
    // Its position in memory must not matter.
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const decoded = decodeSafetensors(shifted.subarray(1));
    expect(decoded.tensors).toEqual(tensors);
    expect(decoded.metadata).toEqual({ note: 'Grüße' });
    expect(new DataView(bytes.buffer).getUint32(0, true) % 8).toBe(0);
  });

  it('reads half, brain and double precision and long whole numbers', () => {
    const header = JSON.stringify({
      half: { dtype: 'F16', shape: [3], data_offsets: [0, 6] },
      brain: { dtype: 'BF16', shape: [1], data_offsets: [6, 8] },
      double: { dtype: 'F64', shape: [1], data_offsets: [8, 16] },
      long: { dtype: 'I64', shape: [1], data_offsets: [16, 24] },
    });
    const data = new DataView(new ArrayBuffer(24));
    [0x3e00, 0xc000, 0x0001].forEach((bits, i) => data.setUint16(2 * i, bits, true));
    data.setUint16(6, 0x3fc0, true);
    data.setFloat64(8, -0.25, true);
    data.setBigInt64(16, -5n, true);
    const { tensors } = decodeSafetensors(file(header, new Uint8Array(data.buffer)));
    expect([...tensors.get('half')!.data]).toEqual([1.5, -2, 2 ** -24]);
    expect([...tensors.values()].slice(1).map((t) => t.data[0])).toEqual([1.5, -0.25, -5]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['too short', new Uint8Array(7), /too few for a header/],
    ['header beyond the end', file('{}').fill(9, 0, 1), /cut off inside the header/],
    ['a huge header', file('{}').fill(255, 0, 6), /more than the format allows/],
    ['no JSON', file('{"a"'), /header is not JSON/],
    ['no object', file('[]'), /not a JSON object/],
    ['cut data', file('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', [0, 0]), /cut off inside tensor 'a'/],
    ['trailing bytes', file('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [0, 0]), /1 bytes follow/],
    [
      'overlap',
      file(
        '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}',
        [0, 0, 0],
      ),
      /'b' overlaps/,
    ],
    ['a hole', file('{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', [0, 0]), /hole before tensor 'a'/],
    ['an unknown type', file('{"a":{"dtype":"C65","shape":[],"data_offsets":[0,8]}}', new Uint8Array(8)), /type C65/],
    [
      'a wrong size',
      file('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', [0, 0, 0, 0]),
      /needs 8 bytes but has 4/,
    ],
    ['a negative shape', file('{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}}'), /no sound shape/],
    ['metadata that is not text', file('{"__metadata__":{"a":1}}'), /metadata/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, 'x.safetensors')).toThrow(message);
    expect(() => decodeSafetensors(bytes, 'x.safetensors')).toThrow(/^x.safetensors: /);
    expect(() => decodeSafetensors(bytes)).toThrow(StriateError);
  });

  it('refuses two tensors of one name', () => {
    expect(() =>
      encodeSafetensors([
        ['a', zeros([1])],
        ['a', zeros([1])],
      ]),
    ).toThrow(/two tensors are called 'a'/);
  });
});
