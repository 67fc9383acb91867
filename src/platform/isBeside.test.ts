import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { files } from '#platform';
import { importOnnx, importTfjs } from '../formats/index.js';
import { encodeModelProto } from '../formats/onnx/modelProto.js';
import { layers } from '../layers/index.js';
import { sequential } from '../models/index.js';
import { tensor } from '../tensor/index.js';
import { encodeSafetensors } from '../tensor/safetensors.js';
import { exportTfjs } from '../formats/index.js';

let root: string;
let inside: string;
const at = (...names: string[]): string => join(inside, ...names);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'striate-beside-'));
  inside = join(root, 'model');
  await mkdir(join(inside, 'parts'), { recursive: true });
  await writeFile(join(root, 'secret'), new Uint8Array(64));
  await writeFile(at('own'), new Uint8Array(64));
  await writeFile(at('parts', 'deep'), '');
  await symlink(join(root, 'secret'), at('link'));
  await symlink(root, at('up'));
  await symlink('own', at('alias'));
});
afterAll(() => rm(root, { recursive: true }));

it('a file is beside another where it really lies in its folder, links followed', async () => {
  const model = at('own');
  for (const name of ['own', 'alias', 'parts/deep', 'missing']) {
    expect([name, await files.isBeside(at(name), model)]).toEqual([name, true]);
  }
  for (const name of ['link', 'up/secret']) {
    expect([name, await files.isBeside(at(name), model)]).toEqual([name, false]);
  }
  // As the cache of the Hugging Face hub has them: all are links into one folder of contents.
  await mkdir(join(root, 'blobs'));
  await writeFile(join(root, 'blobs', 'a'), '');
  await writeFile(join(root, 'blobs', 'b'), '');
  await symlink('../blobs/a', at('index.json'));
  await symlink('../blobs/b', at('part'));
  expect(await files.isBeside(at('part'), at('index.json'))).toBe(true);
});

describe('a link that leads out of the folder is not followed', () => {
  const elsewhere = /'?"?(link|up\/secret)'?"?, which is (not|no file) beside it/;

  it.each(['link', 'up/secret'])('by external data of ONNX (%s)', async (location) => {
    const dim = [{ dimParam: 'n' }, ...[3, 2, 2].map((dimValue) => ({ dimValue }))];
    const externalData = [{ key: 'location', value: location }];
    await writeFile(
      at('a.onnx'),
      encodeModelProto({
        opsetImport: [{ version: 18 }],
        graph: {
          node: [{ opType: 'Conv', input: ['x', 'w'], output: ['y'] }],
          initializer: [{ name: 'w', dims: [2, 3, 1, 1], dataType: 1, dataLocation: 1, externalData }],
          input: [{ name: 'x', type: { tensorType: { elemType: 1, shape: { dim } } } }],
          output: [{ name: 'y' }],
        },
      }),
    );
    await expect(importOnnx(at('a.onnx'))).rejects.toThrow(elsewhere);
  });

  it.each(['link', 'up/secret'])('by an index of weights (%s)', async (part) => {
    await writeFile(join(root, 'secret'), encodeSafetensors([['fc.bias', tensor([1, 2])]]));
    const weight_map = { 'fc.bias': part, 'fc.weight': part };
    await writeFile(at('model.safetensors.index.json'), JSON.stringify({ weight_map }));
    const model = sequential({ layers: [layers.dense({ name: 'fc', units: 2, inputShape: [3] })] });
    await expect(model.loadWeights(at('model.safetensors.index.json'))).rejects.toThrow(elsewhere);
  });

  it('by the shards of TensorFlow.js', async () => {
    const folder = at('tfjs');
    await mkdir(folder);
    const model = sequential({ layers: [layers.dense({ units: 2, inputShape: [3] })] });
    await exportTfjs(model, join(folder, 'model.json'));
    expect((await importTfjs(join(folder, 'model.json'))).countParams()).toBe(8);
    const shard = join(folder, 'group1-shard1of1.bin');
    await rm(shard);
    await symlink(join(root, 'secret'), shard);
    await expect(importTfjs(join(folder, 'model.json'))).rejects.toThrow(/shard1of1\.bin', which is not beside it/);
  });
});
