import { describe, expect, it } from 'vitest';
import { DepthwiseConv2D } from '../layers/index.js';
import { pytorchShapes } from '../weights/index.js';
import { zoo } from './index.js';

describe('mobilenet_v1', () => {
  it('has the parameters of Keras’s and timm’s, and timm’s names and shapes', () => {
    const net = zoo.create('mobilenet_v1');
    expect(net.parameterCounts().parameters).toBe(4_231_976);
    expect(zoo.describe('mobilenet_v1')).toMatchObject({ parameters: 4_231_976, weightNames: 'timm' });
    const tensors = pytorchShapes(net);
    // A kernel and four vectors for each of 27 convolutions, and the dense layer's two.
    expect(tensors.size).toBe(27 * 5 + 2);
    expect(tensors.get('conv_stem.weight')).toEqual([32, 3, 3, 3]);
    expect(tensors.get('bn1.running_mean')).toEqual([32]);
    expect(tensors.get('blocks.0.0.conv_dw.weight')).toEqual([32, 1, 3, 3]);
    expect(tensors.get('blocks.3.5.bn1.weight')).toEqual([512]);
    expect(tensors.get('blocks.3.5.conv_pw.weight')).toEqual([512, 512, 1, 1]);
    expect(tensors.get('blocks.4.1.bn2.running_var')).toEqual([1024]);
    expect(tensors.get('classifier.weight')).toEqual([1000, 1024]);
  });

  it('takes pictures of any size, with its classifier and without', () => {
    expect(zoo.create('mobilenet_v1').outputShape).toEqual([1000]);
    expect(zoo.create('mobilenet_v1', { inputShape: [64, 96, 3], classes: 4 }).outputShape).toEqual([4]);
    const features = (size: number): readonly number[] =>
      zoo.create('mobilenet_v1', { inputShape: [size, size, 3], includeTop: false }).outputShape;
    expect(features(224)).toEqual([7, 7, 1024]);
    expect(features(65)).toEqual([3, 3, 1024]);
  });

  it('halves the map in its depthwise convolutions, at the start of each stage but the first', () => {
    const { layers } = zoo.create('mobilenet_v1');
    const strides = layers.flatMap((layer) => (layer instanceof DepthwiseConv2D ? [layer.strides[0]] : []));
    expect(strides).toEqual([1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]);
  });
});
