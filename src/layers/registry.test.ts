import { readdirSync, readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Node, Variable } from '../graph/index.js';
import { operators as ops } from '../ops/index.js';
import { StriateError, type Shape } from '../tensor/index.js';
import type { Initializer } from './initializers/initializer.js';
import { initializers } from './initializers/index.js';
import { Layer, type LayerContext } from './layer.js';
import { layers } from './layers.js';
import type { Serialized } from './named.js';
import { layerClasses } from './layerTable.js';
import { layerFromConfig } from './registry.js';
import { regularizers } from './regularizers.js';

const saved = (layer: Layer): Serialized =>
  JSON.parse(JSON.stringify({ className: layer.className, config: layer.config?.() })) as Serialized;

/** The layers that the examples in the factories' documentation make. */
const shown = readdirSync(import.meta.dirname).flatMap((file): Layer[] => {
  if (!/^\w+\.ts$/.test(file)) return [];
  const text = readFileSync(`${import.meta.dirname}/${file}`, 'utf8');
  const examples = text.matchAll(/@example\n((?: \* .*\n)+) \*\/\nexport function (\w+)\(options\??: /g);
  return [...examples].map(([, example, name]) => {
    const code = new RegExp(`layers\\.${name}\\((?:[^()]|\\([^()]*\\))*\\)`).exec(example.replaceAll('\n * ', '\n'));
    return runInNewContext(code![0], { layers, initializers }) as Layer;
  });
});

/** Layers with every option away from its default. */
const thorough: readonly Layer[] = [
  layers.activation({ activation: 'tanh', name: 'act' }),
  layers.adaptiveAveragePooling2d({ outputSize: [2, 3] }),
  layers.add({ name: 'sum' }),
  layers.affine({ scale: false, shape: [2, 1], trainable: false }),
  layers.average({ name: 'mean' }),
  layers.averagePooling2d({ poolSize: [3, 2], strides: 2, padding: 'same', ceilMode: true, countPadding: true }),
  layers.axisMatrix({ units: 3, axis: 1 }),
  layers.batchNormalization({
    momentum: 0.9,
    epsilon: 1e-5,
    unbiasedVariance: true,
    center: false,
    scale: true,
    gammaInitializer: 'zeros',
    movingVarianceInitializer: initializers.constant({ value: 2 }),
    gammaRegularizer: 'l2',
    trainable: false,
  }),
  layers.centerCrop({ height: 3, width: 2 }),
  layers.clip({ minValue: -1, maxValue: 2 }),
  layers.concatenate({ axis: 1 }),
  layers.cropping2d({ cropping: [1, 0, 2, 1] }),
  layers.groupNormalization({ groups: 2, epsilon: 1e-5, center: false, gammaInitializer: 'zeros' }),
  layers.identity({ name: 'same' }),
  layers.resizing({
    height: 3,
    width: 2,
    interpolation: 'nearest',
    cropToAspectRatio: true,
    coordinates: 'asymmetric',
    rounding: 'floor',
  }),
  layers.spatialDropout2d({ rate: 0.2, seed: 4 }),
  layers.conv2d({
    filters: 4,
    kernelSize: [3, 1],
    strides: 2,
    padding: [1, 2],
    dilationRate: 2,
    groups: 2,
    activation: 'swish',
    useBias: false,
    kernelInitializer: 'heNormal',
    biasInitializer: initializers.randomNormal({ stddev: 0.1, seed: 3 }),
    kernelRegularizer: regularizers.l1l2({ l1: 0.1, l2: 0.2 }),
    biasRegularizer: 'l1',
    inputShape: [8, 8, 2],
  }),
  layers.conv2dTranspose({
    filters: 4,
    kernelSize: [3, 4],
    strides: 2,
    padding: [0, 1],
    outputPadding: [1, 0],
    dilationRate: [1, 2],
    activation: 'relu',
    kernelRegularizer: 'l2',
  }),
  layers.dense({
    units: 3,
    activation: 'softmax',
    kernelInitializer: initializers.varianceScaling({ mode: 'fanOut' }),
  }),
  layers.depthwiseConv2d({ kernelSize: [3, 1], strides: 2, padding: 'same', depthMultiplier: 3, dilationRate: 2 }),
  layers.divide(),
  layers.dropout({ rate: 0.4, seed: 9 }),
  layers.elu({ alpha: 0.5 }),
  layers.flatten({ inputShape: [2, 2, 1] }),
  layers.globalAveragePooling2d({ keepDims: true }),
  layers.globalMaxPooling2d({ keepDims: true }),
  layers.layerNormalization({ epsilon: 1e-6, center: false }),
  layers.leakyRelu({ negativeSlope: 0.1 }),
  layers.localResponseNormalization({ size: 3, alpha: 0.1, beta: 0.5, bias: 2 }),
  layers.locallyConnected2d({ filters: 2, kernelSize: 3, strides: [1, 2], activation: 'relu' }),
  layers.maximum(),
  layers.maxPooling2d({ poolSize: 3, strides: [2, 1], padding: [0, 1, 1, 0] }),
  layers.minimum(),
  layers.multiply(),
  layers.padChannels({ before: 1, after: 2 }),
  layers.permute({ dims: [2, 3, 1] }),
  layers.power({ exponent: 1.5 }),
  layers.prelu({ sharedAxes: [1, 2], alphaInitializer: initializers.constant({ value: 0.25 }) }),
  layers.reduce({ operation: 'sum', axes: [1, -1], keepDims: true }),
  layers.relu({ maxValue: 3, negativeSlope: 0.1 }),
  layers.rescaling({ scale: [1, 2], offset: 3 }),
  layers.reshape({ targetShape: [2, -1] }),
  layers.separableConv2d({
    filters: 6,
    kernelSize: 3,
    strides: [1, 2],
    padding: 1,
    dilationRate: [2, 1],
    depthMultiplier: 2,
    activation: 'tanh',
    useBias: false,
    depthwiseInitializer: 'heNormal',
    pointwiseInitializer: initializers.randomNormal({ stddev: 0.1 }),
    biasInitializer: 'ones',
    depthwiseRegularizer: 'l1',
    pointwiseRegularizer: regularizers.l2({ l2: 0.3 }),
    biasRegularizer: 'l2',
  }),
  layers.alphaDropout({ rate: 0.2, seed: 4 }),
  layers.averagePooling1d({ poolSize: 3, strides: 2, padding: [1, 2], ceilMode: true, countPadding: true }),
  layers.conv1d({
    filters: 4,
    kernelSize: 3,
    strides: 2,
    padding: 'causal',
    dilationRate: 2,
    groups: 2,
    activation: 'swish',
    useBias: false,
    kernelInitializer: 'heNormal',
    kernelRegularizer: 'l2',
    inputShape: [8, 2],
  }),
  layers.conv1dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: [0, 1], outputPadding: 1, dilationRate: 2 }),
  layers.cropping1d({ cropping: [1, 2] }),
  layers.depthwiseConv1d({ kernelSize: 3, strides: 2, padding: [1, 0], depthMultiplier: 3, dilationRate: 2 }),
  layers.dot({ axes: [2, 1], normalize: true }),
  layers.gaussianDropout({ rate: 0.2, seed: 4 }),
  layers.globalAveragePooling1d({ keepDims: true }),
  layers.globalMaxPooling1d({ keepDims: true }),
  layers.maxPooling1d({ poolSize: 3, strides: 2, padding: 'same' }),
  layers.repeatVector({ n: 3 }),
  layers.separableConv1d({
    filters: 6,
    kernelSize: 3,
    strides: 2,
    padding: 1,
    depthMultiplier: 2,
    activation: 'tanh',
    useBias: false,
    depthwiseInitializer: 'heNormal',
    pointwiseRegularizer: 'l2',
  }),
  layers.spatialDropout1d({ rate: 0.2, seed: 4 }),
  layers.unitNormalization({ axis: [1, 2] }),
  layers.upSampling1d({ size: 3 }),
  layers.zeroPadding1d({ padding: [1, 2] }),
  layers.slice({ begin: [0, 1], size: [-1, 2] }),
  layers.softmax({ axis: [1, 2] }),
  layers.stochasticDepth({ rate: 0.2, seed: 4 }),
  layers.subtract(),
  layers.upSampling2d({ size: [2, 3], interpolation: 'bilinear' }),
  layers.zeroPadding2d({
    padding: [
      [1, 2],
      [3, 4],
    ],
  }),
];

