import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { printedOutput } from '../../../test/printed.js';
import { layers } from '../../layers/index.js';
import { sequential } from '../../models/index.js';
import { decodeSafetensors, encodeSafetensors } from '../../tensor/safetensors.js';
import type { Training } from '../../fit/index.js';
import { evaluateCommand } from '../evaluate.js';
import { exportCommand } from '../export.js';
import { predictCommand } from '../predict.js';
import { summaryCommand } from '../summary.js';
import { stopWhereDiverged } from './divergence.js';
import { trainCommand } from './train.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-diverged-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  process.exitCode = undefined;
});

/** A classifier of three classes, one more than `xo` has, for the pictures of `xo`. */
async function saved(name: string, change = (weights: Float32Array): unknown => weights, classes = 3): Promise<string> {
  const model = sequential({
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [32, 32, 1], name: 'conv' }),
      layers.globalAveragePooling2d(),
      layers.dense({ units: classes, activation: 'softmax', name: 'head' }),
    ],
  });
  const { metadata, tensors } = decodeSafetensors(await model.toBytes(), name);
  change(tensors.get('conv/kernel')!.data as Float32Array);
  const path = join(folder, name);
  await writeFile(path, encodeSafetensors([...tensors], metadata));
  await model.dispose();
  return path;
}

const train = (...args: string[]): Promise<unknown> =>
  trainCommand(printedOutput().output).exitOverride().parseAsync(args, { from: 'user' });

describe('a training that diverges', () => {
  it('on a frozen base ends with a sentence, and nothing of it is kept as the best', async () => {
    const out = join(folder, 'run');
    const args = ['--freeze', 'features', '--epochs', '3', '--lr', '1e6', '--threads', '1', '--out', out];
    await expect(train('--data', 'xo', '--model', await saved('base.safetensors'), ...args)).rejects.toThrow(
      /^training diverged: the loss of epoch 1 is .*e\+\d.* lower learning rate \(it was 1000000\)/,
    );
    expect(existsSync(join(out, 'best.safetensors'))).toBe(false);
  });

  it('is told from one whose loss is large from the beginning, and from one that merely got worse', async () => {
    const epoch = async (first: number, loss: number, valLoss: number): Promise<void> => {
      const callback = stopWhereDiverged();
      const training = { learningRate: 0.1 } as Training;
      await callback.onTrainBatchEnd!(0, { loss: first }, training);
      await callback.onTrainBatchEnd!(1, { loss }, training);
      await callback.onEpochEnd!(0, { loss, valLoss }, training);
    };
    await epoch(0.7, 30, 400);
    await epoch(8e4, 9e4, 2e5);
    await expect(epoch(0.7, 3, 1e4)).rejects.toThrow(/^training diverged/);
    await expect(epoch(0.7, 2e3, 1)).rejects.toThrow(/^training diverged/);
    await expect(epoch(0.7, 1, NaN)).rejects.toThrow(/^training diverged/);
  });
});

describe('a file whose weights are no numbers', () => {
  const refusal = /broken\.safetensors: weights must be finite numbers, and 'conv\/kernel' holds NaN; .*checkpoint/;
  const commands = { evaluateCommand, predictCommand, summaryCommand, exportCommand, trainCommand };

  it.each([
    ['evaluateCommand', ['--data', 'xo']],
    ['predictCommand', ['picture.png']],
    ['summaryCommand', []],
    ['exportCommand', ['--output', 'x.onnx']],
    ['trainCommand', ['--data', 'xo', '--model']],
  ] as const)('is refused by %s', async (name, args) => {
    const path = await saved('broken.safetensors', (weights) => (weights[5] = NaN));
    const command = commands[name](printedOutput().output).exitOverride();
    const given = name === 'trainCommand' ? [...args, path] : [path, ...args];
    await expect(command.parseAsync(given, { from: 'user' })).rejects.toThrow(refusal);
  });
});

it('a model whose outputs overflow is no model with a result', async () => {
  const path = await saved('overflow.safetensors', (weights) => weights.fill(3e38), 2);
  const command = evaluateCommand(printedOutput().output).exitOverride();
  await expect(
    command.parseAsync([path, '--data', 'xo', '--preprocessing', '0-255'], { from: 'user' }),
  ).rejects.toThrow(/its outputs must be numbers, and of picture 0 of 'xo' they are NaN/);
});
