import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { openModel } from '../classify/index.js';
import { layers } from '../layers/index.js';
import { loadModel } from '../formats/loadModel.js';
import { sequential, type Model } from '../models/index.js';
import { tensor, type Tensor } from '../tensor/index.js';
import { encodeSafetensors, type SafeTensorEntry } from '../tensor/safetensors.js';
import { zoo } from '../zoo/index.js';
import { contentOf } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'striate-sharded-'));
afterAll(() => rmSync(folder, { recursive: true }));

const weight = tensor([
  [0, 1, 2],
  [3, 4, 5],
]);
const bias = tensor([1, 2]);

const layer = (): Model => sequential({ layers: [layers.dense({ name: 'fc', units: 2, inputShape: [3] })] });

/** Writes files into a folder of its own. */
function write(name: string, files: Record<string, Uint8Array | string>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
  return path;
}

const part = (...tensors: [string, Tensor][]): Uint8Array => encodeSafetensors(tensors);
const index = (map: Record<string, string>): string =>
  JSON.stringify({ metadata: { total_size: 32 }, weight_map: map });

const parts = {
  'model-00001-of-00002.safetensors': part(['fc.weight', weight]),
  'model-00002-of-00002.safetensors': part(['fc.bias', bias]),
};
const map = { 'fc.weight': 'model-00001-of-00002.safetensors', 'fc.bias': 'model-00002-of-00002.safetensors' };
const sharded = write('sharded', { 'model.safetensors.index.json': index(map), ...parts });

async function biasAfter(source: string): Promise<unknown> {
  const model = layer();
  await model.loadWeights(source);
  return (await model.getWeights()).get('fc/bias')!.toNested();
}

async function said(action: Promise<unknown>): Promise<string> {
  const error: unknown = await action.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  return (error as Error).message;
}

describe('weights in several files', () => {
  it('are read as one through their index, or their folder', async () => {
    expect(await biasAfter(join(sharded, 'model.safetensors.index.json'))).toEqual([1, 2]);
    expect(await biasAfter(sharded)).toEqual([1, 2]);
  });

  it('may be files of torch.save', async () => {
    const stored = JSON.parse(
      readFileSync(new URL('./pytorch/testdata/checkpoints.json', import.meta.url), 'utf8'),
    ) as Record<string, string>;
    const whole = gunzipSync(Buffer.from(stored.half, 'base64'));
    const torch = write('torch', {
      'pytorch_model.bin.index.json': index({ 'fc.weight': 'a.bin', 'fc.bias': 'b.bin' }),
      'a.bin': whole,
      'b.bin': whole,
    });
    expect(await biasAfter(torch)).toEqual([1, 2]);
  });

  it('say what is amiss: an index alone, a part that is not there, lacks a tensor or lies elsewhere', async () => {
    const bytes = readFileSync(join(sharded, 'model.safetensors.index.json'));
    expect(await said(layer().loadWeights(bytes))).toMatch(
      /is an index of weights that lie in 2 other files; give its path/,
    );
    const cut = write('cut', { 'model.safetensors.index.json': index(map) });
    expect(await said(layer().loadWeights(cut))).toMatch(/part 'model-00001-of-00002.safetensors': cannot read/);
    const swapped = write('swapped', {
      ...parts,
      'model.safetensors.index.json': index({ ...map, 'fc.weight': 'model-00002-of-00002.safetensors' }),
    });
    expect(await said(layer().loadWeights(swapped))).toMatch(/should hold tensor 'fc.weight' and does not/);
    for (const [i, place] of ['../model.safetensors', '/etc/passwd', 'C:\\x', 'https://example.org/x'].entries()) {
      const outside = write(`outside${i}`, { 'model.safetensors.index.json': index({ 'fc.weight': place }) });
      expect(await said(layer().loadWeights(outside))).toMatch(/which is no file beside it/);
    }
    expect(await said(layer().loadWeights(join(sharded, 'model-00001-of-00002.safetensors')))).toMatch(
      /1 tensor is missing: fc.bias; it is one of several parts; give the index beside it/,
    );
  });

  it('and other JSON are told apart from damaged files, by everything that opens models', async () => {
    const file = join(sharded, 'model.safetensors.index.json');
    expect(await said(openModel(file))).toBe(
      `${file}: holds weights and no model; say with architecture which architecture of the zoo they belong to, such as resnet18`,
    );
    expect(await said(openModel(sharded))).toMatch(/holds weights and no model/);
    expect(await said(loadModel(file))).toMatch(
      /is an index of weights that lie in several files; read them with model\.loadWeights/,
    );
    const other = write('other', { 'a.json': '{"model_type":"resnet"}', 'b.json': '{"x":1}', 'c.json': '[1]' });
    expect(await said(layer().loadWeights(join(other, 'a.json')))).toMatch(
      /configuration of a model .*give its folder/,
    );
    expect(await said(layer().loadWeights(join(other, 'b.json')))).toMatch(
      /no index of weights \(it has no weight_map\)/,
    );
    expect(await said(layer().loadWeights(join(other, 'c.json')))).toMatch(/no index of weights/);
    expect(await said(layer().loadWeights(other))).toMatch(/is a folder without weights under a usual name/);
  });
});