/** A layer of every class. */
const everyLayer = [
  ...thorough,
  ...shown.filter(({ className }) => !thorough.some((layer) => layer.className === className)),
];

describe('layerFromConfig', () => {
  it('is tested with every class', () => {
    expect(everyLayer.map(({ className }) => className).sort()).toEqual(Object.keys(layerClasses).sort());
  });

  it.each(everyLayer.map((layer) => [layer.className, layer] as const))('makes %s again', (_, layer) => {
    const again = layerFromConfig(saved(layer));
    expect(again.constructor).toBe(layer.constructor);
    expect(saved(again)).toEqual(saved(layer));
    expect(again.name).toBe(layer.name);
    expect(again.trainable).toBe(layer.trainable);
    expect(again.inputShape).toEqual(layer.inputShape);
  });

  it.each(shown.map((layer) => [layer.className, layer] as const))('makes the example of %s again', (_, layer) => {
    expect(saved(layerFromConfig(saved(layer)))).toEqual(saved(layer));
  });

  it('finds an example of every layer', () => {
    expect(shown.map(({ className }) => className).sort()).toEqual(Object.keys(layerClasses).sort());
  });

  it('makes every layer from its defaults again', () => {
    const defaults = [layers.maxPooling2d(), layers.batchNormalization(), layers.conv2d({ filters: 1, kernelSize: 1 })];
    for (const layer of defaults) expect(saved(layerFromConfig(saved(layer)))).toEqual(saved(layer));
  });

  it('starts the weights alike', () => {
    const conv = layers.conv2d({ filters: 4, kernelSize: 3, kernelInitializer: 'orthogonal', name: 'c' });
    const starts = [conv, layerFromConfig(saved(conv))].map((layer) => {
      layer.buildOnce([[5, 5, 2]], 1);
      return layer.weights.map(({ variable }) => variable.initialize());
    });
    expect(starts[1]).toEqual(starts[0]);
  });

  it('lists what is known', () => {
    expect(() => layerFromConfig({ className: 'Conv9D', config: {} })).toThrow(StriateError);
    expect(() => layerFromConfig({ className: 'Conv9D', config: {} })).toThrow(
      /layer 'Conv9D': .*use one of Activation, AdaptiveAveragePooling2D, Add/,
    );
    expect(() => layerFromConfig({ className: 'toString', config: {} })).toThrow(/no layer of that class/);
  });

  it('checks the configuration as it checks options', () => {
    const config = { filters: 8, kernelSize: 3, kernelInitializer: { className: 'Nope', config: {} } };
    expect(() => layerFromConfig({ className: 'Conv2D', config })).toThrow(
      /no initializer of that name; received 'Nope'/,
    );
  });
});

