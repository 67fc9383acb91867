import { describe, expect, it } from 'vitest';
import { pytorchWeights } from '../weights/pytorchWeights.js';
import { zoo } from './index.js';

describe.each([
  ['seresnet50', 28_088_024, [64, 64, 3, 3]],
  ['seresnext50_32x4d', 27_559_896, [128, 4, 3, 3]],
] as const)('%s', (name, parameters, kernel) => {
  it('has timm’s parameters, names and shapes', () => {
    const net = zoo.create(name);
    expect(net.parameterCounts().parameters).toBe(parameters);
    expect(zoo.describe(name)).toMatchObject({ parameters, weightNames: 'timm', family: 'SENet' });
    const tensors = new Map(pytorchWeights(net.topology).map((weight) => [weight.name, weight.shape]));
    // ResNet-50's, and two kernels and two biases for each of 16 blocks.
    expect(tensors.size).toBe(267 + 4 * 16);
    expect(tensors.get('layer1.0.conv2.weight')).toEqual(kernel);
    expect(tensors.get('layer1.0.se.fc1.weight')).toEqual([16, 256, 1, 1]);
    expect(tensors.get('layer1.0.se.fc1.bias')).toEqual([16]);
    expect(tensors.get('layer4.2.se.fc2.weight')).toEqual([2048, 128, 1, 1]);
    expect(tensors.get('layer4.2.se.fc2.bias')).toEqual([2048]);
  });

  it('takes pictures of any size, with its classifier and without', () => {
    expect(zoo.create(name).outputShape).toEqual([1000]);
    expect(zoo.create(name, { inputShape: [64, 64, 3], classes: 3 }).outputShape).toEqual([3]);
    expect(zoo.create(name, { inputShape: [64, 64, 3], includeTop: false }).outputShape).toEqual([2, 2, 2048]);
    const pooled = zoo.create(name, { inputShape: [96, 64, 3], includeTop: false, pooling: 'max' });
    expect(pooled.outputShape).toEqual([2048]);
  });

  it('weighs what each branch adds, not its input', () => {
    const { calls } = zoo.create(name, { inputShape: [64, 64, 3] }).topology;
    const from = (layer: string): string[] =>
      calls.find((call) => call.layer.name === layer)!.inputs.map((value) => value.source!.layer.className);
    expect(from('layer1.1.add')).toEqual(['Multiply', 'Activation']);
    expect(from('layer2.0.add')).toEqual(['Multiply', 'BatchNormalization']);
  });
});
