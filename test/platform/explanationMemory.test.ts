import { describe, expect, it } from 'vitest';
import { runScript } from './runScript.js';

/** Memory of a process that explained a picture, in megabytes. */
interface Used {
  /** Of the engine: it grows to the most it ever needed. */
  readonly engine: number;
  /** The most that arrays outside the engine took at once. */
  readonly arrays: number;
  /** The most of the whole process. */
  readonly resident: number;
  readonly passes: number;
}

/** Each in a process of its own, which shows the peak of what it did. */
async function memoryOf(method: string, batchSize = 8): Promise<Used> {
  const { code, stdout, stderr } = await runScript(
    `
    const { zoo, explain, explanations, Tensor, Random } = striate;
    const model = zoo.create('cifar_resnet20', { inputShape: [32, 32, 3], seed: 1 });
    model.useEngine({ threads: 1 });
    const random = new Random(1);
    const picture = new Tensor('float32', [32, 32, 3], Float32Array.from({ length: 32 * 32 * 3 }, () => random.uniform()));
    let [arrays, passes, calls] = [0, 0, 0];
    const onProgress = (done) => {
      passes = done;
      if (calls++ % 20 === 0) gc();
      const { arrayBuffers } = process.memoryUsage();
      if (calls % 20 === 1) arrays = Math.max(arrays, arrayBuffers);
    };
    await explain(model, picture, { target: 1, method: ${method}, batchSize: ${batchSize}, onProgress });
    const { memory } = await model.describeEngine();
    console.log(JSON.stringify({
      engine: memory / 1e6, arrays: arrays / 1e6, resident: process.resourceUsage().maxRSS / 1e3, passes,
    }));`,
    280,
    ['--expose-gc'],
  );
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Used;
}

/** Methods that take many passes, with few of them and with a hundred times as many. */
const methods: Readonly<Record<string, readonly [few: string, many: string, passes: number]>> = {
  'integrated gradients': [
    'explanations.integratedGradients({ steps: 10 })',
    'explanations.integratedGradients({ steps: 1000 })',
    1000,
  ],
  SmoothGrad: ['explanations.smoothGrad({ samples: 10 })', 'explanations.smoothGrad({ samples: 1000 })', 1000],
  RISE: ['explanations.rise({ masks: 10 })', 'explanations.rise({ masks: 1000 })', 1000],
  occlusion: [
    'explanations.occlusion({ window: 16, strides: 8 })',
    'explanations.occlusion({ window: 1, strides: 1 })',
    32 * 32,
  ],
};

describe('a thousand passes take the memory of one batch', () => {
  it.each(Object.entries(methods))('%s', async (_, [few, many, passes]) => {
    const [little, much] = [await memoryOf(few), await memoryOf(many)];
    expect(much.passes).toBe(passes);
    expect(much.engine).toBe(little.engine);
    // A few batches wait to be collected; all of them are 25 MB and more.
    expect(much.arrays).toBeLessThan(little.arrays + 5);
    // What waits for the collector is more when there is more to collect.
    expect(much.resident).toBeLessThan(little.resident + 40);
  });

  it('as they would not if all were computed at once', async () => {
    const [, many] = methods['integrated gradients'];
    const [batch, all] = [await memoryOf(many), await memoryOf(many, 250)];
    expect(all.engine).toBeGreaterThan(8 * batch.engine);
    expect(all.resident).toBeGreaterThan(batch.resident + 150);
  });
});