class Halves implements Initializer {
  readonly className = 'Halves';
  config(): Record<string, unknown> {
    return {};
  }
  fill(values: Float32Array): void {
    values.fill(0.5);
  }
}

class Scale extends Layer {
  readonly className = 'Scale';
  private readonly start: Initializer;
  private factor!: Variable;

  constructor({ start = new Halves(), ...options }: { start?: Initializer; name?: string } = {}) {
    super(options);
    this.start = start;
  }
  protected override build([shape]: readonly Shape[]): void {
    this.factor = this.addWeight('factor', shape.slice(-1), this.start);
  }
  call({ graph }: LayerContext, [x]: readonly Node[]): Node {
    return graph.scope(this.name, () => ops.mul(x, this.factor));
  }
  outputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }
  override config(): Record<string, unknown> {
    return { name: this.name, start: { className: this.start.className, config: this.start.config() } };
  }
}

describe('classes of the user’s own', () => {
  it('come back from their configurations', () => {
    const again = layerFromConfig(saved(new Scale({ name: 's' })), { Scale, Halves });
    expect(again).toBeInstanceOf(Scale);
    again.buildOnce([[3]], 1);
    expect([...again.weights[0].variable.initialize()]).toEqual([0.5, 0.5, 0.5]);
  });

  it('work as options of known layers', () => {
    const layer = layers.dense({ units: 2, kernelInitializer: new Halves() });
    const again = layerFromConfig(saved(layer), { Halves });
    again.buildOnce([[1]], 1);
    expect([...again.weights[0].variable.initialize()]).toEqual([0.5, 0.5]);
    expect(() => layerFromConfig(saved(layer))).toThrow(/received 'Halves'/);
  });

  it('must be layers where a layer is asked for', () => {
    expect(() => layerFromConfig({ className: 'Halves', config: {} }, { Halves })).toThrow(/the class must be a layer/);
  });
});

describe('regularizers', () => {
  it('know their strengths by Keras’s rules', () => {
    expect(regularizers.l1().config()).toEqual({ l1: 0.01 });
    expect(regularizers.l2().config()).toEqual({ l2: 0.01 });
    expect(regularizers.l1l2().config()).toEqual({ l1: 0.01, l2: 0.01 });
    expect(regularizers.l1l2({ l1: 0.5 }).config()).toEqual({ l1: 0.5, l2: 0 });
    expect(() => regularizers.l2({ l2: -1 })).toThrow(
      /regularizer l2: the strength must be a number from 0; received -1/,
    );
  });

  it('belong to the weights they were given for', () => {
    const layer = layers.dense({ units: 2, kernelRegularizer: 'l2' });
    layer.buildOnce([[3]], 1);
    expect(layer.weights.map(({ regularizer }) => regularizer?.className)).toEqual(['L2', undefined]);
  });
});
