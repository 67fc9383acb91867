import { describe, expect, it } from 'vitest';
import { Conv2D, model, summarize, Tensor, zoo, type Model } from '../../src/index.js';

const parametersOf = (name: string): number => zoo.create(name).parameterCounts().parameters;
const workOf = (net: Model): number => summarize(net).multiplyAdds;

describe('ResNeXt', () => {
  it('cuts the 3×3 convolutions of ResNet into 32 groups, at the same cost', () => {
    const net = zoo.create('resnext50_32x4d');
    const grouped = net.layers.filter((layer) => layer instanceof Conv2D).filter(({ groups }) => groups > 1);
    expect(grouped).toHaveLength(16);
    expect(grouped.every(({ groups, kernelSize }) => groups === 32 && kernelSize[0] === 3)).toBe(true);
    // 4 channels for each group in the first stage, doubled with each stage.
    expect([...new Set(grouped.map(({ filters }) => filters / 32))]).toEqual([4, 8, 16, 32]);
    expect(net.parameterCounts().parameters).toBe(25_028_904);
    expect(parametersOf('resnext101_32x8d')).toBe(88_791_336);
    // The paper's table 1: 25.5 and 25.0 million parameters, 4.1 and 4.2 billion multiply-adds.
    const ratio = workOf(net) / workOf(zoo.create('resnet50'));
    expect(ratio).toBeGreaterThan(1);
    expect(ratio).toBeLessThan(1.05);
  });
});

describe('SENet', () => {
  it('adds a tenth of the parameters to ResNet-50, and next to no arithmetic', () => {
    expect(parametersOf('seresnet50')).toBe(28_088_024);
    expect(parametersOf('seresnext50_32x4d')).toBe(27_559_896);
    // The paper: about 2.5 million parameters more, 0.26 % more operations.
    expect(parametersOf('seresnet50') - parametersOf('resnet50')).toBe(2_530_992);
    const more = summarize(zoo.create('seresnet50')).flops / summarize(zoo.create('resnet50')).flops;
    expect(more - 1).toBeGreaterThan(0);
    expect(more - 1).toBeLessThan(0.0026);
  });

  it('multiplies each channel by one factor between 0 and 1, made from the whole map', async () => {
    const net = zoo.create('seresnet50', { inputShape: [32, 32, 3], seed: 5 });
    const call = (name: string) => net.topology.calls.find(({ layer }) => layer.name === name)!;
    const scaled = call('layer1.0.add').inputs[0];
    const names = ['layer1.0.bn3', 'layer1.0.se.fc2'];
    const inside = model({ inputs: net.topology.inputs, outputs: [...names.map((name) => call(name).output), scaled] });
    const x = Float32Array.from({ length: 3072 }, (_, i) => Math.sin(i * i));
    const [branch, factors, weighed] = await inside.predictAll(new Tensor('float32', [1, 32, 32, 3], x));
    expect(factors.shape).toEqual([1, 1, 1, 256]);
    expect(factors.data.every((factor) => factor > 0 && factor < 1)).toBe(true);
    expect(new Set(factors.data).size).toBeGreaterThan(200);
    const worst = Math.max(...weighed.data.map((value, i) => Math.abs(value - branch.data[i] * factors.data[i % 256])));
    // A product of float32 numbers below 10.
    expect(worst).toBeLessThan(1e-5);
    expect(Math.max(...weighed.data)).toBeGreaterThan(0.1);
    await inside.dispose();
  });
});

