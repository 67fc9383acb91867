import { describe, expect, it } from 'vitest';
import { pytorchShapes } from '../weights/index.js';
import { zoo } from './index.js';

describe('mobilenet_v2', () => {
  it('has torchvision’s parameters, names and shapes', () => {
    const net = zoo.create('mobilenet_v2');
    expect(net.parameterCounts().parameters).toBe(3_504_872);
    expect(zoo.describe('mobilenet_v2')).toMatchObject({ parameters: 3_504_872, weightNames: 'torchvision' });
    const tensors = pytorchShapes(net);
    expect(tensors.size).toBe(262);
    expect(tensors.get('features.0.0.weight')).toEqual([32, 3, 3, 3]);
    // The first block does not widen: depthwise, then the narrowing convolution and its normalisation.
    expect(tensors.get('features.1.conv.0.0.weight')).toEqual([32, 1, 3, 3]);
    expect(tensors.get('features.1.conv.1.weight')).toEqual([16, 32, 1, 1]);
    expect(tensors.get('features.1.conv.2.running_var')).toEqual([16]);
    expect(tensors.get('features.2.conv.0.0.weight')).toEqual([96, 16, 1, 1]);
    expect(tensors.get('features.17.conv.2.weight')).toEqual([320, 960, 1, 1]);
    expect(tensors.get('features.18.1.bias')).toEqual([1280]);
    expect(tensors.get('classifier.1.weight')).toEqual([1000, 1280]);
  });

  it('takes pictures of any size, with its classifier and without', () => {
    expect(zoo.create('mobilenet_v2').outputShape).toEqual([1000]);
    expect(zoo.create('mobilenet_v2', { inputShape: [64, 96, 3], classes: 4 }).outputShape).toEqual([4]);
    const features = (size: number): readonly number[] =>
      zoo.create('mobilenet_v2', { inputShape: [size, size, 3], includeTop: false }).outputShape;
    expect(features(224)).toEqual([7, 7, 1280]);
    expect(features(33)).toEqual([2, 2, 1280]);
  });

  it('has a shortcut around the ten blocks that keep their shape, and none around the seven others', () => {
    const { layers } = zoo.create('mobilenet_v2');
    expect(layers.filter((layer) => layer.className === 'Add')).toHaveLength(10);
  });

  it('drops a fifth of the features before the classifier unless asked otherwise', () => {
    const rates = (dropout?: number): unknown[] =>
      zoo
        .create('mobilenet_v2', { ...(dropout !== undefined && { dropout }) })
        .layers.flatMap((layer) => (layer.className === 'Dropout' ? [layer.config!().rate] : []));
    expect(rates()).toEqual([0.2]);
    expect(rates(0.5)).toEqual([0.5]);
    expect(rates(0)).toEqual([]);
  });

  it('starts depthwise kernels with a variance of 2 / 9, for the one channel that each output sees', async () => {
    const net = zoo.create('mobilenet_v2', { inputShape: [32, 32, 3], seed: 4 });
    const kernel = (await net.getWeights()).get('features.17.conv.1.0/kernel')!.data;
    const variance = kernel.reduce((sum, w) => sum + w * w, 0) / kernel.length;
    // 8,640 draws: the variance's own deviation is one and a half percent.
    expect(variance / (2 / 9)).toBeCloseTo(1, 1);
    await net.dispose();
  });
});
