import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importOnnx, loadModel, zoo, type Model } from '../../src/index.js';
import { lastJson, striate, temporaryFolder } from './striate.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let model: Model;
const file = (name: string): string => join(folder.path, name);
const peers = fileURLToPath(new URL('../../bench/peers/node_modules', import.meta.url));
const runtime = existsSync(join(peers, 'onnxruntime-node'));

beforeAll(async () => {
  folder = await temporaryFolder();
  model = zoo.create('cifar_resnet20', { inputShape: [16, 16, 3], classes: 3, seed: 5 });
  model.classNames = ['ant', 'bee', 'cat'];
  await model.save(file('model.safetensors'));
  await model.saveWeights(file('weights.safetensors'), { format: 'pytorch' });
});
afterAll(async () => {
  await model.dispose();
  await folder.remove();
});

describe('striate export and import', () => {
  it('writes an ONNX file, and reads it as a model of its own', async () => {
    const exported = await striate([
      'export',
      file('model.safetensors'),
      '--output',
      file('a.onnx'),
      '--opset',
      '17',
      '--json',
    ]);
    expect(exported).toMatchObject({ code: 0 });
    expect(lastJson(exported)).toMatchObject({ command: 'export', format: 'ONNX', verified: null });
    const found = await importOnnx(file('a.onnx'));
    expect(found.classNames).toEqual(model.classNames);
    const imported = await striate(['import', file('a.onnx'), '--output', file('b.safetensors'), '--json']);
    const { parameters } = model.parameterCounts();
    expect(lastJson(imported)).toMatchObject({
      format: 'ONNX',
      parameters,
      input: [16, 16, 3],
      classNames: model.classNames,
    });
    const again = await loadModel(file('b.safetensors'));
    expect(again.parameterCounts()).toEqual(found.parameterCounts());
    await again.dispose();
    await found.dispose();
  });

  it('takes the zoo with weights, and gives weights a model', async () => {
    const args = [
      'export',
      'cifar_resnet20',
      '--weights',
      file('weights.safetensors'),
      '--output',
      file('c.safetensors'),
    ];
    expect(await striate([...args, '--input', '16x16x3'])).toMatchObject({ code: 0 });
    const bare = await striate(['import', file('c.safetensors'), '--output', file('d.safetensors')]);
    expect(bare.code).toBe(1);
    expect(bare.stderr).toMatch(/holds weights and no model; say with --model/);
    const named = await striate([
      'import',
      file('c.safetensors'),
      '--model',
      'cifar_resnet20',
      '--output',
      file('d.safetensors'),
      '--input',
      '16x16x3',
      '--json',
    ]);
    expect(lastJson(named)).toMatchObject({ format: 'weights', classes: 3, input: [16, 16, 3] });
  });

  it('says in one line what is wrong', async () => {
    const calls: readonly (readonly [readonly string[], RegExp, number])[] = [
      [['export', 'lenet5', '--output', file('x.bin')], /must end in \.onnx, /, 2],
      [['export', 'lenet5', '--output', file('x.keras'), '--opset', '13'], /--opset goes with an \.onnx file/, 2],
      [['export', 'lenet5', '--output', file('x.onnx'), '--opset', '7'], /from 11 to 21/, 2],
      [['import', file('none.onnx'), '--output', file('x.safetensors')], /none\.onnx.*no such file/, 1],
    ];
    for (const [args, message, code] of calls) {
      const finished = await striate(args);
      expect(finished.stderr).toMatch(message);
      expect(finished.stderr.trim().split('\n')).toHaveLength(1);
      expect(finished.code).toBe(code);
    }
  });

  it('verifies with onnxruntime-node where it is installed, and says so where it is not', async () => {
    const args = ['export', file('model.safetensors'), '--output', file('v.onnx'), '--verify', '--json'];
    const without = await striate(args, {}, folder.path);
    expect(without.code).toBe(1);
    expect(without.stderr).toMatch(/--verify: needs onnxruntime-node.*npm install onnxruntime-node/);
  });

  it.skipIf(!runtime)('compares the file with the model (needs onnxruntime-node: npm run bench:install)', async () => {
    const home = file('home');
    await mkdir(home);
    await symlink(peers, join(home, 'node_modules'));
    await writeFile(join(home, 'package.json'), '{}');
    const args = ['export', file('model.safetensors'), '--output', file('v.onnx'), '--verify', '--json'];
    const { verified } = lastJson(await striate(args, {}, home)) as { verified: { deviation: number } };
    expect(verified.deviation).toBeGreaterThan(0);
    expect(verified.deviation).toBeLessThan(1e-4);
  });
});
