import { describe, expect, it } from 'vitest';
import { scenes } from '../data/scenes.js';
import { createSegmenter } from './index.js';

const { train, test } = scenes({ seed: 1, train: 24, test: 6, size: 32, kinds: ['shapes'], things: [1, 2] });

describe('training a segmenter', () => {
  it('learns masks: the same seed gives the same weights, and pixels are named better than before', async () => {
    const make = (): ReturnType<typeof createSegmenter> =>
      createSegmenter('unet', { classes: train.classNames, inputShape: [32, 32, 3], filters: 8, stages: 3, seed: 1 });
    const segmenter = make();
    const before = await segmenter.evaluate(test);
    const options = { epochs: 12, dice: 1, batchSize: 4, learningRate: 0.02, verbose: 0 } as const;
    const { history } = await segmenter.fit(train, { ...options, validationData: test });
    expect(history.loss.at(-1)!).toBeLessThan(0.7 * history.loss[0]);
    expect(history.valLoss).toHaveLength(12);
    const after = await segmenter.evaluate(test);
    expect(after.pixelAccuracy).toBeGreaterThan(Math.max(0.7, before.pixelAccuracy));
    expect(after.meanIou).toBeGreaterThan(before.meanIou + 0.1);
    const again = make();
    await again.fit(train, { ...options, validationData: test });
    const [one, other] = [await segmenter.model.getWeights(), await again.model.getWeights()];
    for (const [name, { data }] of one) expect(other.get(name)!.data).toEqual(data);
  });

  it('takes classes by their names, in any order, and refuses what it does not know', async () => {
    const options = { inputShape: [32, 32, 3], filters: 4, stages: 2 };
    const turned = createSegmenter('unet', { ...options, classes: [...train.classNames].reverse() });
    const { counts } = await turned.evaluate(test);
    const { counts: own } = await createSegmenter('unet', { ...options, classes: train.classNames }).evaluate(test);
    const rows = (of: readonly Float64Array[]): number[] => of.map((row) => row.reduce((a, b) => a + b));
    expect(rows(counts).slice(1).reverse()).toEqual(rows(own).slice(1));
    const other = createSegmenter('unet', { ...options, classes: ['circle'] });
    await expect(other.fit(train)).rejects.toThrow(/Segmenter.fit: the network has no class 'square'.*circle/);
  });

  it('leaves a frozen backbone as it is', async () => {
    const backbone = createSegmenter('unet', { classes: 2, inputShape: [32, 32, 3], filters: 4, stages: 3 }).model;
    const segmenter = createSegmenter({ backbone, head: 'lraspp', classes: train.classNames, levels: [1, 2] });
    segmenter.backbone!.freeze();
    const before = await segmenter.backbone!.getWeights();
    await segmenter.fit(train, { epochs: 1, batchSize: 8, verbose: 0, classWeight: [0.5, 1, 1, 1, 1] });
    for (const [name, { data }] of await segmenter.backbone!.getWeights()) expect(data).toEqual(before.get(name)!.data);
  });
});
