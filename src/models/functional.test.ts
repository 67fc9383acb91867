import { describe, expect, it } from 'vitest';
import { bands, tinyModel } from '../../test/fixtures/tinyModels.js';
import type { Node, Variable } from '../graph/index.js';
import { input, Layer, layers, type LayerContext, type SymbolicTensor } from '../layers/index.js';
import { operators } from '../ops/index.js';
import type { Shape } from '../tensor/index.js';
import { model, sequential } from './index.js';

const silent = { verbose: 0 } as const;
const { x, y } = bands(24);

/** A layer as the documentation tells people to write one. */
class Scale extends Layer {
  readonly className = 'Scale';
  private factor!: Variable;

  protected override build([shape]: readonly Shape[]): void {
    const half = { className: 'Half', config: () => ({}), fill: (values: Float32Array) => void values.fill(0.5) };
    this.factor = this.addWeight('factor', shape.slice(-1), half);
  }

  call({ graph }: LayerContext, [value]: readonly Node[]): Node {
    return graph.scope(this.name, () => operators.mul(value, this.factor));
  }

  outputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }
}

describe('functional models', () => {
  it('join paths with Add and Concatenate, and learn', async () => {
    const picture = input({ shape: [6, 6, 1], name: 'picture' });
    const conv = (filters: number): ReturnType<typeof layers.conv2d> =>
      layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' });
    const a = conv(2).apply(picture);
    const sum = layers.add().apply(a, conv(2).apply(a));
    const both = layers.concatenate().apply(sum, conv(3).apply(picture));
    const pooled = layers.flatten().apply(layers.maxPooling2d().apply(both));
    const net = model({ inputs: picture, outputs: layers.dense({ units: 3, activation: 'softmax' }).apply(pooled) });
    expect(net.layers.map((layer) => layer.name)).toEqual([
      'conv2d',
      'conv2d_1',
      'add',
      'conv2d_2',
      'concatenate',
      'max_pooling2d',
      'flatten',
      'dense',
    ]);
    const table = net.summary({ printFn: () => undefined });
    expect(table).toMatch(/│ picture \(InputLayer\) +│ \(None, 6, 6, 1\) +│ +0 │ -/);
    expect(table).toMatch(/│ add \(Add\) +│ \(None, 6, 6, 2\) +│ +0 │ conv2d\[0\]\[0\], conv2d_1\[0\]\[0\]/);
    net.compile({
      optimizer: 'adam',
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
      engine: 'reference',
    });
    const { loss } = (await net.fit(x, y, { epochs: 8, batchSize: 8, ...silent })).history;
    expect(loss[7]).toBeLessThan(0.9 * loss[0]);
  });

  it('train layers of the user', async () => {
    const net = tinyModel([new Scale()]);
    const before = (await net.getWeights()).get('scale/factor')!;
    expect([...before.data]).toEqual(new Array<number>(16).fill(0.5));
    const { loss } = (await net.fit(x, y, { epochs: 8, batchSize: 8, ...silent })).history;
    expect(loss[7]).toBeLessThan(loss[0]);
    expect((await net.getWeights()).get('scale/factor')!.data).not.toEqual(before.data);
    await expect(net.save('scale.safetensors')).rejects.toThrow(/layer 'scale' \(Scale\) has no config\(\)/);
  });

  it('share weights with the models that they are built from', async () => {
    const base = tinyModel();
    await base.fit(x, y, silent);
    const picture = input({ shape: [6, 6, 1] });
    const head = layers.dense({ units: 2, activation: 'softmax', name: 'head' }).apply(base.apply(picture));
    const net = model({ inputs: picture, outputs: head });
    const kernel = (await net.getWeights()).get('conv2d/kernel');
    expect(kernel).toEqual((await base.getWeights()).get('conv2d/kernel'));
    net.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    await net.fit(
      x,
      y.map((label) => label % 2),
      silent,
    );
    const after = (await net.getWeights()).get('conv2d/kernel');
    expect(after).not.toEqual(kernel);
    expect((await base.getWeights()).get('conv2d/kernel')).toEqual(after);
  });

  it('train and predict several outputs', async () => {
    const picture = input({ shape: [6, 6, 1] });
    const flat = layers.flatten().apply(picture);
    const kind = layers.dense({ units: 3, name: 'kind' }).apply(flat);
    const size = layers.dense({ units: 1, name: 'size' }).apply(flat);
    const net = model({ inputs: picture, outputs: [kind, size] });
    expect(() => net.compile({ loss: 'meanSquaredError' })).toThrow(/the model has outputs kind, size/);
    net.compile({ loss: [undefined, 'meanSquaredError'], metrics: { size: ['mae'] }, engine: 'reference' });
    const kinds = (await net.getWeights()).get('kind/kernel');
    const { epochs } = await net.fit(x, { size: Float32Array.from(y) }, { epochs: 5, ...silent });
    expect(epochs[4].sizeMae).toBeLessThan(epochs[0].sizeMae);
    // An output without a loss is not trained.
    expect((await net.getWeights()).get('kind/kernel')).toEqual(kinds);
    expect((await net.predictAll(x)).map(({ shape }) => shape)).toEqual([
      [24, 3],
      [24, 1],
    ]);
    await expect(net.predict(x)).rejects.toThrow(/several outputs \(kind, size\); use predictAll/);
  });

  it('say what is missing', () => {
    const [a, b] = ['a', 'b'].map((name) => input({ shape: [2], name }));
    const sum = layers.add().apply(a, b);
    expect(() => model({ inputs: a, outputs: sum })).toThrow(/depends on the input 'b' \[2\], which is not among/);
    const twice = (): unknown =>
      sequential([layers.dense({ units: 1, name: 'd' }), layers.dense({ units: 1, name: 'd' })]);
    expect(twice).toThrow(/two layers are called 'd'/);
    const tooDeep = (): unknown => sequential([layers.conv2d({ filters: 1, kernelSize: 5, inputShape: [3, 3, 1] })]);
    expect(tooDeep).toThrow(/5×5 kernel does not fit a 3×3 input with valid padding/);
  });
});

describe('heads that were models of their own', () => {
  const x = input({ shape: [4, 4, 2] });
  const base = model({ inputs: x, outputs: layers.conv2d({ filters: 2, kernelSize: 1, name: 'base' }).apply(x) });
  const head = (name: string, sum?: string): SymbolicTensor => {
    const own = layers.conv2d({ filters: 2, kernelSize: 1, name }).apply(base.output);
    return model({ inputs: x, outputs: layers.add({ name: sum }).apply(base.output, own) }).output;
  };

  it('go into one model: layers that nobody named and that have no weights are called otherwise', () => {
    const both = model({ inputs: x, outputs: [head('a'), head('b')] });
    expect(both.layers.map(({ name }) => name)).toEqual(['base', 'a', 'add', 'b', 'add_1']);
    const named = [head('c', 'sum'), head('d', 'sum')];
    expect(() => model({ inputs: x, outputs: named })).toThrow(/two layers are called 'sum'/);
  });
});