describe('a folder of the Hugging Face hub', () => {
  it('gives a model of the zoo, prepared as its configuration says', async () => {
    const small = zoo.create('mobilenet_v3_small', { classes: 3, inputShape: [32, 32, 3] });
    const file = join(folder, 'small.safetensors');
    await small.saveWeights(file, { format: 'pytorch' });
    const config = {
      architecture: 'mobilenetv3_small_100',
      num_classes: 3,
      pretrained_cfg: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25], interpolation: 'bicubic' },
    };
    const hub = write('timm.mobilenetv3_small', {
      'config.json': JSON.stringify(config),
      'model.safetensors': readFileSync(file),
    });
    const { model, format } = await openModel(hub, { architecture: 'mobilenet_v3_small', inputShape: [32, 32, 3] });
    expect([format, model.outputShape]).toEqual(['weights', [3]]);
    expect(model.preprocessing).toMatchObject({
      mean: [0.5, 0.5, 0.5],
      std: [0.25, 0.25, 0.25],
      interpolation: 'bicubic',
    });
    const same = await zoo.create('mobilenet_v3_small', { weights: hub, inputShape: [32, 32, 3] });
    expect((await same.getWeights()).get('classifier.3/bias')).toEqual(
      (await small.getWeights()).get('classifier.3/bias'),
    );
  });
});

describe('tensors of every type of safetensors', () => {
  /** A file with a layer's weights and one more tensor of any type. */
  function withTensor(dtype: string, bytes: number, name = 'extra'): Uint8Array {
    const sound = part(['fc.weight', weight], ['fc.bias', bias]);
    const view = new DataView(sound.buffer, sound.byteOffset);
    const length = Number(view.getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(sound.subarray(8, 8 + length))) as Record<
      string,
      SafeTensorEntry
    >;
    const data = sound.subarray(8 + length);
    const entry = { dtype, shape: [2], data_offsets: [data.length, data.length + bytes] };
    const json = new TextEncoder().encode(JSON.stringify({ ...header, [name]: entry }));
    const file = new Uint8Array(8 + json.length + data.length + bytes);
    new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
    file.set(json, 8);
    file.set(data, 8 + json.length);
    return file;
  }

  it.each([
    ['BOOL', 2],
    ['I8', 2],
    ['U8', 2],
    ['I16', 4],
    ['U16', 4],
    ['U32', 8],
    ['I64', 16],
    ['U64', 16],
    ['C64', 16],
    ['F4', 1],
  ])('may stand beside the weights and are told (%s)', async (dtype, bytes) => {
    const model = layer();
    const { leftOver, unexpected } = await model.loadWeights(withTensor(dtype, bytes));
    expect([leftOver, unexpected]).toEqual([['extra'], []]);
    expect((await model.getWeights()).get('fc/bias')!.toNested()).toEqual([1, 2]);
  });

  it.each([
    ['F8_E4M3', 2],
    ['F8_E5M2', 2],
    ['BF16', 4],
    ['F16', 4],
    ['F64', 16],
  ])('are real numbers, which strict loading asks about (%s)', async (dtype, bytes) => {
    expect(await said(layer().loadWeights(withTensor(dtype, bytes)))).toMatch(/1 tensor is left over: extra/);
    const { tensors } = await contentOf(withTensor(dtype, bytes));
    expect([tensors.get('extra')!.dtype, ...tensors.get('extra')!.data]).toEqual(['float32', 0, 0]);
  });

  it('are refused by their type where a layer needs them and they are no plain numbers', async () => {
    const model = sequential({ layers: [layers.dense({ name: 'head', units: 2, inputShape: [3], useBias: false })] });
    const file = withTensor('C64', 16, 'head.weight');
    expect(await said(model.loadWeights(file, { strict: false }))).toMatch(
      /1 tensor cannot be read: head.weight \(C64 numbers\)/,
    );
  });

  it('keep whole numbers that int32 cannot hold, as the nearest float32', async () => {
    const file = withTensor('I64', 16);
    new DataView(file.buffer).setBigInt64(file.length - 16, 2n ** 40n, true);
    const { tensors } = await contentOf(file);
    expect([...tensors.get('extra')!.data]).toEqual([2 ** 40, 0]);
  });

  it('have names that a terminal may not obey, which messages write out', async () => {
    const message = await said(layer().loadWeights(part(['\u001b[31mred\u001b]0;t\u0007<script>', bias])));
    expect(message).toContain('\\u001b[31mred\\u001b]0;t\\u0007<script>');
    expect(message.split('').every((character) => character >= ' ')).toBe(true);
  });
});
