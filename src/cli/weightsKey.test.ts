import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { printedOutput } from '../../test/printed.js';
import { loadModel } from '../formats/loadModel.js';
import { EmbeddingIndex } from '../retrieval/index.js';
import type { Tensor } from '../tensor/index.js';
import { decodeSafetensors, encodeSafetensors } from '../tensor/safetensors.js';
import { zoo } from '../zoo/index.js';
import { evaluateCommand } from './evaluate.js';
import { exportCommand } from './export.js';
import type { Output } from './output.js';
import { searchCommand } from './search/search.js';
import { trainCommand } from './train/train.js';

/** The dictionaries of the checkpoint, each with the weights of a seed. */
const seeds = { model: 1, model_ema: 2 } as const;
const [name, shape, classes] = ['cifar_resnet20', [16, 16, 3], 2] as const;

let root: string;
let checkpoint: string;
let pictures: string;
const at = (...names: string[]): string => join(root, ...names);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'striate-weights-key-'));
  const tensors = new Map<string, Tensor>();
  for (const [key, seed] of Object.entries(seeds)) {
    const file = at(`${key}.safetensors`);
    const model = zoo.create(name, { inputShape: shape, classes, seed });
    await model.saveWeights(file, { format: 'pytorch' });
    await model.dispose();
    for (const [own, tensor] of decodeSafetensors(await readFile(file), file).tensors)
      tensors.set(`${key}.${own}`, tensor);
  }
  checkpoint = at('checkpoint.safetensors');
  await writeFile(checkpoint, encodeSafetensors(tensors));
  pictures = at('pictures');
  for (const [k, colour] of ['blue', 'red'].entries()) {
    await mkdir(join(pictures, colour), { recursive: true });
    for (let i = 0; i < 8; i++) {
      const background = { r: 200 * k + i, g: 20 * i, b: 200 - 200 * k };
      const picture = sharp({ create: { width: 16, height: 16, channels: 3, background } });
      await picture.png().toFile(join(pictures, colour, `${i}.png`));
    }
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));
afterEach(() => {
  process.exitCode = undefined;
});

/** Runs a command with the checkpoint's model. */
async function run(make: (output: Output) => Command, ...args: string[]): Promise<Record<string, unknown>> {
  const { output, printed } = printedOutput();
  const command = make(output);
  for (const each of [command, ...command.commands]) each.exitOverride().configureOutput({ writeErr: () => undefined });
  await command.parseAsync([...args, '--json'], { from: 'user' });
  return printed.json as Record<string, unknown>;
}

const weights = (key: string): string[] => ['--weights', checkpoint, '--weights-key', key];

describe('--weights-key', () => {
  it('is what train starts from, and a resumed run keeps it', async () => {
    const still = ['--optimizer', 'sgd', '--lr', '1e-30', '--epochs', '1', '--batch', '8', '--preprocessing', '0-1'];
    const common = ['--data', pictures, '--model', name, '--input', '16x16x3', '--freeze', 'none', ...still];
    for (const [key, seed] of Object.entries(seeds)) {
      const out = at(`run-${key}`);
      await run(trainCommand, ...common, ...weights(key), '--out', out);
      const [trained, source] = [
        await loadModel(join(out, 'best.safetensors')),
        zoo.create(name, { inputShape: shape, classes, seed }),
      ];
      const [got, expected] = [await trained.getWeights(), await source.getWeights()];
      const kernels = [...expected.keys()].filter((each) => each.endsWith('/kernel'));
      expect(kernels.length).toBeGreaterThan(19);
      for (const kernel of kernels) expect(got.get(kernel)!.data, kernel).toEqual(expected.get(kernel)!.data);
      for (const model of [trained, source]) await model.dispose();
    }
    const { arguments: kept } = JSON.parse(await readFile(at('run-model_ema', 'run.json'), 'utf8')) as {
      arguments: object;
    };
    expect(kept).toMatchObject({ weightsKey: 'model_ema' });
    const other = run(trainCommand, '--resume', at('run-model_ema'), '--weights-key', 'model');
    await expect(other).rejects.toThrow(/--weights-key model: the run in .* has model_ema/);
    const page = await readFile(at('run-model_ema', 'index.html'), 'utf8');
    expect(page).toContain('--weights-key model_ema');
  });

  it('is what an index is made with, and what its queries take again', async () => {
    const index = (key: string): string => at(`${key}.index.safetensors`);
    for (const key of Object.keys(seeds)) {
      const model = ['--model', name, '--input', '16x16x3', '--preprocessing', '0-1'];
      await run(searchCommand, 'build', pictures, ...model, ...weights(key), '--output', index(key));
    }
    const [plain, average] = [await EmbeddingIndex.load(index('model')), await EmbeddingIndex.load(index('model_ema'))];
    expect(plain.vector(0)).not.toEqual(average.vector(0));
    const query = (...args: string[]): Promise<Record<string, unknown>> =>
      run(searchCommand, 'query', index('model_ema'), join(pictures, 'red', '3.png'), ...args);
    const { results } = (await query()) as { results: { neighbours: { label: string }[] }[] };
    expect(results[0].neighbours[0].label).toBe('red');
    await expect(query('--weights-key', 'model')).rejects.toThrow(/not the same model/);
    await rename(checkpoint, at('moved.safetensors'));
    try {
      await expect(query()).rejects.toThrow(/--model \(and --weights, --weights-key\)/);
      expect(await query('--weights', at('moved.safetensors'))).toMatchObject({ results: [{}] });
    } finally {
      await rename(at('moved.safetensors'), checkpoint);
    }
  });

  it.each([
    ['train', trainCommand, ['--data', 'xo', '--model', name]],
    ['evaluate', evaluateCommand, [name, '--data', 'xo']],
    ['export', exportCommand, [name, '--output', 'x.onnx']],
    ['search build', searchCommand, ['build', '.', '--model', name, '--output', 'x.safetensors']],
  ] as const)('is refused by %s where no checkpoint is given', async (_, make, args) => {
    await expect(run(make, ...args, '--weights-key', 'model_ema')).rejects.toThrow(
      /--weights-key model_ema: says which dictionary.*give it with --weights FILE/,
    );
  });
});
