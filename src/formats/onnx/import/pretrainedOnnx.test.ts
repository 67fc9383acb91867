import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Tensor, zeros } from '../../../tensor/index.js';
import { zoo } from '../../../zoo/index.js';
import { importOnnx } from './importOnnx.js';

const folder = process.env.STRIATE_DATA;

describe.skipIf(!folder)('importOnnx with the pretrained files (needs STRIATE_DATA)', () => {
  const path = (file: string): string => join(folder ?? '', 'pretrained', file);

  it.each([
    ['squeezenet1_1', 'squeezenet1_1-imagenet', 227, 1000],
    ['cifar_resnet20', 'resnet20-cifar10', 32, 10],
  ] as const)('computes what the zoo does with the same weights: %s', async (name, file, size, classes) => {
    const imported = await importOnnx(path(`${file}.onnx`));
    const own = zoo.create(name, { inputShape: [size, size, 3], classes });
    await own.loadWeights(path(`${file}.safetensors`));
    const data = Float32Array.from(
      { length: 2 * size * size * 3 },
      (_, i) => Math.sin(i * 0.37) * (size > 32 ? 60 : 1),
    );
    const x = new Tensor('float32', [2, size, size, 3], data);
    const [a, b] = [await imported.predict(x), await own.predict(x)];
    expect(a.shape).toEqual(b.shape);
    const largest = b.data.reduce((top, value) => Math.max(top, Math.abs(value)), 1);
    a.data.forEach((value, i) => expect(Math.abs(value - b.data[i])).toBeLessThan(1e-4 * largest));
    await Promise.all([imported.dispose(), own.dispose()]);
  });

  it('scores as the published ResNet-20 on 1,000 pictures', async () => {
    const net = await importOnnx(path('resnet20-cifar10.onnx'));
    const bytes = readFileSync(join(folder ?? '', 'cifar10', 'test_batch.bin'));
    const [mean, deviation] = [
      [0.485, 0.456, 0.406],
      [0.229, 0.224, 0.225],
    ];
    const x = zeros([1000, 32, 32, 3]);
    for (let n = 0; n < 1000; n++) {
      for (let c = 0; c < 3; c++) {
        for (let i = 0; i < 1024; i++) {
          x.data[(n * 1024 + i) * 3 + c] = (bytes[n * 3073 + 1 + c * 1024 + i] / 255 - mean[c]) / deviation[c];
        }
      }
    }
    const { data } = await net.predict(x, { batchSize: 100 });
    let right = 0;
    for (let n = 0; n < 1000; n++) {
      const scores = data.subarray(n * 10, n * 10 + 10);
      if (scores.indexOf(Math.max(...scores)) === bytes[n * 3073]) right++;
    }
    expect(Math.abs(right / 1000 - 0.915)).toBeLessThanOrEqual(0.002);
    await net.dispose();
  });
});
