import {
  layers,
  NoRule,
  type AveragePooling2D,
  type GlobalAveragePooling1D,
  type GlobalAveragePooling2D,
  type GlobalMaxPooling1D,
  type GlobalMaxPooling2D,
  type MaxPooling2D,
  type PoolingSettings,
  type SpatialDropout1D,
  type SpatialDropout2D,
} from '../../../layers/index.js';
import { slideWindow, type Margins } from '../../../ops/window.js';
import { normalizeAxis, sameShape, type Shape } from '../../../tensor/index.js';
import { bilinearMatrix } from '../interpolation.js';
import type { KerasEmitter, WrittenValue } from '../write/kerasEmitter.js';
import { mixedAlong } from '../write/writeAxis.js';
import type { KerasRow, RowOf, WriteGenerally, WriteRow } from './kerasRow.js';
import { edgesRepeated, paddingWord, zeroPadded } from '../write/writePadding.js';

/** Pictures are [height, width, channels]. */
const fixed = { data_format: 'channels_last' } as const;

const noSuchClass = new NoRule('Keras has no class of this name');

/** How far the windows of a pooling reach over a picture's edges, and whether beyond its own padding, in ceil mode. */
function reachOf(x: WrittenValue, shape: Shape, settings: PoolingSettings): { margins: Margins; hangsOver: boolean } {
  const { poolSize, strides, padding } = settings;
  const { margins } = slideWindow([x.shape[0], x.shape[1]], poolSize, strides, padding, [1, 1], settings.ceilMode);
  const behind = ([0, 1] as const).map((axis) =>
    Math.max(0, (shape[axis] - 1) * strides[axis] + poolSize[axis] - x.shape[axis] - margins[2 * axis]),
  );
  return {
    margins: [margins[0], behind[0], margins[2], behind[1]],
    hangsOver: behind[0] > margins[1] || behind[1] > margins[3],
  };
}

/**
 * A pooling whose windows see the picture alone, whatever their margins: all windows in Keras's 'same' padding, of which those
 * that are wanted are then taken. Undefined where 'same' has too little before the picture.
 */
function everyWindow(
  { name, settings }: MaxPooling2D | AveragePooling2D,
  emit: KerasEmitter,
  x: WrittenValue,
  shape: Shape,
  generally: WriteGenerally,
): WrittenValue | undefined {
  const { poolSize, strides } = settings;
  const { margins } = reachOf(x, shape, settings);
  const cut = ([0, 1] as const).map((axis) => {
    const before = Math.floor((poolSize[axis] - 1) / 2) - margins[2 * axis];
    return [before, x.shape[axis] - 1 - before - (shape[axis] - 1) * strides[axis]];
  });
  if (cut.flat().some((rows) => rows < 0)) return undefined;
  const { nonNegative } = x;
  const every = generally({
    config: { strides: [1, 1], padding: 'same', ceil_mode: undefined, count_padding: undefined },
    shape: x.shape,
  });
  const from = x.shape.map((size, axis) => (axis < 2 ? size - cut[axis][0] - cut[axis][1] : size));
  const wanted = cut.flat().every((rows) => rows === 0)
    ? every
    : emit.add('Cropping2D', `${name}_crop`, [every], {
        config: { cropping: cut, ...fixed },
        shape: from,
        nonNegative,
      });
  if (strides[0] === 1 && strides[1] === 1) return wanted;
  const config = { pool_size: [1, 1], strides, padding: 'valid', ...fixed };
  return emit.add('MaxPooling2D', `${name}_strides`, [wanted], { config, shape, nonNegative });
}

const pooled: WriteRow<MaxPooling2D | AveragePooling2D> = (layer, emit, [x], shape, generally) => {
  const { className, settings } = layer;
  const { poolSize, strides } = settings;
  const { margins, hangsOver } = reachOf(x, shape, settings);
  const add = (input: WrittenValue, padding: string): WrittenValue =>
    generally({ inputs: [input], config: { padding, ceil_mode: undefined, count_padding: undefined } });
  // What hangs over the padding itself is never counted.
  const own = settings.padding === 'valid' || (settings.padding !== 'same' && settings.padding.every((n) => n === 0));
  const counted = 'countPadding' in settings && settings.countPadding && !own;
  const word = paddingWord(x.shape, { kernel: poolSize, strides, padding: margins });
  if (word === 'valid' || (word === 'same' && !counted)) return add(x, word);
  // Zeros in a maximum are as good as nothing where nothing is below 0, and in a mean where they count.
  const zerosWill = className === 'MaxPooling2D' ? x.nonNegative : counted && !hangsOver;
  if (zerosWill) return add(zeroPadded(emit, layer, x, margins), 'valid');
  const written = counted ? undefined : everyWindow(layer, emit, x, shape, generally);
  if (written) return written;
  if (className === 'MaxPooling2D') return add(edgesRepeated(emit, layer, x, margins), 'valid');
  throw emit.refuse(
    layer,
    `its padding [${margins.join(', ')}] is neither 'valid' nor 'same' as Keras averages; export to ONNX instead`,
  );
};

