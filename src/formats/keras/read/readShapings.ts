import { layers, type Layer } from '../../../layers/index.js';
import type { LayerOptionsReader } from './layerOptions.js';
import { kept, type ReadRule } from './readRule.js';

function poolingOptions(options: LayerOptionsReader) {
  options.expectChannelsLast();
  const poolSize = options.pair('pool_size', 2);
  return { poolSize, strides: options.pair('strides', poolSize), padding: options.padding() };
}

function globalOptions(options: LayerOptionsReader) {
  options.expectChannelsLast();
  return { keepDims: options.flag('keepdims', false) };
}

/** Layers that act in training alone; a model that is imported goes without them, and says so. */
const onlyInTraining: ReadRule = {
  read(options, name) {
    options.context.notes.push(`${name}: ${options.layer.className}`);
    return [layers.activation({ name, activation: 'linear' })];
  },
};

/** Each channel scaled to mean 0 and variance 1 by constants, which lie in the weights or in the configuration. */
const normalization: ReadRule = {
  weights: (options) =>
    options.has('mean') ? [] : [kept('mean', undefined), kept('variance', undefined), kept('count', undefined)],
  read(options, name, [input]) {
    const channels = input.shape.at(-1) ?? 1;
    options.expectOnly(
      'axis',
      [-1, [-1], [input.shape.length], input.shape.length, null],
      'only the last axis is known here',
    );
    const [mean, variance] = ['mean', 'variance'].map((kind, i) => {
      const stored = options.layer.weights.find((weight) => weight.kind === kind) ?? options.layer.weights[i];
      const values = options.numbers(kind) ?? (stored && Array.from(stored.data));
      if (!values) throw options.refuse('its mean and variance are neither in its configuration nor among the weights');
      if (values.length === 1 || values.length === channels) return values;
      throw options.refuse(`its ${kind} must have one number per channel, ${channels}; received ${values.length}`);
    });
    const scale = variance.map((value) => 1 / Math.max(Math.sqrt(value), 1e-7));
    const at = (values: readonly number[], i: number): number => values[values.length === 1 ? 0 : i];
    const each = Array.from({ length: Math.max(mean.length, scale.length) }, (_, i) => i);
    if (options.flag('invert', false)) {
      return [
        layers.rescaling({ name, scale: each.map((i) => 1 / at(scale, i)), offset: each.map((i) => at(mean, i)) }),
      ];
    }
    return [
      layers.rescaling({
        name,
        scale: each.map((i) => at(scale, i)),
        offset: each.map((i) => -at(mean, i) * at(scale, i)),
      }),
    ];
  },
};

/** Whole channels that become 0 at random: a gate of one number per channel, dropped and multiplied. */
function spatialDropout(name: string, rate: number): readonly Layer[] {
  return [
    layers.globalAveragePooling2d({ name: `${name}_channels`, keepDims: true }),
    layers.rescaling({ name: `${name}_ones`, scale: 0, offset: 1 }),
    layers.dropout({ name: `${name}_gate`, rate }),
  ];
}

/** Layers that pool, pad, reshape and drop. */
export const readShapings: Readonly<Record<string, ReadRule>> = {
  MaxPooling2D: { read: (options, name) => [layers.maxPooling2d({ name, ...poolingOptions(options) })] },
  AveragePooling2D: { read: (options, name) => [layers.averagePooling2d({ name, ...poolingOptions(options) })] },
  GlobalAveragePooling2D: {
    read: (options, name) => [layers.globalAveragePooling2d({ name, ...globalOptions(options) })],
  },
  GlobalMaxPooling2D: { read: (options, name) => [layers.globalMaxPooling2d({ name, ...globalOptions(options) })] },
  ZeroPadding2D: {
    read(options, name) {
      options.expectChannelsLast();
      const [a = 1, b = a, ...more] = options.numbers('padding') ?? [1];
      const padding =
        more.length === 2
          ? ([
              [a, b],
              [more[0], more[1]],
            ] as const)
          : ([a, b] as const);
      return [layers.zeroPadding2d({ name, padding })];
    },
  },
  UpSampling2D: {
    read(options, name) {
      options.expectChannelsLast();
      const interpolation = options.text('interpolation', 'nearest', ['nearest', 'bilinear']);
      return [layers.upSampling2d({ name, size: options.pair('size', 2), interpolation })];
    },
  },
  Flatten: {
    read(options, name) {
      options.expectChannelsLast();
      return [layers.flatten({ name })];
    },
  },
  Reshape: { read: (options, name) => [layers.reshape({ name, targetShape: options.numbers('target_shape') ?? [] })] },
  Permute: { read: (options, name) => [layers.permute({ name, dims: options.numbers('dims') ?? [] })] },
  Dropout: {
    read(options, name, [input]) {
      const rate = options.number('rate', 0);
      const shape = options.layer.config.noise_shape;
      if (!Array.isArray(shape)) return [layers.dropout({ name, rate })];
      const fixed = (shape as readonly unknown[]).slice(1);
      if (fixed.every((size) => size === 1)) return [layers.stochasticDepth({ name, rate })];
      if (fixed.every((size, axis) => size === null || size === input.shape[axis]))
        return [layers.dropout({ name, rate })];
      throw options.refuse(
        `noise_shape ${JSON.stringify(shape)}: known here are whole examples ([null, 1, 1, 1]) and single numbers`,
      );
    },
  },
  SpatialDropout2D: {
    read(options, name) {
      options.expectChannelsLast();
      const gate = spatialDropout(name, options.number('rate', 0));
      const product = layers.multiply({ name });
      return {
        layers: [...gate, product],
        apply: ([x]) =>
          product.apply(
            x,
            gate.reduce((value, layer) => layer.apply(value), x),
          ),
      };
    },
  },
  Rescaling: {
    read(options, name) {
      const value = (key: string, fallback: number): number | readonly number[] => {
        const numbers = options.numbers(key) ?? [fallback];
        return numbers.length === 1 ? numbers[0] : numbers;
      };
      return [layers.rescaling({ name, scale: value('scale', 1), offset: value('offset', 0) })];
    },
  },
  Normalization: normalization,
  ...Object.fromEntries(
    [
      'GaussianNoise',
      'GaussianDropout',
      'AlphaDropout',
      'ActivityRegularization',
      'RandomFlip',
      'RandomRotation',
      'RandomZoom',
      'RandomContrast',
      'RandomBrightness',
      'RandomTranslation',
    ].map((className) => [className, onlyInTraining]),
  ),
};
