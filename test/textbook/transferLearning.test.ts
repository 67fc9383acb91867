import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layers, model as modelOf, newHead, Tensor, zoo } from '../../src/index.js';

const folder = process.env.STRIATE_DATA;
const title = folder ? '' : ': skipped, STRIATE_DATA names no folder with pretrained weights';

describe('transfer learning', () => {
  it('leaves the classifier out, and pools what is left', () => {
    const base = zoo.create('vgg16', { includeTop: false, inputShape: [150, 150, 3] });
    // The lectures' figures for 150×150 photos.
    expect(base.outputShape).toEqual([4, 4, 512]);
    expect(base.countParams()).toBe(14_714_688);
    expect(zoo.create('vgg16', { includeTop: false, pooling: 'avg' }).outputShape).toEqual([512]);
  });

  it('freezes a base below layers of one’s own, and unfreezes its last block', () => {
    const base = zoo.create('vgg16', { includeTop: false, inputShape: [150, 150, 3] });
    const flat = layers.flatten().apply(base.outputs[0]);
    const hidden = layers.dense({ units: 256, activation: 'relu' }).apply(flat);
    const net = modelOf({
      inputs: base.inputs,
      outputs: layers.dense({ units: 1, activation: 'sigmoid' }).apply(hidden),
    });
    const counted = (): [number, number] => [net.topology.trainable.length, net.parameterCounts().trainable];
    // 30 weights before freezing, 4 after: those of the two dense layers.
    expect(counted()[0]).toBe(30);
    base.freeze();
    expect(counted()).toEqual([4, 8192 * 256 + 256 + 256 + 1]);
    // block5_conv1 is the 24th module.
    net.unfreeze('features.24');
    expect(counted()).toEqual([4 + 6, 8192 * 256 + 256 + 256 + 1 + 3 * (9 * 512 * 512 + 512)]);
    expect(net.getLayer('features.21').trainable).toBe(false);
    expect(net.getLayer('features.24').trainable).toBe(true);
  });

  it('replaces the last layer of every architecture that ends in classes', () => {
    for (const name of ['lenet5', 'alexnet', 'googlenet', 'resnet50', 'squeezenet1_1', 'mobilenet_v3_small'] as const) {
      const net = zoo.create(name);
      const made = newHead(net, { classes: 7 });
      expect(made.outputShape).toEqual([7]);
      expect(made.embedding.outputShape).toHaveLength(1);
      made.embedding.freeze();
      expect(made.topology.trainable).toHaveLength(2);
    }
  });

  it.skipIf(!folder)(`takes pretrained weights without the classifier they were trained with${title}`, async () => {
    const weights = join(folder!, 'pretrained', 'squeezenet1_1-imagenet.safetensors');
    const options = { inputShape: [64, 64, 3], seed: 2 } as const;
    const [whole, base] = [
      await zoo.create('squeezenet1_1', { ...options, weights }),
      await zoo.create('squeezenet1_1', { ...options, weights, includeTop: false, pooling: 'avg' }),
    ];
    const x = new Tensor(
      'float32',
      [1, 64, 64, 3],
      Float32Array.from({ length: 64 * 64 * 3 }, (_, i) => (i % 251) - 125),
    );
    const [vector, embedded] = [await base.predict(x), await whole.embedding.predict(x)];
    expect(vector.shape).toEqual([1, 512]);
    expect(Math.max(...vector.data)).toBeGreaterThan(1);
    vector.data.forEach((value, i) => expect(value).toBeCloseTo(embedded.data[i], 4));
    for (const net of [whole, base]) await net.dispose();
  });
});