describe('DenseNet', () => {
  it.each([
    ['densenet121', 7_978_856],
    ['densenet161', 28_681_000],
    ['densenet169', 14_149_480],
    ['densenet201', 20_013_928],
  ] as const)('%s has %i parameters', (name, parameters) => {
    expect(parametersOf(name)).toBe(parameters);
  });

  it('connects each layer of a block with every layer behind it: L (L + 1) / 2 connections', () => {
    const { calls } = zoo.create('densenet121').topology;
    [6, 12, 24, 16].forEach((count, i) => {
      const block = `features.denseblock${i + 1}`;
      const joins = calls.filter(
        ({ layer }) => layer.name.startsWith(`${block}.denselayer`) && layer.name.endsWith('.cat'),
      );
      // The first layer of a block has one map to take, which needs no joining.
      const connections = joins.reduce((sum, { inputs }) => sum + inputs.length, 1);
      expect(connections).toBe((count * (count + 1)) / 2);
    });
  });

  it('adds 32 channels with each layer, and halves them between blocks', () => {
    const outputs = new Map(summarize(zoo.create('densenet121')).layers.map(({ name, output }) => [name, output]));
    expect([1, 2, 3, 4].map((n) => outputs.get(`features.denseblock${n}.cat`))).toEqual([
      [56, 56, 64 + 6 * 32],
      [28, 28, 128 + 12 * 32],
      [14, 14, 256 + 24 * 32],
      [7, 7, 512 + 16 * 32],
    ]);
    expect([1, 2, 3].map((n) => outputs.get(`features.transition${n}.pool`))).toEqual([
      [28, 28, 128],
      [14, 14, 256],
      [7, 7, 512],
    ]);
  });
});

/** EfficientNet-B0's blocks and filters in each stage. */
const baseBlocks = [1, 2, 2, 3, 3, 4, 1];
const baseFilters = [16, 24, 40, 80, 112, 192, 320];

/** The paper's versions: width, depth, resolution, millions of parameters, billions of multiply-adds. */
const versions = [
  ['efficientnet_b0', 1.0, 1.0, 224, 5.3, 0.39],
  ['efficientnet_b1', 1.0, 1.1, 240, 7.8, 0.7],
  ['efficientnet_b2', 1.1, 1.2, 260, 9.2, 1.0],
  ['efficientnet_b3', 1.2, 1.4, 300, 12, 1.8],
  ['efficientnet_b4', 1.4, 1.8, 380, 19, 4.2],
  ['efficientnet_b5', 1.6, 2.2, 456, 30, 9.9],
  ['efficientnet_b6', 1.8, 2.6, 528, 43, 19],
  ['efficientnet_b7', 2.0, 3.1, 600, 66, 37],
] as const;

describe('EfficientNet scales width, depth and resolution together', () => {
  it.each(versions)('%s: width × %f, depth × %f, %i pixels', (name, width, depth, side, millions, billions) => {
    const { layers, parameters, multiplyAdds } = summarize(zoo.create(name, { inputShape: [side, side, 3] }));
    for (let stage = 1; stage <= 7; stage++) {
      const rows = layers.filter((row) => row.name.startsWith(`features.${stage}.`));
      const blocks = new Set(rows.map((row) => row.name.split('.')[2]));
      expect(blocks.size).toBe(Math.ceil(baseBlocks[stage - 1] * depth));
      // The nearest multiple of 8, or the next where a tenth would be lost.
      const filters = rows.at(-1)!.output[2];
      const wanted = baseFilters[stage - 1] * width;
      expect(filters % 8).toBe(0);
      expect(filters - wanted).toBeLessThanOrEqual(wanted < 36 ? 8 : 4);
      expect(filters).toBeGreaterThan(0.9 * wanted);
    }
    expect(Math.abs(parameters / 1e6 / millions - 1)).toBeLessThan(0.03);
    expect(Math.abs(multiplyAdds / 1e9 / billions - 1)).toBeLessThan(0.06);
  });

  it('makes each of the first steps cost about twice the one before: 1.2 · 1.1² · 1.15² = 1.92', () => {
    const work = (name: string, side: number): number => workOf(zoo.create(name, { inputShape: [side, side, 3] }));
    const costs = versions.map(([name, , , side]) => work(name, side));
    const steps = costs.slice(1).map((cost, i) => cost / costs[i]);
    expect(Math.min(...steps)).toBeGreaterThan(1.4);
    expect(Math.max(...steps)).toBeLessThan(2.5);
    // Seven steps for B0 to B7.
    expect((costs[7] / costs[0]) ** (1 / 7)).toBeCloseTo(1.92, 1);
    // Resolution alone counts with its square.
    expect(work('efficientnet_b0', 448) / costs[0]).toBeCloseTo(4, 1);
  });

  it('b0 has 5,288,548 parameters, b7 66,347,960', () => {
    expect(parametersOf('efficientnet_b0')).toBe(5_288_548);
    expect(parametersOf('efficientnet_b7')).toBe(66_347_960);
  });
});