export const maxPooling2d: RowOf<'MaxPooling2D'> = { fixed, write: pooled };
export const averagePooling2d: RowOf<'AveragePooling2D'> = { fixed, write: pooled };

/** Global poolings; versions before 2021 do not know keepdims, so that a reshape puts the axes back. */
export const globalPooling: KerasRow<
  GlobalAveragePooling1D | GlobalAveragePooling2D | GlobalMaxPooling1D | GlobalMaxPooling2D,
  never
> = {
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
    // Keras has such a layer since 3.13, whose prediction fails where a map grows; means of one axis after the other are the
    // same.
    if (emit.dialect === 'keras3' && height >= 1 && width >= 1) return generally();
    return [0, 1].reduce((value, place) => {
      const [size, units] = [x.shape[place], shape[place]];
      const read = (): Promise<Float32Array> => Promise.resolve(meansMatrix(size, units));
      const y = mixedAlong(emit, place ? `${layer.name}_columns` : layer.name, value, place, { units, read });
      return { ...y, nonNegative };
    }, x);
  },
};

/** Which share each mean of an axis has of its positions, [size, count] row after row: of bins as PyTorch cuts them. */
function meansMatrix(size: number, count: number): Float32Array {
  const matrix = new Float32Array(size * count);
  for (let i = 0; i < count; i++) {
    const [start, end] = [Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)];
    for (let position = start; position < end; position++) matrix[position * count + i] = 1 / (end - start);
  }
  return matrix;
}

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

export const cropping2d: RowOf<'Cropping2D'> = {
  fixed,
  read(options, _, __, generally) {
    const numbers = options.numbers('cropping') ?? [0];
    return generally({ cropping: numbers.length === 1 ? numbers[0] : numbers });
  },
  write: (layer, _, __, ___, generally) => generally({ config: { cropping: sides(layer.cropping) } }),
};

export const centerCrop: RowOf<'CenterCrop'> = {
  write(layer, emit, [x], shape) {
    // Every version of Keras has this one.
    const config = { cropping: sides(layer.margins(x.shape)), ...fixed };
    return emit.add('Cropping2D', layer.name, [x], { config, shape, nonNegative: x.nonNegative });
  },
};

export const identity: RowOf<'Identity'> = {
  write(layer, emit, [x], shape, generally) {
    if (emit.dialect === 'keras3') return generally();
    // TensorFlow.js and older versions of Keras have no such layer.
    const config = { activation: 'linear' };
    return emit.add('Activation', layer.name, [x], { config, shape, nonNegative: x.nonNegative });
  },
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
    const isCrop = shape.length === 3 && shape[2] === x.shape[2];
    if (!isCrop && emit.dialect === 'keras3') {
      const part = (start: number | null, stop: number | null): object => ({
        class_name: '__slice__',
        config: { start, stop, step: null },
      });
      const parts = [part(null, null), ...layer.begin.map((begin, axis) => part(begin, begin + shape[axis]))];
      const operation = { module: 'keras.src.ops.numpy', constants: [parts] };
      return emit.add('GetItem', layer.name, [x], { shape, nonNegative, operation });
    }
    if (!isCrop) {
      const instead = emit.dialect === 'tfjs' ? 'export to ONNX instead' : 'save it as .keras';
      throw emit.refuse(layer, `it cuts rows and columns of pictures alone; ${instead}`);
    }
    const cropping = sides([top, x.shape[0] - top - shape[0], left, x.shape[1] - left - shape[1]]);
    return emit.add('Cropping2D', layer.name, [x], { config: { cropping, ...fixed }, shape, nonNegative });
  },
};

/** Rows and columns of a picture multiplied by matrices where there are some, as by dense layers. */
function mixedBoth(
  emit: KerasEmitter,
  name: string,
  x: WrittenValue,
  matrices: readonly (Float32Array | undefined)[],
  shape: Shape,
): WrittenValue {
  if (matrices.every((matrix) => !matrix)) {
    const { nonNegative } = x;
    return emit.add('Activation', name, [x], { config: { activation: 'linear' }, shape, nonNegative });
  }
  return matrices.reduce((y, matrix, place) => {
    if (!matrix) return y;
    const mix = { units: shape[place], read: () => Promise.resolve(matrix) };
    return mixedAlong(emit, place ? `${name}_columns` : name, y, place, mix);
  }, x);
}

