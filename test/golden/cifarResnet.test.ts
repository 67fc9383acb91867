import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  decodeSafetensors,
  parseCifar10,
  preparePicture,
  preprocessingFromTexts,
  Tensor,
  zoo,
} from '../../src/index.js';

const folder = process.env.STRIATE_DATA;
const title = folder ? '' : ': skipped, STRIATE_DATA names no folder with CIFAR-10 and pretrained weights';

describe.skipIf(!folder)(`the CIFAR ResNet-20 with published weights${title}`, () => {
  it('recognises 91.5 % of the first 1,000 test pictures', async () => {
    const file = join(folder ?? '', 'cifar10', 'test_batch.bin');
    const pictures = parseCifar10(readFileSync(file).subarray(0, 1000 * 3073), file);
    const weights = join(folder ?? '', 'pretrained', 'resnet20-cifar10.safetensors');
    const { metadata } = decodeSafetensors(readFileSync(weights), weights);
    const preprocessing = preprocessingFromTexts(metadata, zoo.describe('cifar_resnet20').preprocessing);
    const x = new Float32Array(pictures.x.size);
    for (let i = 0; i < 1000; i++) {
      const rgb = pictures.x.slice(i, i + 1).data;
      const data = Uint8Array.from({ length: 4096 }, (_, at) => (at % 4 === 3 ? 255 : rgb[(at >> 2) * 3 + (at % 4)]));
      x.set(preparePicture({ width: 32, height: 32, data }, preprocessing).data, i * 3072);
    }
    const model = zoo.create('cifar_resnet20');
    await model.loadWeights(weights);
    const { data } = await model.predict(new Tensor('float32', [1000, 32, 32, 3], x), { batchSize: 100 });
    await model.dispose();
    const right = pictures.y.data.filter((label, i) => {
      const scores = data.subarray(10 * i, 10 * i + 10);
      return scores.indexOf(Math.max(...scores)) === label;
    });
    expect(Math.abs(right.length / 1000 - 0.915)).toBeLessThanOrEqual(0.002);
  });
});
