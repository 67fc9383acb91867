import { describe, expect, it } from 'vitest';
import { pytorchShapes } from '../weights/index.js';
import { zoo } from './index.js';

describe('xception', () => {
  it('has the parameters of Keras’s and timm’s, and timm’s names and shapes', () => {
    const net = zoo.create('xception');
    expect(net.parameterCounts().parameters).toBe(22_855_952);
    expect(zoo.describe('xception')).toMatchObject({ parameters: 22_855_952, weightNames: 'timm' });
    const tensors = pytorchShapes(net);
    expect(tensors.size).toBe(236);
    expect(tensors.get('conv2.weight')).toEqual([64, 32, 3, 3]);
    // The first block has no ReLU in front, so that its modules are numbered one lower.
    expect(tensors.get('block1.rep.0.conv1.weight')).toEqual([64, 1, 3, 3]);
    expect(tensors.get('block1.rep.4.running_var')).toEqual([128]);
    expect(tensors.get('block2.rep.1.pointwise.weight')).toEqual([256, 128, 1, 1]);
    expect(tensors.get('block3.skip.weight')).toEqual([728, 256, 1, 1]);
    expect(tensors.get('block11.rep.8.weight')).toEqual([728]);
    expect(tensors.has('block4.skip.weight')).toBe(false);
    // The last block widens in its second separable convolution, the others in their first.
    expect(tensors.get('block12.rep.1.pointwise.weight')).toEqual([728, 728, 1, 1]);
    expect(tensors.get('block12.rep.4.pointwise.weight')).toEqual([1024, 728, 1, 1]);
    expect(tensors.get('conv4.pointwise.weight')).toEqual([2048, 1536, 1, 1]);
    expect(tensors.get('fc.weight')).toEqual([1000, 2048]);
  });

  it('takes pictures of any size, with its classifier and without', () => {
    expect(zoo.create('xception').outputShape).toEqual([1000]);
    expect(zoo.create('xception', { inputShape: [71, 96, 3], classes: 4 }).outputShape).toEqual([4]);
    const features = (size: number): readonly number[] =>
      zoo.create('xception', { inputShape: [size, size, 3], includeTop: false }).outputShape;
    expect(features(299)).toEqual([10, 10, 2048]);
    expect(features(71)).toEqual([3, 3, 2048]);
  });

  it('has 36 convolutions in 14 modules and shortcuts around twelve of them', () => {
    const { layers } = zoo.create('xception');
    const outside = layers.filter(({ name }) => /^conv[12]$|pointwise$/.test(name));
    expect(outside).toHaveLength(36);
    expect(layers.filter((layer) => layer.className === 'Add')).toHaveLength(12);
  });
});
