import { describe, expect, it } from 'vitest';
import { model } from '../models/index.js';
import { zoo } from '../zoo/index.js';
import { createDetector, createSegmenter } from './index.js';

const picture = { width: 40, height: 30, data: new Uint8ClampedArray(4 * 40 * 30).fill(80) };

describe('a segmenter on a backbone of one’s own', () => {
  it.each(['lraspp', 'fcn', 'deeplabv3', 'unet'] as const)('has a head %s', async (head) => {
    const backbone = zoo.create('resnet18', { inputShape: [64, 64, 3], seed: 1 });
    const segmenter = createSegmenter({ backbone, head, classes: ['cat', 'dog'] });
    expect(segmenter.architecture).toBe(head);
    expect(segmenter.model.outputShape).toEqual([64, 64, 3]);
    const { labels, classNames } = await segmenter.segment(picture);
    expect(labels.length).toBe(1200);
    expect(classNames).toEqual(['__background__', 'cat', 'dog']);
    segmenter.backbone!.freeze();
    const trained = segmenter.model.layers.filter(({ trainable, weights }) => trainable && weights.length > 0);
    expect(trained.length).toBeGreaterThan(1);
    expect(trained.every(({ name }) => name.startsWith('segmentation.'))).toBe(true);
  });

  it('stands beside a detector on the same backbone: one model, one forward pass', async () => {
    const backbone = zoo.create('mobilenet_v3_large', { inputShape: [64, 64, 3], classes: 3 });
    const detector = createDetector({ backbone, classes: 2 });
    const segmenter = createSegmenter({ backbone, classes: 2 });
    const all = model({
      inputs: backbone.inputs,
      outputs: [...backbone.outputs, ...detector.model.outputs, ...segmenter.model.outputs],
    });
    expect(all.outputs.length).toBe(5);
    expect(all.countParams()).toBe(
      detector.model.countParams() +
        segmenter.model.countParams() +
        backbone.countParams() -
        detector.backbone!.countParams() -
        segmenter.backbone!.countParams(),
    );
    const own = (net: { layers: readonly { name: string }[] }): Set<string> =>
      new Set(net.layers.map(({ name }) => name));
    expect([...own(backbone)].every((name) => own(all).has(name))).toBe(true);
  });

  it('LR-ASPP and FCOS’s head together add at most 15 % to mobilenet_v3_large at 320', () => {
    const backbone = zoo.create('mobilenet_v3_large', { inputShape: [320, 320, 3] });
    const detector = createDetector({ backbone, classes: 21 });
    const segmenter = createSegmenter({ backbone, classes: 21 });
    const outputs = [backbone.output, ...detector.model.outputs, segmenter.model.output, backbone.embedding.output];
    const all = model({ inputs: backbone.inputs, outputs });
    const share = all.summarize().multiplyAdds / backbone.summarize().multiplyAdds - 1;
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.15);
  });
});

describe('a small U-Net', () => {
  it('gives scores of every pixel, for pictures of any size', async () => {
    const segmenter = createSegmenter('unet', { classes: 3, inputShape: [45, 60, 3], filters: 4, stages: 4 });
    expect(segmenter.model.outputShape).toEqual([45, 60, 3]);
    const { labels } = await segmenter.segment(picture);
    expect(labels.length).toBe(1200);
    expect(() => createSegmenter('unet', { inputShape: [8, 8, 3] })).toThrow(/5 stages need pictures of 16 pixels/);
  });

  it('costs what its stages cost', () => {
    const { model: net } = createSegmenter('unet', { classes: 10, filters: 8 });
    expect(net.countParams()).toBeGreaterThan(100_000);
    expect(net.summarize().multiplyAdds).toBeLessThan(200e6);
  });
});
