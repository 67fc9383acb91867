import {
  layers,
  NoRule,
  type AveragePooling2D,
  type GlobalAveragePooling2D,
  type GlobalMaxPooling2D,
  type MaxPooling2D,
  type PoolingSettings,
} from '../../../layers/index.js';
import type { Margins } from '../../../ops/window.js';
import { sameShape, type Shape } from '../../../tensor/index.js';
import type { WrittenValue } from '../write/kerasEmitter.js';
import type { KerasRow, RowOf, WriteRow } from './kerasRow.js';
import { paddingWord, zeroPadded } from '../write/writePadding.js';

/** Pictures are [height, width, channels]. */
const fixed = { data_format: 'channels_last' } as const;

const noSuchClass = new NoRule('Keras has no class of this name');

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

const pooled: WriteRow<MaxPooling2D | AveragePooling2D> = (layer, emit, [x], shape, generally) => {
  const { className, settings } = layer;
  const { poolSize, strides } = settings;
  const reached = reachedMargins(x, shape, settings);
  const add = (input: WrittenValue, padding: string): WrittenValue =>
    generally({ inputs: [input], config: { padding, ceil_mode: undefined, count_padding: undefined } });
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
};

export const maxPooling2d: RowOf<'MaxPooling2D'> = { fixed, write: pooled };
export const averagePooling2d: RowOf<'AveragePooling2D'> = { fixed, write: pooled };

/** Both global poolings; versions before 2021 do not know keepdims, so that a reshape puts the axes back. */
export const globalPooling: KerasRow<GlobalAveragePooling2D | GlobalMaxPooling2D, never> = {
  fixed,
  optionNames: { keepDims: 'keepdims' },
  write({ keepDims, name }, emit, [x], shape, generally) {
    if (keepDims && emit.dialect === 'keras3') return generally();
    const y = generally({ shape: shape.slice(-1), config: { keepdims: undefined } });
    const { nonNegative } = x;
    return keepDims
      ? emit.add('Reshape', `${name}_reshape`, [y], { config: { target_shape: shape }, shape, nonNegative })
      : y;
  },
};

export const adaptiveAveragePooling2d: RowOf<'AdaptiveAveragePooling2D'> = {
  fixed,
  write(layer, emit, [x], shape, generally) {
    const { nonNegative } = x;
    if (sameShape(x.shape, shape)) {
      return emit.add('Activation', layer.name, [x], { config: { activation: 'linear' }, shape, nonNegative });
    }
    const [height, width] = [x.shape[0] / shape[0], x.shape[1] / shape[1]];
    if (Number.isInteger(height) && Number.isInteger(width)) {
      const size = [height, width];
      const config = { pool_size: size, strides: size, padding: 'valid', ...fixed };
      return emit.add('AveragePooling2D', layer.name, [x], { config, shape, nonNegative });
    }
    // Keras has such a layer since 3.13.
    if (emit.dialect === 'keras3') return generally();
    throw emit.refuse(
      layer,
      `${shape[0]}×${shape[1]} means do not go evenly into a map of ${x.shape[0]}×${x.shape[1]}; write a .keras file`,
    );
  },
};

/** [top, bottom, left, right] as Keras has them. */
const sides = ([top, bottom, left, right]: Margins): (readonly [number, number])[] => [
  [top, bottom],
  [left, right],
];

export const zeroPadding2d: RowOf<'ZeroPadding2D'> = {
  fixed,
  read(options, _, __, generally) {
    const numbers = options.numbers('padding') ?? [1];
    // [rows, columns], as [[top, bottom], [left, right]] and four numbers are taken as they are.
    return generally({ padding: numbers.length === 1 ? numbers[0] : numbers });
  },
  write: (layer, _, __, ___, generally) => generally({ config: { padding: sides(layer.padding) } }),
};

