import { describe, expect, it } from 'vitest';
import type { Node } from '../../../graph/index.js';
import { input, Layer, layers, type LayerContext } from '../../../layers/index.js';
import { model as functional, sequential, type Model } from '../../../models/index.js';
import { Tensor, type Shape } from '../../../tensor/index.js';
import { createDetector, createSegmenter } from '../../../tasks/index.js';
import { zoo } from '../../../zoo/index.js';
import { importOnnx } from '../import/importOnnx.js';
import { exportOnnx, type ExportOnnxOptions } from './exportOnnx.js';
import type { OnnxSource } from './exportOutputs.js';
import { decodeModelProto } from '../modelProto.js';
import type { GraphProto, ModelProto, ValueInfoProto } from '../proto.js';
import { readTensor } from '../tensors.js';

const decoded = async (model: OnnxSource, options?: ExportOnnxOptions): Promise<ModelProto & { graph: GraphProto }> => {
  const proto = decodeModelProto(await exportOnnx(model, options), "onnx 'test'");
  return { ...proto, graph: proto.graph! };
};

const operators = ({ node }: GraphProto): (string | undefined)[] => node.map(({ opType }) => opType);
const sizesOf = ({ type }: ValueInfoProto): unknown[] =>
  type!.tensorType!.shape!.dim.map(({ dimValue, dimParam }) => dimParam ?? dimValue);
const numbersOf = ({ initializer }: GraphProto, name: string): number[] => {
  const tensor = initializer.find((candidate) => candidate.name === name)!;
  return [...readTensor(tensor, 'test').data];
};
const picture = (...shape: number[]) => input({ shape, name: 'picture' });

class Twice extends Layer {
  readonly className: string = 'Twice';
  call(_: LayerContext, [x]: readonly Node[]): Node {
    return x;
  }
  outputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }
}

class FalseDense extends Twice {
  override readonly className = 'Dense';
}

