import { describe, expect, it } from 'vitest';
import { Rescaling } from '../layers/index.js';
import { pytorchShapes } from '../weights/index.js';
import { zoo } from './index.js';

describe('inception_resnet_v2', () => {
  it('has timm’s parameters, names and shapes', () => {
    const net = zoo.create('inception_resnet_v2');
    expect(net.parameterCounts().parameters).toBe(55_843_464);
    expect(zoo.describe('inception_resnet_v2')).toMatchObject({ parameters: 55_843_464, weightNames: 'timm' });
    const tensors = pytorchShapes(net);
    // Five tensors for each of 204 normalised convolutions, two for each of 40 others and for the dense layer.
    expect(tensors.size).toBe(204 * 5 + 40 * 2 + 2);
    expect(tensors.get('conv2d_4a.conv.weight')).toEqual([192, 80, 3, 3]);
    expect(tensors.get('mixed_5b.branch0.conv.weight')).toEqual([96, 192, 1, 1]);
    expect(tensors.get('mixed_5b.branch3.1.bn.running_mean')).toEqual([64]);
    expect(tensors.get('repeat.9.branch2.2.conv.weight')).toEqual([64, 48, 3, 3]);
    expect(tensors.get('repeat.0.conv2d.bias')).toEqual([320]);
    expect(tensors.get('repeat_1.19.branch1.1.conv.weight')).toEqual([160, 128, 1, 7]);
    expect(tensors.get('mixed_7a.branch2.2.conv.weight')).toEqual([320, 288, 3, 3]);
    expect(tensors.get('repeat_2.8.branch1.2.conv.weight')).toEqual([256, 224, 3, 1]);
    expect(tensors.get('block8.conv2d.weight')).toEqual([2080, 448, 1, 1]);
    expect(tensors.get('classif.weight')).toEqual([1000, 1536]);
  });

  it('scales what ten, twenty and nine blocks add, and not what the last one adds', () => {
    const { layers } = zoo.create('inception_resnet_v2');
    const scales = layers.flatMap((layer) => (layer instanceof Rescaling ? [layer.scale] : []));
    const times = (count: number, scale: number): number[] => new Array<number>(count).fill(scale);
    expect(scales).toEqual([...times(10, 0.17), ...times(20, 0.1), ...times(9, 0.2)]);
    expect(layers.filter((layer) => layer.className === 'Add')).toHaveLength(40);
  });

  it('takes pictures from 75×75 on, with its classifier and without', () => {
    expect(zoo.create('inception_resnet_v2').outputShape).toEqual([1000]);
    expect(zoo.create('inception_resnet_v2', { inputShape: [75, 96, 3], classes: 4 }).outputShape).toEqual([4]);
    const features = (size: number): readonly number[] =>
      zoo.create('inception_resnet_v2', { inputShape: [size, size, 3], includeTop: false }).outputShape;
    expect(features(299)).toEqual([8, 8, 1536]);
    expect(features(75)).toEqual([1, 1, 1536]);
  });
});
