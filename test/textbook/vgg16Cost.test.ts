import { describe, expect, it } from 'vitest';
import { Conv2D, summarize, zoo } from '../../src/index.js';

describe('what VGG-16 costs', () => {
  const net = zoo.create('vgg16');
  const summary = summarize(net);
  const rows = (type: string) => summary.layers.filter((layer) => layer.type === type);

  it('has 138,357,544 parameters', () => {
    expect(summary.parameters).toBe(138_357_544);
    // 102,764,544 of them are in the first dense layer.
    expect(rows('Dense').map(({ parameters }) => parameters)).toEqual([
      4096 * (7 * 7 * 512 + 1),
      4096 * 4097,
      1000 * 4097,
    ]);
  });

  it('has 13 convolutions, 5 poolings, 3 dense layers: 16 layers with weights', () => {
    expect([rows('Conv2D'), rows('MaxPooling2D'), rows('Dense')].map(({ length }) => length)).toEqual([13, 5, 3]);
    expect(summary.layers.filter(({ parameters }) => parameters > 0)).toHaveLength(16);
  });

  it('has 3×3 filters at stride 1 with one row of zeros around, and nothing else', () => {
    for (const layer of net.layers) {
      if (!(layer instanceof Conv2D)) continue;
      expect(layer.kernelSize).toEqual([3, 3]);
      expect(layer.strides).toEqual([1, 1]);
      expect(layer.padding).toEqual([1, 1, 1, 1]);
    }
  });

  it('needs 15.5 billion multiply-adds, twenty times AlexNet’s', () => {
    expect(summary.multiplyAdds / 1e9).toBeCloseTo(15.47, 2);
    expect(summary.multiplyAdds / summarize(zoo.create('alexnet_two_stream')).multiplyAdds).toBeGreaterThan(20);
  });
});