const interpolations = ['nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'] as const;

export const upSampling2d: RowOf<'UpSampling2D'> = {
  fixed,
  read(options, name, [{ shape }], generally) {
    const interpolation = options.text('interpolation', 'nearest', interpolations);
    if (interpolation === 'nearest' || options.context.program !== 'TensorFlow.js') return generally({ interpolation });
    // TensorFlow.js puts a picture's first row at the first of the larger one's, not the centres of pixels onto each other.
    const factors = options.pair('size', 2);
    return factors.map((factor, place) =>
      layers.axisMatrix({
        name: place ? `${name}_columns` : name,
        axis: place + 1,
        units: shape[place] * factor,
        matrix: bilinearMatrix(shape[place], factor, 'corners'),
      }),
    );
  },
  write(layer, emit, [x], shape, generally) {
    const { interpolation, name } = layer;
    // Of four pixels or more, some count less than nothing.
    const nonNegative = x.nonNegative && (interpolation === 'nearest' || interpolation === 'bilinear');
    if (emit.dialect !== 'tfjs' || interpolation === 'nearest') return generally({ nonNegative });
    return mixedBoth(emit, name, x, layer.matrices(x.shape), shape);
  },
};

export const resizing: RowOf<'Resizing'> = {
  fixed,
  read(options, _, __, generally) {
    options.expectOnly('pad_to_aspect_ratio', [false], 'margins that keep the proportions are not supported');
    options.expectOnly('antialias', [false], 'smoothing is not supported');
    return generally({ interpolation: options.text('interpolation', 'bilinear', interpolations) });
  },
  write(layer, emit, [x], shape, generally) {
    const { name, coordinates, rounding } = layer;
    const isUsual = coordinates === 'halfPixel' && rounding === 'roundPreferCeil';
    const config = { coordinates: undefined, rounding: undefined };
    if (emit.dialect !== 'tfjs' && isUsual) return generally({ config });
    const { begin, size } = layer.region(x.shape);
    const cropping = sides([begin[0], x.shape[0] - begin[0] - size[0], begin[1], x.shape[1] - begin[1] - size[1]]);
    const part = cropping.flat().some((n) => n > 0)
      ? emit.add('Cropping2D', `${name}_crop`, [x], { config: { cropping, ...fixed }, shape: [...size, shape[2]] })
      : x;
    return mixedBoth(emit, name, part, layer.matrices(size), shape);
  },
};

export const axisMatrix: RowOf<'AxisMatrix'> = {
  read: noSuchClass,
  write({ name, units, axis }, emit, [x], _, __, [matrix]) {
    const place = normalizeAxis(axis, x.shape.length + 1)! - 1;
    return mixedAlong(emit, name, x, place, { units, read: matrix.read });
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
    const isWhole = (size: unknown, axis: number): boolean => size === null || size === input.shape[axis];
    if (fixedSizes.every(isWhole)) return generally();
    const last = fixedSizes.length - 1;
    const isSpatial = fixedSizes.every((size, axis) => (axis === last ? isWhole(size, axis) : size === 1));
    if (isSpatial && last === 1) return [layers.spatialDropout1d({ name, rate: options.number('rate', 0) })];
    if (isSpatial) return [layers.spatialDropout2d({ name, rate: options.number('rate', 0) })];
    throw options.refuse(
      `noise_shape ${JSON.stringify(shape)}: only whole examples ([null, 1, 1, 1]), whole channels ([null, 1, 1, C]) and ` +
        'single numbers can be dropped',
    );
  },
};

/** Keras's classes by the number of axes. */
const spatialDropouts: Readonly<Record<number, string | undefined>> = { 2: 'SpatialDropout1D', 3: 'SpatialDropout2D' };

export const spatialDropout: KerasRow<SpatialDropout1D | SpatialDropout2D, never> = {
  read(options, _, __, generally) {
    options.expectChannelsLast();
    return generally();
  },
  write({ name, rate, seed, trainable }, emit, [x], shape) {
    const { nonNegative } = x;
    const className = spatialDropouts[shape.length];
    if (emit.dialect !== 'tfjs' && className !== undefined) {
      // Keras's own takes no setting of trainable.
      const settings = { rate, seed: seed ?? null, trainable: undefined, ...(shape.length === 3 && fixed) };
      return emit.add(className, name, [x], { config: settings, shape, nonNegative });
    }
    // TensorFlow.js has it as a dropout of another shape, and Keras for other than signals and pictures.
    const noise = [null, ...shape.map((size, axis) => (axis === shape.length - 1 ? size : 1))];
    const config = { rate, noise_shape: noise, seed: seed ?? null, trainable };
    return emit.add('Dropout', name, [x], { config, shape, nonNegative });
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