export const padChannels: RowOf<'PadChannels'> = {
  read: noSuchClass,
  write(layer, emit, [x], shape) {
    // Keras pads rows and columns alone: channels take their place for a moment.
    const [height, width, channels] = x.shape;
    const { nonNegative } = x;
    const first = emit.add('Permute', `${layer.name}_first`, [x], {
      config: { dims: [3, 1, 2] },
      shape: [channels, height, width],
      nonNegative,
    });
    const padded = emit.add('ZeroPadding2D', layer.name, [first], {
      config: { padding: sides([layer.before, layer.after, 0, 0]), ...fixed },
      shape: [shape[2], height, width],
      nonNegative,
    });
    return emit.add('Permute', `${layer.name}_last`, [padded], { config: { dims: [2, 3, 1] }, shape, nonNegative });
  },
};

export const slice: RowOf<'Slice'> = {
  read: noSuchClass,
  write(layer, emit, [x], shape) {
    const { nonNegative } = x;
    const [top, left] = layer.begin;
    if (shape.length !== 3 || shape[2] !== x.shape[2]) {
      throw emit.refuse(layer, 'it cuts rows and columns of pictures alone; export to ONNX instead');
    }
    const cropping = sides([top, x.shape[0] - top - shape[0], left, x.shape[1] - left - shape[1]]);
    return emit.add('Cropping2D', layer.name, [x], { config: { cropping, ...fixed }, shape, nonNegative });
  },
};

export const upSampling2d: RowOf<'UpSampling2D'> = {
  fixed,
  read(options, _, __, generally) {
    return generally({ interpolation: options.text('interpolation', 'nearest', ['nearest', 'bilinear']) });
  },
};

export const flatten: RowOf<'Flatten'> = { fixed };

export const reshape: RowOf<'Reshape'> = {
  read: (options, _, __, generally) => generally({ targetShape: options.numbers('target_shape') ?? [] }),
};

export const dropout: RowOf<'Dropout'> = {
  fixed: { noise_shape: null },
  read(options, name, [input], generally) {
    const shape = options.value('noise_shape');
    if (!Array.isArray(shape)) return generally();
    const fixedSizes = (shape as readonly unknown[]).slice(1);
    if (fixedSizes.every((size) => size === 1)) {
      return [layers.stochasticDepth({ name, rate: options.number('rate', 0) })];
    }
    if (fixedSizes.every((size, axis) => size === null || size === input.shape[axis])) return generally();
    throw options.refuse(
      `noise_shape ${JSON.stringify(shape)}: only whole examples ([null, 1, 1, 1]) and single numbers can be dropped`,
    );
  },
};

export const stochasticDepth: RowOf<'StochasticDepth'> = {
  read: noSuchClass,
  write({ name, rate, seed, trainable }, emit, [x], shape) {
    const config = { rate, noise_shape: [null, ...shape.map(() => 1)], seed: seed ?? null, trainable };
    return emit.add('Dropout', name, [x], { config, shape, nonNegative: x.nonNegative });
  },
};

export const rescaling: RowOf<'Rescaling'> = {
  read(options, _, __, generally) {
    const value = (key: string, fallback: number): number | readonly number[] => {
      const numbers = options.numbers(key) ?? [fallback];
      return numbers.length === 1 ? numbers[0] : numbers;
    };
    return generally({ scale: value('scale', 1), offset: value('offset', 0) });
  },
  write(layer, emit, _, __, generally) {
    if (emit.dialect === 'tfjs' && typeof layer.scale !== typeof layer.offset) {
      throw emit.refuse(layer, 'scale and offset must both be one number');
    }
    return generally();
  },
};

export const subtract: RowOf<'Subtract'> = {
  write({ name }, emit, [a, b], shape, generally) {
    if (emit.dialect !== 'tfjs') return generally();
    // TensorFlow.js has no such layer.
    const config = { scale: -1, offset: 0 };
    const minus = emit.add('Rescaling', `${name}_minus`, [b], { config, shape: b.shape });
    return emit.add('Add', name, [a, minus], { shape });
  },
};
