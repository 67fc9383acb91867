import sharp from 'sharp';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printedOutput } from '../../test/printed.js';
import { layers, namedPreprocessing, sequential, tensor } from '../index.js';
import { roundThings } from '../../test/roundThings.js';
import type { Model } from '../models/index.js';
import { settlePreparation } from './settlePreparation.js';

let folder: string;
let picture: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-hint-'));
  picture = join(folder, 'grey.png');
  await sharp({ create: { width: 8, height: 8, channels: 3, background: '#ccc' } }).toFile(picture);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Two classes: the picture's mean red, against a number. */
async function redAbove(threshold: number): Promise<Model> {
  const model = sequential([
    layers.globalAveragePooling2d({ inputShape: [8, 8, 3] }),
    layers.dense({ units: 2, activation: 'softmax', name: 'decide' }),
  ]);
  model.classNames = ['dark', 'light'];
  await model.setWeights(
    new Map([
      [
        'decide/kernel',
        tensor([
          [0, 1],
          [0, 0],
          [0, 0],
        ]),
      ],
      ['decide/bias', tensor([threshold, 0])],
    ]),
  );
  return model;
}

describe('where it is a guess how pictures are prepared', () => {
  const preprocessing = namedPreprocessing('0-1', [8, 8, 3]);

  it('tells what the model says by each way', async () => {
    const model = await redAbove(10);
    const { output, printed } = printedOutput();
    await settlePreparation(
      { model, format: 'ONNX', preparation: { preprocessing, stated: false, note: 'a guess' } },
      [picture],
      output,
    );
    expect(printed.progress).toHaveLength(2);
    expect(printed.progress[1]).toMatch(/0-1 dark \([\d.]+ %\)/);
    expect(printed.progress[1]).toMatch(/0-255 light \(100 %\)/);
    await model.dispose();
  });

  it.each<[string, number, boolean, string | undefined, number]>([
    ['the guess alone, where all ways lead to the same answer', -1e4, false, 'grey.png', 1],
    ['the guess alone, where there is no picture', 10, false, undefined, 1],
    ['the guess alone, where the picture cannot be read', 10, false, 'gone.png', 1],
    ['nothing, where it is stated', 10, true, 'grey.png', 0],
  ])('tells %s', async (_, threshold, stated, name, lines) => {
    const model = await redAbove(threshold);
    const { output, printed } = printedOutput();
    const preparation = { preprocessing, stated, note: stated ? undefined : 'a guess' };
    await settlePreparation(
      { model, format: 'ONNX', preparation },
      name === undefined ? [] : [join(folder, name)],
      output,
    );
    expect(printed.progress).toHaveLength(lines);
    await model.dispose();
  });

  it('takes the way by which the answer depends on the picture, and says so', async () => {
    const { model, picture: disc } = await roundThings({ range: 255 });
    const file = join(folder, 'disc.png');
    const { width, height } = disc;
    await sharp(disc.data, { raw: { width, height, channels: 4 } })
      .png()
      .toFile(file);
    const preparation = {
      preprocessing: namedPreprocessing('torch', [24, 24, 3]),
      stated: false,
      guess: 'torch',
      note: 'a guess',
    } as const;
    const { output, printed } = printedOutput();
    const settled = await settlePreparation({ model, format: 'ONNX', preparation }, [file], output);
    expect(settled.preparation!.stated).toBe(false);
    expect(settled.preparation!.preprocessing).toEqual(namedPreprocessing('rgb-means', [24, 24, 3]));
    expect(printed.progress[0]).toMatch(/taken: rgb-means .* by torch, which is usual.*--preprocessing decides/);
    expect(printed.progress[1]).toMatch(/by --preprocessing: rgb-means disc \([\d.]+ %\); torch stripes 5/);
    await model.dispose();
  });
});
