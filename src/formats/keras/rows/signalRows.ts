import {
  layerFromConfig,
  type AveragePooling1D,
  type Layer,
  type LayerClassName,
  type MaxPooling1D,
  type RowWindow,
} from '../../../layers/index.js';
import type { Ends } from '../../../layers/index.js';
import type { Shape } from '../../../tensor/index.js';
import type { KerasEmitter, WrittenValue, WrittenWeight } from '../write/kerasEmitter.js';
import { expectOneAxis } from '../write/writeAxis.js';
import { paddingWord } from '../write/writePadding.js';
import { conv2d, conv2dTranspose, depthwiseConv2d, separableConv2d } from './convolutionRows.js';
import { writeLayer, type KerasRow, type RowOf, type WriteRow } from './kerasRow.js';
import { averagePooling2d, cropping2d, maxPooling2d, upSampling2d, zeroPadding2d } from './shapingRows.js';

/** Signals are [steps, channels], and what slides along them has one number where a picture's window has two. */
const fixed = { data_format: 'channels_last' } as const;
const axes = 1;

/** A layer of pictures of a single row that computes what a layer of signals does. */
interface RowLayer {
  readonly className: LayerClassName;
  readonly row: KerasRow<never>;
  /** The options that are others there. */
  readonly options: object;
}

/** Writes a layer of signals as one of pictures between two reshapes, where the dialect has no such layer of signals. */
function asPicture(
  emit: KerasEmitter,
  layer: Layer,
  x: WrittenValue,
  shape: Shape,
  { className, row, options }: RowLayer,
  weights: readonly WrittenWeight[] = [],
): WrittenValue {
  const reshaped = (name: string, value: WrittenValue, target: Shape): WrittenValue =>
    emit.add('Reshape', `${layer.name}_${name}`, [value], {
      config: { target_shape: target },
      shape: target,
      nonNegative: value.nonNegative,
    });
  const config = { ...layer.config?.(), name: layer.name, ...options };
  const picture = layerFromConfig({ className, config });
  const rows = weights.map((weight) => (weight.kind === 'bias' ? weight : { ...weight, shape: [1, ...weight.shape] }));
  const input = reshaped('row', x, [1, ...x.shape]);
  const y = writeLayer(row as KerasRow, picture, emit, [input], [1, ...shape], () => rows);
  return reshaped('signal', y, shape);
}

/** Zeros before and behind a signal, by a layer of their own. */
function zeroPadded(emit: KerasEmitter, layer: Layer, x: WrittenValue, ends: Ends): WrittenValue {
  const [steps, channels] = x.shape;
  return emit.add('ZeroPadding1D', `${layer.name}_pad`, [x], {
    config: { padding: ends },
    shape: [ends[0] + steps + ends[1], channels],
    nonNegative: x.nonNegative,
  });
}

interface Convolution extends Layer {
  readonly padding: string | Ends;
  readonly row: RowWindow;
}

/** How a convolution is written: as Keras's of signals with a word for its padding, or zeros before it; else as one of pictures. */
function convolution<T extends Convolution>(
  className: LayerClassName,
  row: KerasRow<never>,
  has: { readonly causal: boolean; readonly tfjs: boolean },
  settings: (layer: T) => Readonly<Record<string, unknown>> = () => ({}),
): WriteRow<T> {
  return (layer, emit, [x], shape, generally, weights) => {
    const { kernelSize: kernel, strides, dilationRate: dilation, padding } = layer.row;
    const causal = layer.padding === 'causal' && has.causal && emit.dialect !== 'tfjs';
    const word = causal ? 'causal' : paddingWord([1, ...x.shape], { kernel, strides, dilation, padding });
    const lacking = emit.dialect === 'tfjs' && (!has.tfjs || word === undefined);
    if (lacking) return asPicture(emit, layer, x, shape, { className, row, options: layer.row }, weights);
    if (word) return generally({ config: { padding: word, ...settings(layer) } });
    const [, , before, after] = padding as readonly number[];
    const padded = zeroPadded(emit, layer, x, [before, after]);
    return generally({ inputs: [padded], config: { padding: 'valid', ...settings(layer) } });
  };
}

const conv1dWrite: WriteRow<Convolution & { readonly groups: number }> = convolution(
  'Conv2D',
  conv2d,
  { causal: true, tfjs: true },
  // Older versions of Keras do not know groups.
  ({ groups }) => ({ groups: groups > 1 ? groups : undefined }),
);

