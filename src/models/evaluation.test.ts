import { describe, expect, it } from 'vitest';
import { layers } from '../layers/index.js';
import { StriateError, tensor, zeros } from '../tensor/index.js';
import { sequential } from './sequential.js';

describe('predict', () => {
  it('refuses a model that no engine can hold, before it takes the memory', async () => {
    const size = 1_000_000;
    const net = sequential({ layers: [layers.upSampling2d({ size, inputShape: [4, 4, 1] })] });
    const before = process.memoryUsage().rss;
    const error = await net.predict(zeros([1, 4, 4, 1])).catch((cause: unknown) => cause);
    await net.dispose();
    expect(error).toBeInstanceOf(StriateError);
    expect((error as Error).message).toMatch(/would take the engine to .* GiB/);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
  });

  it('joins the outputs of its batches, also where the last is smaller', async () => {
    const net = sequential({ layers: [layers.flatten({ inputShape: [2, 1, 1] })] });
    net.useEngine({ engine: 'reference' });
    const x = tensor(
      Float32Array.from({ length: 10 }, (_, i) => i),
      [5, 2, 1, 1],
    );
    const y = await net.predict(x, { batchSize: 2 });
    expect(y.shape).toEqual([5, 2]);
    expect([...y.data]).toEqual([...x.data]);
  });
});
