import { describe, expect, it } from 'vitest';
import { losses, model, summarize, Tensor, zoo, type ArchitectureOptions, type Model } from '../../src/index.js';
import { pathLength } from './layerCount.js';

const withoutTop = (name: string, options: ArchitectureOptions = {}): Model =>
  zoo.create(name, { ...options, includeTop: false });

/** The output of the last block of each stage. */
function stageOutputs(net: Model): (readonly number[])[] {
  const rows = summarize(net).layers;
  const last = (stage: string): readonly number[] | undefined =>
    rows.findLast(({ name }) => name.startsWith(stage))?.output;
  return ['layer1', 'layer2', 'layer3', 'layer4'].flatMap((stage) => (last(stage) ? [last(stage)!] : []));
}

/** A number from −1 to 1 for each pixel and channel, far from regular. */
const picture = (side: number): Tensor<'float32'> =>
  new Tensor(
    'float32',
    [1, side, side, 3],
    Float32Array.from({ length: side * side * 3 }, (_, i) => Math.sin(i * i)),
  );

describe('ResNet 18 to 152', () => {
  // The paper's table 1: blocks, channels behind the last stage, multiply-adds (with the stride on the 3×3, 0.3 more).
  it.each([
    ['resnet18', 'basic', [2, 2, 2, 2], 11_689_512, 1.8],
    ['resnet34', 'basic', [3, 4, 6, 3], 21_797_672, 3.7],
    ['resnet50', 'bottleneck', [3, 4, 6, 3], 25_557_032, 4.1],
    ['resnet101', 'bottleneck', [3, 4, 23, 3], 44_549_160, 7.8],
    ['resnet152', 'bottleneck', [3, 8, 36, 3], 60_192_808, 11.5],
  ] as const)('%s: %s blocks %j, %i parameters, %f billion multiply-adds', (name, kind, blocks, parameters, work) => {
    const net = zoo.create(name);
    const rows = summarize(net);
    expect(rows.parameters).toBe(parameters);
    expect(rows.multiplyAdds / 1e9).toBeCloseTo(work, 1);
    const widest = kind === 'basic' ? 512 : 2048;
    expect(stageOutputs(net)).toEqual([56, 28, 14, 7].map((side, i) => [side, side, widest >> (3 - i)]));
    // Each block adds its input to what it computed.
    const sums = rows.layers.filter(({ type }) => type === 'Add').length;
    expect(sums).toBe(blocks.reduce<number>((a, b) => a + b, 0));
    const convolutions = kind === 'basic' ? 2 : 3;
    expect(pathLength(net)).toBe(convolutions * sums + 2);
    expect(name).toBe(`resnet${pathLength(net)}`);
  });

  it('projects the input where a stage begins with another shape, and nowhere else', () => {
    const projections = (name: string): string[] =>
      summarize(zoo.create(name)).layers.flatMap((row) => (row.name.endsWith('downsample.0') ? [row.name] : []));
    const stages = (from: number): string[] => [1, 2, 3, 4].slice(from - 1).map((n) => `layer${n}.0.downsample.0`);
    // Basic blocks keep the 64 channels of the first pooling; bottlenecks make 256 of them.
    expect(projections('resnet34')).toEqual(stages(2));
    expect(projections('resnet50')).toEqual(stages(1));
  });

  it('computes relu(branch + input)', async () => {
    const net = withoutTop('resnet18', { inputShape: [32, 32, 3], seed: 3 });
    const value = (name: string) => net.topology.calls.find(({ layer }) => layer.name === name)!.output;
    const names = ['layer1.0.relu_1', 'layer1.1.bn2', 'layer1.1.relu_1'];
    const inside = model({ inputs: net.topology.inputs, outputs: names.map(value) });
    const [x, branch, y] = (await inside.predictAll(picture(32))).map(({ data }) => data);
    // A sum of two float32 numbers below 10, perhaps rounded once where it is rounded twice here.
    const worst = Math.max(...y.map((value, i) => Math.abs(value - Math.max(0, x[i] + branch[i]))));
    expect(worst).toBeLessThan(1e-5);
    expect(new Set(y).size).toBeGreaterThan(y.length / 4);
    await inside.dispose();
  });
});

describe('the CIFAR ResNets', () => {
  // The paper's table 6, millions of parameters.
  it.each([
    [20, 0.27],
    [32, 0.46],
    [44, 0.66],
    [56, 0.85],
    [110, 1.7],
  ])('%i layers, %f million parameters: 32×32 → 16×16 → 8×8 → average → 10', (depth, millions) => {
    const net = zoo.create(`cifar_resnet${depth}`);
    const rows = summarize(net);
    expect(rows.parameters / 1e6).toBeCloseTo(millions, millions < 1 ? 2 : 1);
    expect(stageOutputs(net)).toEqual([
      [32, 32, 16],
      [16, 16, 32],
      [8, 8, 64],
    ]);
    expect(rows.layers.slice(-2).map(({ type, output }) => [type, output])).toEqual([
      ['GlobalAveragePooling2D', [64]],
      ['Dense', [10]],
    ]);
    expect(pathLength(net)).toBe(depth);
  });

  it('shortcut A subsamples and adds channels of zeros; B projects, with 2,752 parameters', async () => {
    const options = { inputShape: [32, 32, 3], seed: 1 } as const;
    const net = zoo.create('cifar_resnet20', options);
    expect(net.parameterCounts().parameters).toBe(269_722);
    expect(zoo.create('cifar_resnet20', { ...options, shortcut: 'B' }).parameterCounts().parameters).toBe(272_474);

    const call = (name: string) => net.topology.calls.find(({ layer }) => layer.name === name)!;
    const [branch, shortcut] = call('layer2.0.add').inputs;
    expect(branch.source!.layer.name).toBe('layer2.0.bn2');
    const inside = model({ inputs: net.topology.inputs, outputs: [call('layer1.2.relu_1').output, shortcut] });
    const [before, after] = await inside.predictAll(picture(32));
    expect([before.shape, after.shape]).toEqual([
      [1, 32, 32, 16],
      [1, 16, 16, 32],
    ]);
    const expected = Array.from({ length: 16 * 16 * 32 }, (_, i) => {
      const [row, column, channel] = [i >> 9, (i >> 5) & 15, (i & 31) - 8];
      return channel < 0 || channel > 15 ? 0 : before.data[(2 * row * 32 + 2 * column) * 16 + channel];
    });
    expect([...after.data]).toEqual(expected);
    expect(expected.some((value) => value !== 0)).toBe(true);
    await inside.dispose();
  });

  it('learns: four pictures by heart in a few steps', async () => {
    const net = zoo.create('cifar_resnet20', { inputShape: [16, 16, 3], seed: 1 });
    const x = new Tensor(
      'float32',
      [4, 16, 16, 3],
      Float32Array.from({ length: 4 * 768 }, (_, i) => Math.sin(i * i)),
    );
    const y = new Tensor('int32', [4], Int32Array.of(0, 1, 2, 3));
    const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true });
    net.compile({ optimizer: 'adam', loss, metrics: ['accuracy'] });
    const { history } = await net.fit(x, y, { epochs: 20, batchSize: 4, verbose: 0 });
    expect(history.loss.at(-1)).toBeLessThan(history.loss[0] / 3);
    expect(history.accuracy.at(-1)).toBe(1);
    await net.dispose();
  });
});