export const conv1d: RowOf<'Conv1D'> = {
  fixed,
  axes,
  write(layer, emit, inputs, shape, generally, weights) {
    if (layer.groups > 1 && emit.dialect === 'tfjs') throw emit.refuse(layer, 'it has no convolutions in groups');
    return conv1dWrite(layer, emit, inputs, shape, generally, weights);
  },
};

export const depthwiseConv1d: RowOf<'DepthwiseConv1D'> = {
  fixed,
  axes,
  optionNames: { kernelInitializer: 'depthwise_initializer', kernelRegularizer: 'depthwise_regularizer' },
  weightNames: { kernel: 'depthwise_kernel' },
  write: convolution('DepthwiseConv2D', depthwiseConv2d, { causal: false, tfjs: false }),
};

export const separableConv1d: RowOf<'SeparableConv1D'> = {
  fixed,
  axes,
  write: convolution('SeparableConv2D', separableConv2d, { causal: false, tfjs: false }),
};

export const conv1dTranspose: RowOf<'Conv1DTranspose'> = {
  fixed,
  axes,
  write(layer, emit, [x], shape, generally, weights) {
    const { kernelSize, strides, padding, outputPadding, dilationRate } = layer;
    if (typeof padding === 'string' && emit.dialect !== 'tfjs') return generally();
    const options = {
      kernelSize: [1, kernelSize],
      strides: [1, strides],
      padding: typeof padding === 'string' ? padding : [0, 0, ...padding],
      outputPadding: outputPadding && [0, outputPadding],
      dilationRate: [1, dilationRate],
    };
    const row = conv2dTranspose;
    return asPicture(emit, layer, x, shape, { className: 'Conv2DTranspose', row, options }, weights);
  },
};

function pooled<T extends MaxPooling1D | AveragePooling1D>(
  className: LayerClassName,
  row: KerasRow<never>,
): WriteRow<T> {
  return (layer, emit, [x], shape, generally) => {
    const { poolSize: kernel, strides, padding } = layer.row;
    const word = paddingWord([1, ...x.shape], { kernel, strides, padding });
    const hangs = layer.ceilMode || ('countPadding' in layer && layer.countPadding && word !== 'valid');
    if (word && !hangs) {
      return generally({ config: { padding: word, ceil_mode: undefined, count_padding: undefined } });
    }
    return asPicture(emit, layer, x, shape, { className, row, options: layer.row });
  };
}

export const maxPooling1d: RowOf<'MaxPooling1D'> = { fixed, axes, write: pooled('MaxPooling2D', maxPooling2d) };

export const averagePooling1d: RowOf<'AveragePooling1D'> = {
  fixed,
  axes,
  write: pooled('AveragePooling2D', averagePooling2d),
};

export const zeroPadding1d: RowOf<'ZeroPadding1D'> = {
  read(options, _, __, generally) {
    // Keras 2 has no such setting.
    options.expectChannelsLast();
    return generally();
  },
  write(layer, emit, [x], shape, generally) {
    if (emit.dialect !== 'tfjs') return generally();
    const options = { padding: [0, 0, ...layer.padding] };
    return asPicture(emit, layer, x, shape, { className: 'ZeroPadding2D', row: zeroPadding2d, options });
  },
};

export const cropping1d: RowOf<'Cropping1D'> = {
  write(layer, emit, [x], shape, generally) {
    if (emit.dialect !== 'tfjs') return generally();
    const options = { cropping: [0, 0, ...layer.cropping] };
    return asPicture(emit, layer, x, shape, { className: 'Cropping2D', row: cropping2d, options });
  },
};

export const upSampling1d: RowOf<'UpSampling1D'> = {
  axes,
  write(layer, emit, [x], shape, generally) {
    if (emit.dialect !== 'tfjs') return generally();
    const options = { size: [1, layer.size] };
    const row = upSampling2d;
    return asPicture(emit, layer, x, shape, { className: 'UpSampling2D', row, options });
  },
};

export const dot: RowOf<'Dot'> = {
  write(layer, emit, inputs, _, generally) {
    if (emit.dialect === 'tfjs' && inputs.some(({ shape }) => shape.length > 2)) {
      throw emit.refuse(layer, 'its Dot takes vectors and matrices alone; export to ONNX instead');
    }
    const shapes = inputs.map(({ shape }) => shape);
    const nonNegative = inputs.every((x) => x.nonNegative);
    return generally({ config: { axes: layer.axesOf(shapes) }, nonNegative });
  },
};

export const unitNormalization: RowOf<'UnitNormalization'> = {
  write(layer, emit, _, __, generally) {
    if (emit.dialect === 'tfjs') throw emit.refuse(layer, 'it has no such layer; export to ONNX instead');
    expectOneAxis(emit, layer, layer.axis);
    return generally();
  },
};