describe('exportOnnx', () => {
  it('writes PyTorch’s names and shapes, and nodes called like the layers', async () => {
    const { graph } = await decoded(zoo.create('resnet18', { inputShape: [32, 32, 3], classes: 5 }));
    const shapes = new Map(graph.initializer.map(({ name, dims }) => [name, dims]));
    expect(shapes.get('layer1.0.conv1.weight')).toEqual([64, 64, 3, 3]);
    expect(shapes.get('bn1.running_var')).toEqual([64]);
    expect(shapes.get('fc.weight')).toEqual([5, 512]);
    const conv = graph.node.find(({ name }) => name === 'layer1.0.conv1')!;
    expect(conv.opType).toBe('Conv');
    expect(conv.input[1]).toBe('layer1.0.conv1.weight');
    expect(graph.input.map(sizesOf)).toEqual([['N', 3, 32, 32]]);
    expect(graph.output.map(({ name }) => name)).toEqual(['fc']);
    expect(graph.output.map(sizesOf)).toEqual([['N', 5]]);
    expect(operators(graph)).not.toContain('Transpose');
  });

  it('gives every value one name, and uses none before it is there', async () => {
    const conv = layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same', activation: 'swish', name: 'picture' });
    const x = picture(4, 4, 2);
    const net = functional({ inputs: x, outputs: [conv.apply(x), conv.apply(conv.apply(x))] });
    const { graph } = await decoded(net);
    const known = new Set([...graph.input, ...graph.initializer].map(({ name }) => name));
    expect(graph.initializer.filter(({ name }) => name === 'picture.weight')).toHaveLength(1);
    for (const { input: names, output } of graph.node) {
      for (const name of names) expect(known).toContain(name);
      for (const name of output) {
        expect(known).not.toContain(name);
        known.add(name);
      }
    }
    expect(new Set(graph.output.map(({ name }) => name)).size).toBe(2);
    for (const { name } of graph.output) expect(known).toContain(name);
  });

  it('turns the rows of a dense layer behind a flattened picture around, once, in the weights', async () => {
    const net = sequential([
      layers.flatten({ inputShape: [1, 2, 3] }),
      layers.dense({ units: 1, useBias: false, name: 'fc' }),
    ]);
    const weights = await net.getWeights();
    weights.get('fc/kernel')!.data.set([1, 2, 3, 4, 5, 6]);
    await net.setWeights(weights);
    const { graph } = await decoded(net);
    expect(operators(graph)).toEqual(['Flatten', 'Gemm']);
    // Both pixels of the first channel, then of the second, then of the third.
    expect(numbersOf(graph, 'fc.weight')).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('moves no axes for a model that flattens channels first itself', async () => {
    const net = sequential([
      layers.conv2d({ filters: 3, kernelSize: 1, inputShape: [2, 2, 1] }),
      layers.permute({ dims: [3, 1, 2] }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ]);
    expect(operators((await decoded(net)).graph)).toEqual(['Conv', 'Flatten', 'Gemm']);
  });

  it('leaves out what only training needs', async () => {
    const dropping = sequential([
      layers.dense({ units: 3, inputShape: [4] }),
      layers.dropout({ rate: 0.5 }),
      layers.stochasticDepth({ rate: 0.1 }),
      layers.dense({ units: 2 }),
    ]);
    expect(operators((await decoded(dropping)).graph)).toEqual(['Gemm', 'Gemm']);
    const { graph } = await decoded(zoo.create('googlenet', { inputShape: [64, 64, 3], classes: 3 }));
    expect(graph.initializer.filter(({ name }) => name?.startsWith('aux'))).toEqual([]);
  });

  it('resolves paddings as Striate means them', async () => {
    const net = sequential([
      layers.conv2d({ filters: 1, kernelSize: 3, strides: 2, padding: 'same', inputShape: [8, 7, 1] }),
      layers.maxPooling2d({ poolSize: 3, strides: 2, ceilMode: true }),
    ]);
    const { graph } = await decoded(net);
    const pads = graph.node.map(({ attribute }) => attribute.find(({ name }) => name === 'pads')?.ints);
    expect(pads).toEqual([
      [0, 1, 1, 1],
      [0, 0, 1, 1],
    ]);
  });

  it('puts one transpose in front of a file that takes channels last', async () => {
    const { graph } = await decoded(zoo.create('mnist_cnn', { inputShape: [28, 28, 3] }), { layout: 'NHWC' });
    expect(operators(graph).filter((name) => name === 'Transpose')).toHaveLength(1);
    expect(graph.node[0].attribute[0].ints).toEqual([0, 3, 1, 2]);
    expect(graph.input.map(sizesOf)).toEqual([['N', 28, 28, 3]]);
  });

  it('writes the versions, class names and preprocessing', async () => {
    const net = zoo.create('squeezenet1_1', { inputShape: [64, 64, 3], classes: 2 });
    net.classNames = ['cat', 'dog'];
    net.metadata = { remark: 'tuned', mean: '0.5,0.5,0.5' };
    const { irVersion, opsetImport, producerName, metadataProps } = await decoded(net, { opset: 17 });
    expect([irVersion, opsetImport[0].version, producerName]).toEqual([8, 17, 'striate']);
    const texts = Object.fromEntries(metadataProps.map(({ key = '', value = '' }) => [key, value]));
    expect(texts).toMatchObject({ names: '["cat","dog"]', remark: 'tuned', mean: '0.5,0.5,0.5' });
    expect(texts.std).toBe('0.229,0.224,0.225');
    expect(JSON.parse(texts.preprocessing)).toMatchObject({ size: [64, 64], channels: 'RGB', mean: [0.5, 0.5, 0.5] });
  });

  it.each([11, 17, 21])(
    'writes other sizes as Resize by the same rule, and reads them as the same layer: opset %i',
    async (opset) => {
      const picture = input({ shape: [7, 5, 3] });
      const resized = [
        layers.resizing({ height: 13, width: 4, coordinates: 'alignCorners', name: 'aligned' }),
        layers.resizing({
          height: 3,
          width: 8,
          interpolation: 'nearest',
          coordinates: 'asymmetric',
          rounding: 'floor',
        }),
        layers.resizing({ height: 5, width: 9, name: 'squares' }),
      ];
      const net = functional({ inputs: picture, outputs: resized.map((layer) => layer.apply(picture)) });
      const again = await importOnnx(await exportOnnx(net, { opset }));
      const settings = ({ layers: all }: Model): unknown[] =>
        all.flatMap((layer) => (layer.className === 'Resizing' ? [layer.config!()] : []));
      expect(settings(again)).toEqual(
        settings(net).map((config) => ({ ...(config as object), rounding: expect.any(String) as string })),
      );
      const x = new Tensor(
        'float32',
        [2, 7, 5, 3],
        Float32Array.from({ length: 210 }, (_, i) => Math.sin(i * i)),
      );
      for (const one of [net, again]) one.useEngine({ engine: 'reference' });
      const expected = await net.predictAll(x);
      (await again.predictAll(x)).forEach(({ data }, i) => expect(data).toEqual(expected[i].data));
    },
  );

  it('refuses what cannot be expressed, and says what to do', async () => {
    const of = (layer: Layer): Model => sequential([layers.dense({ units: 3, inputShape: [4] }), layer]);
    await expect(exportOnnx(of(new Twice({ name: 'mine' })))).rejects.toThrow(
      /layer 'mine' is of a class of your own, Twice.*features/,
    );
    await expect(exportOnnx(of(new FalseDense({ name: 'mine' })))).rejects.toThrow(
      /layer 'mine' is of a class of your own/,
    );
    const plain = of(layers.softmax());
    await expect(exportOnnx(plain, { opset: 7 })).rejects.toThrow(
      /opset must be a whole number from 11 to 21; received 7/,
    );
    await expect(exportOnnx(plain, { layout: 'CHWN' as 'NCHW' })).rejects.toThrow(/layout must be NCHW or NHWC/);
  });

  it.each([11, 13, 18])(
    'softmax over several axes computes the same when it is read again (opset %i)',
    async (opset) => {
      const x = picture(3, 4, 2);
      const model = functional({ inputs: x, outputs: layers.softmax({ axis: [1, 2] }).apply(x) });
      const again = await importOnnx(await exportOnnx(model, { opset }));
      const data = Float32Array.from({ length: 48 }, (_, i) => ((i * 37) % 23) / 4 - 2);
      const given = new Tensor('float32', [2, 3, 4, 2], data);
      const [y, expected] = [await again.predict(given), await model.predict(given)];
      expect(y.shape).toEqual(expected.shape);
      expected.data.forEach((value, i) => expect(y.data[i]).toBeCloseTo(value, 6));
      // Over rows and columns, for each example and channel.
      expect([...y.data].reduce((a, b) => a + b)).toBeCloseTo(4, 5);
      await Promise.all([model.dispose(), again.dispose()]);
    },
  );
});

describe('exportOnnx of detectors and segmenters', () => {
  const detector = createDetector('ssdlite320_mobilenet_v3_large', { classes: 3, inputShape: [64, 64, 3] });
  const segmenter = createSegmenter('lraspp_mobilenet_v3_large', { classes: 3, inputShape: [64, 48, 3] });

  it('has decoding and suppression inside, or what the network gives', async () => {
    const { graph } = await decoded(detector, { scoreThreshold: 0.25, maxDetections: 7 });
    expect(graph.input.map(sizesOf)).toEqual([[1, 3, 64, 64]]);
    expect(graph.output.map(({ name }) => name)).toEqual(['boxes', 'scores', 'labels']);
    expect(graph.output.map(sizesOf)).toEqual([['n', 4], ['n'], ['n']]);
    const suppression = graph.node.find(({ opType }) => opType === 'NonMaxSuppression')!;
    expect(suppression.input.slice(2).map((name) => numbersOf(graph, name))).toEqual([
      [7],
      [Math.fround(0.55)],
      [0.25],
    ]);
    const raw = await decoded(detector, { decoding: 'raw' });
    expect(operators(raw.graph)).not.toContain('NonMaxSuppression');
    expect(raw.graph.input.map(sizesOf)).toEqual([['N', 3, 64, 64]]);
    const labels = await decoded(segmenter);
    expect(labels.graph.output.map(sizesOf)).toEqual([['N', 64, 48]]);
    expect((await decoded(segmenter, { decoding: 'raw' })).graph.output.map(sizesOf)).toEqual([['N', 3, 64, 48]]);
  });

  it('gives nodes names of their own where a layer is applied to several maps', async () => {
    const fcos = createDetector('fcos_resnet50_fpn', { classes: 2, inputShape: [64, 64, 3] });
    const { graph } = await decoded(fcos, { decoding: 'raw' });
    const names = graph.node.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('refuses what does not go together', async () => {
    await expect(exportOnnx(detector, { decoding: 'labels' })).rejects.toThrow(
      /decoding 'labels' is of segmenters; received a detector; use 'boxes' or 'raw'/,
    );
    await expect(exportOnnx(detector.model, { decoding: 'boxes' })).rejects.toThrow(/give what createDetector/);
    await expect(exportOnnx(segmenter, { scoreThreshold: 0.5 })).rejects.toThrow(/goes with decoding 'boxes' only/);
    await expect(exportOnnx(detector, { scoreThreshold: 2 })).rejects.toThrow(/scoreThreshold must be/);
  });
});
