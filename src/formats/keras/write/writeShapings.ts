import type {
  Activation,
  AdaptiveAveragePooling2D,
  Add,
  AveragePooling2D,
  Concatenate,
  Dropout,
  Flatten,
  GlobalAveragePooling2D,
  GlobalMaxPooling2D,
  Layer,
  LeakyReLU,
  LocalResponseNormalization,
  MaxPooling2D,
  Multiply,
  PadChannels,
  Permute,
  PoolingSettings,
  ReLU,
  Rescaling,
  Reshape,
  Softmax,
  StochasticDepth,
  UpSampling2D,
  ZeroPadding2D,
} from '../../../layers/index.js';
import type { Margins } from '../../../ops/window.js';
import { sameShape, type Shape } from '../../../tensor/index.js';
import type { KerasEmitter, WrittenValue } from './kerasEmitter.js';
import { slopeConfig, writeActivation } from './writeActivations.js';
import { paddingWord, zeroPadded } from './writePadding.js';
import type { WriteRule } from './writeRule.js';

/** The margins that windows over a picture really reach, with those that hang over where sizes are rounded up. */
function reachedMargins(x: WrittenValue, shape: Shape, settings: PoolingSettings): Margins | 'valid' | 'same' {
  const { padding, poolSize, strides, ceilMode } = settings;
  if (typeof padding === 'string') return padding;
  const behind = (axis: 0 | 1): number => {
    const [before, after] = [padding[2 * axis], padding[2 * axis + 1]];
    const needed = (shape[axis] - 1) * strides[axis] + poolSize[axis] - x.shape[axis] - before;
    return ceilMode ? Math.max(after, needed) : after;
  };
  return [padding[0], behind(0), padding[2], behind(1)];
}

function pooled(
  emit: KerasEmitter,
  layer: MaxPooling2D | AveragePooling2D,
  x: WrittenValue,
  shape: Shape,
): WrittenValue {
  const { className, name, settings } = layer;
  const { poolSize, strides } = settings;
  const reached = reachedMargins(x, shape, settings);
  const add = (input: WrittenValue, padding: string): WrittenValue =>
    emit.add(className, name, [input], {
      config: { pool_size: poolSize, strides, padding, data_format: 'channels_last' },
      shape,
      nonNegative: x.nonNegative,
    });
  const counted = 'countPadding' in settings && settings.countPadding;
  const word = paddingWord(x.shape, { kernel: poolSize, strides, padding: reached });
  if (word === 'valid' || (word === 'same' && !counted)) return add(x, word);
  const margins = reached === 'same' || reached === 'valid' ? undefined : reached;
  // Zeros in a maximum are as good as nothing where nothing is below 0, and in a mean where they count.
  const zerosWill = className === 'MaxPooling2D' ? x.nonNegative : counted && !settings.ceilMode;
  if (margins && zerosWill) return add(zeroPadded(emit, layer, x, margins), 'valid');
  throw emit.refuse(
    layer,
    className === 'MaxPooling2D'
      ? `its padding [${String(reached)}] is neither 'valid' nor 'same', and zeros in its place could win, as its input may be below 0`
      : `its padding [${String(reached)}] is neither 'valid' nor 'same' as Keras averages`,
  );
}

function globalPooled(
  emit: KerasEmitter,
  layer: GlobalAveragePooling2D | GlobalMaxPooling2D,
  x: WrittenValue,
  shape: Shape,
): WrittenValue {
  const { className, name, keepDims } = layer;
  const { nonNegative } = x;
  const config = { data_format: 'channels_last' };
  if (keepDims && emit.dialect === 'keras3') {
    return emit.add(className, name, [x], { config: { ...config, keepdims: true }, shape, nonNegative });
  }
  const y = emit.add(className, name, [x], { config, shape: shape.slice(-1), nonNegative });
  if (!keepDims) return y;
  // Versions before 2021 do not know keepdims.
  return emit.add('Reshape', `${name}_reshape`, [y], { config: { target_shape: shape }, shape, nonNegative });
}

/** A layer that Keras calls the same, with a configuration of its own. */
function plain<T extends Layer>(
  config: (layer: T, emit: KerasEmitter) => Record<string, unknown>,
  keepsSign = true,
): WriteRule<T> {
  return (layer, emit, inputs, shape) =>
    emit.add(layer.className, layer.name, inputs, {
      config: config(layer, emit),
      shape,
      nonNegative: keepsSign && inputs.every(({ nonNegative }) => nonNegative),
    });
}

