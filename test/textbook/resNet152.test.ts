import { describe, expect, it } from 'vitest';
import { Conv2D, summarize, zoo } from '../../src/index.js';
import { pathLength } from './layerCount.js';

describe('what ResNet-152 consists of, and costs', () => {
  const net = zoo.create('resnet152');
  const rows = summarize(net).layers;

  it('has 60,192,808 parameters, ResNet-50 25,557,032', () => {
    expect(net.parameterCounts().parameters).toBe(60_192_808);
    expect(zoo.create('resnet50').parameterCounts().parameters).toBe(25_557_032);
  });

  it('has blocks 3, 8, 36, 3 on maps of 56×56, 28×28, 14×14, 7×7', () => {
    const sums = rows.filter(({ type }) => type === 'Add');
    const blocks = [56, 28, 14, 7].map((side) => sums.filter(({ output }) => output[0] === side).length);
    expect(blocks).toEqual([3, 8, 36, 3]);
    expect(pathLength(net)).toBe(152);
  });

  it('has bottlenecks 1×1, 3×3, 1×1 that narrow to a quarter of what they give', () => {
    const bottlenecks = new Map<string, Conv2D[]>();
    for (const layer of net.layers) {
      const block = /^(layer\d\.\d+)\.conv\d$/.exec(layer.name)?.[1];
      if (block && layer instanceof Conv2D) bottlenecks.set(block, [...(bottlenecks.get(block) ?? []), layer]);
    }
    expect(bottlenecks.size).toBe(50);
    for (const convolutions of bottlenecks.values()) {
      expect(convolutions.map(({ kernelSize }) => kernelSize)).toEqual([
        [1, 1],
        [3, 3],
        [1, 1],
      ]);
      const [first, second, third] = convolutions.map(({ filters }) => filters);
      expect([second, third]).toEqual([first, 4 * first]);
    }
  });

  it('spends on a bottleneck what two 3×3 convolutions of a quarter of its channels cost', () => {
    // The paper's figure 5: both kinds of block take about the same time; here for 56×56 maps.
    const work = (name: string, block: string): number =>
      summarize(zoo.create(name))
        .layers.filter((row) => row.name.startsWith(`${block}.`))
        .reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
    const ratio = work('resnet152', 'layer1.1') / work('resnet34', 'layer1.1');
    // 17 · 64² · 4 / 4 against 18 · 64²: 1 · 4 + 9 + 4 · 1 to 9 + 9
    expect(ratio).toBeCloseTo(17 / 18, 1);
  });
});
