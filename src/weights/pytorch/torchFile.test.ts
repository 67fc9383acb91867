import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { Random, StriateError } from '../../tensor/index.js';
import { layers } from '../../layers/index.js';
import { contentOf } from '../index.js';
import { sequential } from '../../models/index.js';

const stored = JSON.parse(readFileSync(new URL('./testdata/torchFiles.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>;
const bytesOf = (name: string): Uint8Array => new Uint8Array(gunzipSync(Buffer.from(stored[name], 'base64')));

const messageOf = async (bytes: Uint8Array): Promise<string> => {
  const error: unknown = await contentOf(bytes, 'x.pth').catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StriateError);
  return (error as Error).message;
};

/** A pickle in a zip archive as PyTorch lays it out, with blocks of numbers by key. */
const archive = (pickle: Uint8Array, blocks: Record<string, Uint8Array> = {}, more: Record<string, Uint8Array> = {}) =>
  zipSync(
    {
      'x/data.pkl': pickle,
      ...Object.fromEntries(Object.entries(blocks).map(([key, bytes]) => [`x/data/${key}`, bytes])),
      ...more,
    },
    { level: 0 },
  );

/** Instructions of a pickle: text stands for its bytes, numbers are bytes. */
const pickle = (...parts: readonly (string | number | readonly number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string' ? [...Buffer.from(part)] : typeof part === 'number' ? [part] : [...part],
    ),
  );
const text = (value: string): readonly number[] => [0x8c, value.length, ...Buffer.from(value)];
const int = (value: number): readonly number[] => [0x4a, ...new Uint8Array(Int32Array.of(value).buffer)];
const tuple = (...values: readonly (readonly number[])[]): readonly number[] => [0x28, ...values.flat(), 0x74];
const global = (module: string, name: string): readonly number[] => [0x63, ...Buffer.from(`${module}\n${name}\n`)];

/** The pickle of `{ w: tensor }` with this shape, these strides and so many elements beside it. */
const oneTensor = (
  shape: number[],
  strides: number[],
  elements: number,
  offset = 0,
  type = 'FloatStorage',
): Uint8Array =>
  pickle(
    [0x80, 2, 0x7d, ...text('w'), ...global('torch._utils', '_rebuild_tensor_v2'), 0x28],
    [...tuple(text('storage'), global('torch', type), text('0'), text('cpu'), int(elements)), 0x51, ...int(offset)],
    [...tuple(...shape.map(int)), ...tuple(...strides.map(int)), 0x89, 0x4e, 0x74, 0x52, 0x73, 0x2e],
  );
const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

describe('files of torch.save', () => {
  it.each(['kindsZip', 'kindsStream', 'kindsProtocol5'])(
    'reads every type of numbers and every layout (%s)',
    async (name) => {
      const { tensors } = await contentOf(bytesOf(name));
      const nested = (key: string) => tensors.get(key)!.toNested();
      expect(tensors.get('turned')!.shape).toEqual([4, 2, 3]);
      expect(nested('turned')).toEqual([0, 1, 2, 3].map((k) => [0, 12].map((i) => [0, 4, 8].map((j) => i + j + k))));
      expect(nested('part')).toEqual([
        [
          [4, 6],
          [8, 10],
        ],
        [
          [16, 18],
          [20, 22],
        ],
      ]);
      // The smallest float16 next to 6e-8 is 2⁻²⁴.
      expect(nested('half')).toEqual([1.5, -2, 65504, 2 ** -24]);
      expect(nested('brain')).toEqual([1, -3.140625]);
      expect(nested('double')).toEqual([Math.fround(0.1), Infinity]);
      expect(nested('long')).toEqual([-5, 2 ** 40]);
      expect(['int', 'short', 'char', 'byte'].map(nested)).toEqual([[-7], [-300], [-3], [200]]);
      expect(nested('bool')).toEqual([1, 0]);
      expect([tensors.get('scalar')!.shape, nested('scalar')]).toEqual([[], 2.5]);
      expect(tensors.get('empty')!.shape).toEqual([0, 3]);
      expect(nested('expanded')).toEqual([
        [7, 7],
        [7, 7],
        [7, 7],
      ]);
      expect([nested('parameter'), nested('first'), nested('second')]).toEqual([[4], [0, 1, 2], [3, 4, 5]]);
      const whole = [...tensors].filter(([, { dtype }]) => dtype !== 'float32').map(([name]) => name);
      expect(whole.sort()).toEqual(['bool', 'byte', 'char', 'int', 'short']);
    },
  );

  it.each(['checkpointZip', 'checkpointStream'])('finds the model in a checkpoint and loads it (%s)', async (name) => {
    const model = sequential({
      layers: [
        layers.conv2d({ name: 'conv', filters: 2, kernelSize: 1, inputShape: [2, 2, 1] }),
        layers.batchNormalization({ name: 'norm', epsilon: 1e-5 }),
      ],
    });
    const { loaded, leftOver } = await model.loadWeights(bytesOf(name));
    expect([loaded.length, leftOver]).toEqual([6, []]);
    const weights = await model.getWeights();
    expect(weights.get('conv/kernel')!.toNested()).toEqual([[[[0.5, -2]]]]);
    expect(weights.get('conv/bias')!.toNested()).toEqual([1, 3]);
    expect(weights.get('norm/movingVariance')!.toNested()).toEqual([0.25, 4]);
    await model.dispose();
  });

  it('reads the tensors of a window anywhere in a block', async () => {
    const bytes = archive(oneTensor([2, 2], [1, 2], 6, 2), { 0: floats(0, 1, 2, 3, 4, 5) });
    const { tensors } = await contentOf(bytes);
    expect(tensors.get('w')!.toNested()).toEqual([
      [2, 4],
      [3, 5],
    ]);
  });
});

describe('what is refused', () => {
  it.each(['evilZip', 'evilStream'])('runs no code (%s)', async (name) => {
    expect(await messageOf(bytesOf(name))).toMatch(
      /^x\.pth: holds Python objects of (posix|nt|os)\.system, .*torch\.save\(model\.state_dict\(\), path\)/,
    );
    expect(existsSync('/tmp/striate-was-here')).toBe(false);
  });

  it.each([
    ['GLOBAL', pickle([0x80, 2], global('os', 'system'), [0x8c, 2], 'ls', [0x85, 0x52, 0x2e]), 'os.system'],
    ['STACK_GLOBAL', pickle([0x80, 4], text('builtins'), text('eval'), [0x93, 0x2e]), 'builtins.eval'],
    ['a dotted name', pickle([0x80, 4], text('torch'), text('Size.__new__'), [0x93, 0x2e]), 'torch.Size.__new__'],
    ['a type that is called', pickle([0x80, 2], global('torch', 'Tensor'), [0x29, 0x52, 0x2e]), 'torch.Tensor'],
    [
      'a class of torch’s',
      pickle([0x80, 2], global('torch.jit._pickle', 'build_intlist'), [0x2e]),
      'torch.jit._pickle.build_intlist',
    ],
  ])('names what it will not call: %s', async (_, bytes, name) => {
    expect(await messageOf(archive(bytes))).toContain(`holds Python objects of ${name}`);
  });

  it.each([
    ['INST', pickle([0x28], text('ls'), 'ios\nsystem\n.')],
    ['OBJ', pickle([0x28], text('x'), 'o.')],
    ['an extension', pickle([0x80, 2, 0x82, 1, 0x2e])],
    ['a buffer outside', pickle([0x80, 5, 0x97, 0x2e])],
  ])('knows no instruction that weights do not need: %s', async (_, bytes) => {
    expect(await messageOf(archive(bytes))).toContain('no instruction that weights need');
  });

  it('says what whole models and complex numbers are', async () => {
    expect(await messageOf(bytesOf('wholeModel'))).toMatch(
      /Python objects of torch\.nn\.modules\.container\.Sequential/,
    );
    const { tensors, unreadable } = await contentOf(bytesOf('complex'));
    expect([tensors.size, [...unreadable!.values()]]).toEqual([0, ['complex64 numbers']]);
  });

  it('says what other files are', async () => {
    const list = archive(pickle([0x80, 2, 0x5d, 0x2e]));
    expect(await messageOf(list)).toContain('holds a list and no dictionary of tensors');
    const numbers = archive(pickle([0x80, 2, 0x7d], text('epoch'), int(3), [0x73, 0x2e]));
    expect(await messageOf(numbers)).toContain('a dictionary without tensors (its keys: epoch)');
    const keras = zipSync({ 'config.json': new Uint8Array(2), 'model.weights.h5': new Uint8Array(2) });
    expect(await messageOf(keras)).toContain('Keras');
    expect(await messageOf(pickle([0x80, 4, 0x95, 1, 0, 0, 0, 0, 0, 0, 0, 0x4e, 0x2e]))).toContain(
      'not one that torch.save wrote',
    );
    const big = archive(oneTensor([1], [1], 1), { 0: floats(1) }, { 'x/byteorder': Buffer.from('big') });
    expect(await messageOf(big)).toContain('big-endian');
    expect(await messageOf(Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10))).toContain('loadKerasWeights');
  });

  it.each([
    ['beyond its storage', oneTensor([2, 3], [3, 1], 5), /\[2, 3\] reaches beyond its storage of 5 elements/],
    ['at a negative place', oneTensor([1], [1], 5, -1), /lacks its storage/],
    ['a negative size', oneTensor([-1], [1], 5), /shape is no list/],
    ['more than the file can hold', oneTensor([2 ** 30, 2 ** 30], [0, 0], 1), /larger than the file can be/],
    ['a block that is too short', oneTensor([6], [1], 6), /cut off inside tensor 'w' \(8 of 24 bytes\)/],
  ])('does not believe a tensor that claims %s', async (_, bytes, message) => {
    expect(await messageOf(archive(bytes, { 0: floats(1, 2) }))).toMatch(message);
  });

  it('does not grow without end', async () => {
    const nest = Uint8Array.from([0x80, 2, ...Array<number>(1_500_000).fill(0x5d), 0x2e]);
    expect(await messageOf(archive(nest))).toContain('more values than any weights do');
    // A dictionary made anew from one list, again and again.
    const pairs = [
      0x80,
      2,
      0x5d,
      0x28,
      ...Array<number[]>(2000).fill([0x28, 0x4e, 0x4e, 0x74]).flat(),
      0x65,
      0x71,
      1,
      0x30,
    ];
    const again = [...global('collections', 'OrderedDict'), 0x28, 0x68, 1, 0x74, 0x52, 0x30];
    const bomb = Uint8Array.from([...pairs, ...Array<number[]>(2000).fill(again).flat(), 0x4e, 0x2e]);
    expect(await messageOf(archive(bomb))).toContain('more values than any weights do');
    const long = pickle([0x80, 2, 0x8b, 0xff, 0xff, 0xff, 0x7f, 0x2e]);
    expect(await messageOf(archive(long))).toContain('a whole number of 2147483647 bytes');
    const string = pickle([0x80, 4, 0x8d, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x2e]);
    expect(await messageOf(archive(string))).toContain('cut off');
  });

  it.each(['kindsZip', 'kindsStream'])('gives one clear error for every cut and most damage (%s)', async (name) => {
    const whole = bytesOf(name);
    for (let length = 9; length < whole.length; length += 37) {
      expect(await messageOf(whole.subarray(0, length))).toMatch(/^x\.pth: /);
    }
    const random = new Random(5);
    for (let i = 0; i < 300; i++) {
      const damaged = whole.slice();
      for (let k = 0; k < 3; k++) damaged[random.uint32() % damaged.length] = random.uint32() & 255;
      // Damage among the numbers themselves cannot be seen.
      await contentOf(damaged, 'x.pth').catch((error: unknown) => {
        expect(error).toBeInstanceOf(StriateError);
        expect((error as Error).message).toMatch(/^x\.pth: /);
      });
    }
  });
});