/** Layers that have no kernels. */
export const writeShapings = {
  Activation: ((layer: Activation, emit, [x]) =>
    writeActivation(emit, layer, layer.activation, x, layer.name)) satisfies WriteRule<Activation>,
  ReLU: ((layer: ReLU, emit, [x], shape) => {
    const { maxValue, negativeSlope } = layer;
    const nonNegative = negativeSlope === 0 || x.nonNegative;
    if (emit.dialect === 'tfjs' && negativeSlope !== 0) {
      if (maxValue !== undefined) throw emit.refuse(layer, 'it has no ReLU with both a slope and a limit');
      return emit.add('LeakyReLU', layer.name, [x], { config: slopeConfig(emit.dialect, negativeSlope), shape });
    }
    const config = {
      max_value: maxValue ?? null,
      ...(emit.dialect !== 'tfjs' && { negative_slope: negativeSlope, threshold: 0 }),
    };
    return emit.add('ReLU', layer.name, [x], { config, shape, nonNegative });
  }) satisfies WriteRule<ReLU>,
  LeakyReLU: plain<LeakyReLU>((layer, emit) => slopeConfig(emit.dialect, layer.negativeSlope)),
  Softmax: ((layer: Softmax, emit, inputs, shape) =>
    emit.add('Softmax', layer.name, inputs, {
      config: { axis: layer.axis },
      shape,
      nonNegative: true,
    })) satisfies WriteRule<Softmax>,
  MaxPooling2D: ((layer: MaxPooling2D, emit, [x], shape) =>
    pooled(emit, layer, x, shape)) satisfies WriteRule<MaxPooling2D>,
  AveragePooling2D: ((layer: AveragePooling2D, emit, [x], shape) =>
    pooled(emit, layer, x, shape)) satisfies WriteRule<AveragePooling2D>,
  GlobalAveragePooling2D: ((layer: GlobalAveragePooling2D, emit, [x], shape) =>
    globalPooled(emit, layer, x, shape)) satisfies WriteRule<GlobalAveragePooling2D>,
  GlobalMaxPooling2D: ((layer: GlobalMaxPooling2D, emit, [x], shape) =>
    globalPooled(emit, layer, x, shape)) satisfies WriteRule<GlobalMaxPooling2D>,
  AdaptiveAveragePooling2D: ((layer: AdaptiveAveragePooling2D, emit, [x], shape) => {
    const { nonNegative } = x;
    if (sameShape(x.shape, shape)) {
      return emit.add('Activation', layer.name, [x], { config: { activation: 'linear' }, shape, nonNegative });
    }
    const [height, width] = [x.shape[0] / shape[0], x.shape[1] / shape[1]];
    if (!Number.isInteger(height) || !Number.isInteger(width)) {
      throw emit.refuse(
        layer,
        `${shape[0]}×${shape[1]} means do not go evenly into a map of ${x.shape[0]}×${x.shape[1]}`,
      );
    }
    const size = [height, width];
    const config = { pool_size: size, strides: size, padding: 'valid', data_format: 'channels_last' };
    return emit.add('AveragePooling2D', layer.name, [x], { config, shape, nonNegative });
  }) satisfies WriteRule<AdaptiveAveragePooling2D>,
  ZeroPadding2D: ((layer: ZeroPadding2D, emit, [x], shape) => {
    const [top, bottom, left, right] = layer.padding;
    const config = {
      padding: [
        [top, bottom],
        [left, right],
      ],
      data_format: 'channels_last',
    };
    return emit.add('ZeroPadding2D', layer.name, [x], { config, shape, nonNegative: x.nonNegative });
  }) satisfies WriteRule<ZeroPadding2D>,
  PadChannels: ((layer: PadChannels, emit, [x], shape) => {
    // Keras pads rows and columns alone: channels take their place for a moment.
    const [height, width, channels] = x.shape;
    const { nonNegative } = x;
    const first = emit.add('Permute', `${layer.name}_first`, [x], {
      config: { dims: [3, 1, 2] },
      shape: [channels, height, width],
      nonNegative,
    });
    const padding = [
      [layer.before, layer.after],
      [0, 0],
    ];
    const padded = emit.add('ZeroPadding2D', layer.name, [first], {
      config: { padding, data_format: 'channels_last' },
      shape: [shape[2], height, width],
      nonNegative,
    });
    return emit.add('Permute', `${layer.name}_last`, [padded], { config: { dims: [2, 3, 1] }, shape, nonNegative });
  }) satisfies WriteRule<PadChannels>,
  UpSampling2D: plain<UpSampling2D>(({ size, interpolation }) => ({
    size,
    data_format: 'channels_last',
    interpolation,
  })),
  Flatten: plain<Flatten>(() => ({ data_format: 'channels_last' })),
  Reshape: plain<Reshape>((layer) => ({ target_shape: layer.targetShape })),
  Permute: plain<Permute>((layer) => ({ dims: layer.dims })),
  Dropout: plain<Dropout>((layer) => ({ rate: layer.rate, noise_shape: null, seed: layer.seed ?? null })),
  StochasticDepth: ((layer: StochasticDepth, emit, [x], shape) => {
    const noise = [null, ...shape.map(() => 1)];
    const config = { rate: layer.rate, noise_shape: noise, seed: layer.seed ?? null };
    return emit.add('Dropout', layer.name, [x], { config, shape, nonNegative: x.nonNegative });
  }) satisfies WriteRule<StochasticDepth>,
  Rescaling: plain<Rescaling>((layer, emit) => {
    const { scale, offset } = layer;
    if (emit.dialect === 'tfjs' && typeof scale !== typeof offset)
      throw emit.refuse(layer, 'scale and offset must both be one number');
    return { scale, offset };
  }, false),
  Add: plain<Add>(() => ({})),
  Multiply: plain<Multiply>(() => ({})),
  Concatenate: plain<Concatenate>((layer) => ({ axis: layer.axis })),
  LocalResponseNormalization: ((layer: LocalResponseNormalization, emit) => {
    throw emit.refuse(layer, 'it has no local response normalization; export to ONNX instead');
  }) satisfies WriteRule<LocalResponseNormalization>,
};
