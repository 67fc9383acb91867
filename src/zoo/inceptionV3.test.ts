import { describe, expect, it } from 'vitest';
import { pytorchShapes } from '../weights/index.js';
import { zoo } from './index.js';

describe('inception_v3', () => {
  it('has torchvision’s parameters, names and shapes, with its auxiliary head', () => {
    const net = zoo.create('inception_v3');
    expect(net.parameterCounts().parameters).toBe(27_161_264);
    expect(zoo.describe('inception_v3')).toMatchObject({ parameters: 27_161_264, weightNames: 'torchvision' });
    const tensors = pytorchShapes(net);
    expect(tensors.size).toBe(484);
    expect(tensors.get('Conv2d_1a_3x3.conv.weight')).toEqual([32, 3, 3, 3]);
    expect(tensors.get('Mixed_5b.branch_pool.bn.weight')).toEqual([32]);
    expect(tensors.get('Mixed_6c.branch7x7dbl_2.conv.weight')).toEqual([160, 160, 7, 1]);
    expect(tensors.get('Mixed_6c.branch7x7dbl_3.conv.weight')).toEqual([160, 160, 1, 7]);
    expect(tensors.get('Mixed_7b.branch3x3_2a.conv.weight')).toEqual([384, 384, 1, 3]);
    expect(tensors.get('Mixed_7c.branch3x3dbl_3b.conv.weight')).toEqual([384, 384, 3, 1]);
    expect(tensors.get('AuxLogits.conv1.conv.weight')).toEqual([768, 128, 5, 5]);
    expect(tensors.get('AuxLogits.fc.weight')).toEqual([1000, 768]);
    expect(tensors.get('fc.weight')).toEqual([1000, 2048]);
  });

  it('goes from 299×299 over 35×35 and 17×17 to 8×8', () => {
    const { calls, auxiliaries, outputs } = zoo.create('inception_v3').topology;
    const joined = calls.flatMap(({ layer, output }) => (layer.className === 'Concatenate' ? [output.shape] : []));
    expect(joined.map(([side]) => side)).toEqual([35, 35, 35, 17, 17, 17, 17, 17, 8, 8, 8]);
    expect(joined.map(([, , channels]) => channels)).toEqual([
      256, 288, 288, 768, 768, 768, 768, 768, 1280, 2048, 2048,
    ]);
    expect(outputs[0].shape).toEqual([1000]);
    expect(auxiliaries.map(({ output, weight }) => [output.shape, weight])).toEqual([[[1000], 0.4]]);
  });

  it('takes pictures from 75×75 on, with its classifiers and without', () => {
    const small = zoo.create('inception_v3', { inputShape: [75, 96, 3], classes: 4 });
    expect(small.outputShape).toEqual([4]);
    // At a small size, too, the auxiliary head has the kernels of the published weights.
    expect(pytorchShapes(small).get('AuxLogits.conv1.conv.weight')).toEqual([768, 128, 5, 5]);
    expect(() => zoo.create('inception_v3', { inputShape: [64, 64, 3] })).toThrow(/does not fit/);
    const features = (size: number): readonly number[] =>
      zoo.create('inception_v3', { inputShape: [size, size, 3], includeTop: false }).outputShape;
    expect(features(299)).toEqual([8, 8, 2048]);
    expect(features(75)).toEqual([1, 1, 2048]);
  });

  it('goes without its auxiliary head where asked', () => {
    const net = zoo.create('inception_v3', { auxiliary: false });
    expect(net.topology.auxiliaries).toEqual([]);
    expect(net.parameterCounts().parameters).toBe(23_834_568);
  });
});
