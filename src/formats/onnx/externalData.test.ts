import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { StriateError, Tensor } from '../../tensor/index.js';
import { importOnnx } from './import/importOnnx.js';
import { encodeModelProto } from './modelProto.js';
import type { Draft, TensorProto } from './proto.js';
import { floatTensor } from './tensors.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-external-'));
});
afterAll(() => rm(folder, { recursive: true }));

const filters = Float32Array.from({ length: 2 * 3 }, (_, i) => i - 2);
const shift = Float32Array.of(0.5, -0.5);

/** A 1×1 convolution, whose bias comes from a constant node. */
function pointwise(weight: Draft<TensorProto>, bias: Draft<TensorProto>): Uint8Array {
  const dim = [{ dimParam: 'n' }, ...[3, 2, 2].map((dimValue) => ({ dimValue }))];
  return encodeModelProto({
    opsetImport: [{ version: 18 }],
    graph: {
      node: [
        { opType: 'Constant', input: [], output: ['b'], attribute: [{ name: 'value', type: 4, t: bias }] },
        { opType: 'Conv', input: ['x', 'w', 'b'], output: ['y'] },
      ],
      initializer: [weight],
      input: [{ name: 'x', type: { tensorType: { elemType: 1, shape: { dim } } } }],
      output: [{ name: 'y' }],
    },
  });
}

/** A tensor whose numbers lie elsewhere. */
function elsewhere(name: string, dims: readonly number[], entries: Record<string, string>): Draft<TensorProto> {
  const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
  return { name, dims, dataType: 1, dataLocation: 1, externalData };
}

const bytesOf = (values: Float32Array): Uint8Array => new Uint8Array(values.buffer);
/** Two tensors with something between. */
const data = Uint8Array.from([...bytesOf(filters), 9, 9, 9, ...bytesOf(shift)]);
const split = (location: string): Uint8Array =>
  pointwise(
    elsewhere('w', [2, 3, 1, 1], { location, offset: '0', length: '24' }),
    elsewhere('', [2], { location, offset: '27' }),
  );

const x = new Tensor(
  'float32',
  [1, 2, 2, 3],
  Float32Array.from({ length: 12 }, (_, i) => i / 5),
);

async function outputs(...given: Parameters<typeof importOnnx>): Promise<number[]> {
  const net = await importOnnx(...given);
  net.useEngine({ engine: 'reference' });
  const y = await net.predict(x);
  await net.dispose();
  return [...y.data];
}

it('reads weights from files beside the model, or handed in with its bytes', async () => {
  const whole = pointwise(floatTensor('w', [2, 3, 1, 1], filters), floatTensor('', [2], shift));
  const expected = await outputs(whole);
  await writeFile(join(folder, 'net.onnx'), split('net.onnx.data'));
  await writeFile(join(folder, 'net.onnx.data'), data);
  expect(await outputs(join(folder, 'net.onnx'))).toEqual(expected);
  expect(await outputs(split('w.bin'), { externalData: { 'w.bin': data } })).toEqual(expected);
});

it('says which file is missing, or does not fit', async () => {
  const path = join(folder, 'alone.onnx');
  await writeFile(path, split('gone.data'));
  await expect(importOnnx(path)).rejects.toThrow(/alone\.onnx': cannot read '.*gone\.data': no such file/);
  await expect(importOnnx(split('w.bin'), { externalData: {} })).rejects.toThrow(/'w\.bin', which was not handed in/);
  await expect(importOnnx(split('w.bin'), { externalData: { 'w.bin': data.subarray(0, 30) } })).rejects.toThrow(
    /tensor '': its numbers should be 8 bytes from 27 on in 'w\.bin', which has 30; the files do not belong together/,
  );
});

it.each(['../secret', '/etc/hostname', 'C:\\secret', 'a/../../b', 'http://example.org/w', ''])(
  'does not reach for files elsewhere: %s',
  async (location) => {
    const path = join(folder, 'reaching.onnx');
    await writeFile(path, split(location));
    await expect(importOnnx(path)).rejects.toThrow(/which is not beside it; put all files into one folder/);
  },
);

it.each<Record<string, string>>([
  { offset: '-4', length: '24' },
  { offset: '1e9', length: '24' },
  { offset: '0', length: '99999999999999999999' },
  { offset: '0', length: '20' },
  { offset: 'x' },
])('refuses places that cannot be: %s', async (entries) => {
  const weight = elsewhere('w', [2, 3, 1, 1], { location: 'w.bin', ...entries });
  const bytes = pointwise(weight, floatTensor('', [2], shift));
  const error = await importOnnx(bytes, { externalData: { 'w.bin': data } }).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(StriateError);
  expect((error as Error).message).toMatch(/tensor 'w'.*(numbers should be|needs 6 numbers; received 5)/);
});
