import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { roundThings } from '../../test/roundThings.js';
import { comparePreprocessing, openModel, type Model, type PictureSource } from '../index.js';

const models: Model[] = [];
afterAll(async () => {
  for (const model of models) await model.dispose();
});

async function made(options: Parameters<typeof roundThings>[0]): Promise<Model> {
  const { model } = await roundThings(options);
  models.push(model);
  return model;
}

describe('comparePreprocessing', () => {
  it('takes another way where by the usual one all pictures look the same', async () => {
    const model = await made({ range: 255 });
    const { picture } = await roundThings({ range: 255 });
    const { name, ways } = (await comparePreprocessing(model, [picture]))!;
    expect(ways[0].name).toBe('torch');
    expect(ways[0].information).toBeLessThan(0.05);
    expect(['rgb-means', '0-255', 'caffe']).toContain(name);
    expect(ways.find((way) => way.name === name)!.information).toBeGreaterThan(1);
  });

  it('keeps the usual way, and tries no other, where the answer depends on what is to be seen', async () => {
    const model = await made({ range: 1 });
    const { picture } = await roundThings({ range: 1 });
    const compared = (await comparePreprocessing(model, [picture], '0-1'))!;
    expect(compared.ways.map(({ name }) => name)).toEqual(['0-1']);
    expect(compared.name).toBe('0-1');
    expect(compared.ways[0].information).toBeGreaterThan(1);
  });

  it('says nothing of few classes, of grey pictures, and where no picture can be read', async () => {
    const { picture } = await roundThings({ range: 1 });
    expect(await comparePreprocessing(await made({ range: 1, classes: 9 }), [picture])).toBeUndefined();
    expect(await comparePreprocessing(await made({ range: 1, channels: 1 }), [picture])).toBeUndefined();
    const model = await made({ range: 1 });
    expect(await comparePreprocessing(model, ['gone.png', Uint8Array.of(1, 2, 3)])).toBeUndefined();
    expect(await comparePreprocessing(model, [])).toBeUndefined();
  });
});

const data = process.env.STRIATE_DATA;
/** Three of CIFAR-10's test pictures. */
async function cifar(): Promise<PictureSource[]> {
  const bytes = readFileSync(join(data!, 'cifar10', 'test_batch.bin'));
  return Promise.all(
    [0, 3, 6].map((i) => {
      const planes = bytes.subarray(i * 3073 + 1, (i + 1) * 3073);
      const pixels = Uint8Array.from({ length: 3072 }, (_, at) => planes[(at % 3) * 1024 + Math.floor(at / 3)]);
      return sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } })
        .png()
        .toBuffer();
    }),
  );
}

const photos = (...names: string[]) => Promise.resolve(names.map((name) => join(data!, 'photos', name)));

describe.skipIf(!data)('of published files (skipped without STRIATE_DATA)', () => {
  it.each<[string, 'torch' | '0-1', string, () => Promise<PictureSource[]>]>([
    ['squeezenet1_1-imagenet.onnx', 'torch', 'rgb-means', () => photos('creative_commons_elephant.jpg')],
    ['squeezenet1_1-imagenet.onnx', 'torch', 'rgb-means', () => photos('spider.png', 'parrot.jpg', 'pets.jpg')],
    ['resnet20-cifar10.onnx', 'torch', 'torch', cifar],
    ['pretrainedResnet.h5', '0-1', '0-255', cifar],
  ])('%s, usually %s, takes %s', async (file, usual, right, pictures) => {
    const { model } = await openModel(join(data!, 'pretrained', file));
    models.push(model);
    expect((await comparePreprocessing(model, await pictures(), usual))!.name).toBe(right);
  });
});
