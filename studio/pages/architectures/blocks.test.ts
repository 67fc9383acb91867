import { input, layers, model, zoo } from 'striate';
import { describe, expect, it } from 'vitest';
import { blocksOf, depthOf, largestActivations } from './blocks.js';

describe('blocks of an architecture', () => {
  it('puts a chain’s convolution and what follows together, branches with their joint, and folds what repeats', () => {
    const x = input({ shape: [16, 16, 3] });
    let y = layers.relu().apply(layers.conv2d({ filters: 4, kernelSize: 5, padding: 'same' }).apply(x));
    for (let i = 0; i < 2; i++) {
      y = layers.add().apply(y, layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }).apply(y));
    }
    y = layers.maxPooling2d({ poolSize: 2 }).apply(y);
    y = layers.dense({ units: 10 }).apply(layers.flatten().apply(y));
    const net = model({ inputs: x, outputs: y });
    const blocks = blocksOf(net);
    expect(blocks.map(({ kind, kernel, repeats, stride }) => [kind, kernel, repeats, stride])).toEqual([
      ['convolution', '5×5', 1, 1],
      ['residual', '3×3', 2, 1],
      ['pooling', '', 1, 2],
      ['other', '', 1, 0],
      ['dense', '', 1, 0],
    ]);
    expect(blocks[1].parameters).toBe(2 * (3 * 3 * 4 * 4 + 4));
    expect(depthOf(net)).toBe(4);
    // The sum, its two summands and nothing else.
    expect(largestActivations(net)).toBe(3 * 16 * 16 * 4);
  });

  it.each(['resnet50', 'googlenet', 'squeezenet1_1', 'densenet121', 'mobilenet_v2', 'efficientnet_b0'])(
    'of %s hold each layer once, and add up to its summary',
    (name) => {
      const net = zoo.create(name);
      const { flops, multiplyAdds } = net.summarize();
      const blocks = blocksOf(net);
      const sum = (of: 'flops' | 'multiplyAdds'): number => blocks.reduce((total, block) => total + block[of], 0);
      expect(sum('multiplyAdds')).toBe(multiplyAdds);
      expect(sum('flops')).toBe(flops);
      const names = blocks.flatMap((block) => block.layers.map((layer) => layer.name));
      expect(new Set(names).size).toBe(names.length);
      // As many as can be looked at.
      expect(blocks.length).toBeLessThan(45);
    },
  );

  it('counts the depths that networks are called by', () => {
    const depths = ['alexnet', 'vgg16', 'vgg19', 'googlenet', 'resnet18', 'resnet50', 'densenet121'].map((name) =>
      depthOf(zoo.create(name)),
    );
    expect(depths).toEqual([8, 16, 19, 22, 18, 50, 121]);
  });
});
