import type { Layer, SymbolicTensor } from '../../../layers/index.js';
import type { Padding, Pair } from '../../../ops/window.js';
import type { KerasEmitter, WrittenValue } from '../write/kerasEmitter.js';
import type { RowOf, WriteChanges } from './kerasRow.js';
import type { LayerOptionsReader } from '../read/layerOptions.js';
import { windowInput } from '../write/writePadding.js';

/** Pictures are [height, width, channels]. */
const fixed = { data_format: 'channels_last' } as const;

interface Windowed extends Layer {
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly dilationRate: Pair;
  readonly padding: Padding;
}

/** A convolution's input and padding in Keras's words. */
function windowed(
  layer: Windowed,
  emit: KerasEmitter,
  x: WrittenValue,
): Required<Pick<WriteChanges, 'inputs' | 'config'>> {
  const { kernelSize: kernel, strides, dilationRate: dilation, padding: wanted } = layer;
  const { input, padding } = windowInput(emit, layer, x, { kernel, strides, dilation, padding: wanted });
  return { inputs: [input], config: { padding } };
}

export const conv2d: RowOf<'Conv2D'> = {
  fixed,
  write(layer, emit, [x], _, generally) {
    if (layer.groups > 1 && emit.dialect === 'tfjs') throw emit.refuse(layer, 'it has no convolutions in groups');
    const { inputs, config } = windowed(layer, emit, x);
    // Older versions of Keras do not know groups.
    return generally({ inputs, config: { ...config, groups: layer.groups > 1 ? layer.groups : undefined } });
  },
};

export const depthwiseConv2d: RowOf<'DepthwiseConv2D'> = {
  fixed,
  optionNames: { kernelInitializer: 'depthwise_initializer', kernelRegularizer: 'depthwise_regularizer' },
  weightNames: { kernel: 'depthwise_kernel' },
  write: (layer, emit, [x], _, generally) => generally(windowed(layer, emit, x)),
};

export const separableConv2d: RowOf<'SeparableConv2D'> = {
  fixed,
  write: (layer, emit, [x], _, generally) => generally(windowed(layer, emit, x)),
};

export const conv2dTranspose: RowOf<'Conv2DTranspose'> = {
  fixed,
  write(layer, emit, [x], shape, generally) {
    const { kernelSize, strides, dilationRate, outputPadding, padding, filters } = layer;
    if (typeof padding === 'string') {
      if (outputPadding && emit.dialect === 'tfjs') throw emit.refuse(layer, 'it has no output padding');
      return generally();
    }
    // Margins are what is cut off a transposed convolution that keeps everything.
    const whole = [0, 1].map((axis) => {
      const reach = (kernelSize[axis] - 1) * dilationRate[axis] + 1;
      return x.shape[axis] * strides[axis] + Math.max(reach - strides[axis], 0);
    });
    const [top, left] = [padding[0], padding[2]];
    const [bottom, right] = [whole[0] - top - shape[0], whole[1] - left - shape[1]];
    if (bottom < 0 || right < 0) throw emit.refuse(layer, 'it has no such output padding');
    const y = generally({ shape: [...whole, filters], config: { padding: 'valid', output_padding: undefined } });
    if (top + bottom + left + right === 0) return y;
    const cropping = [
      [top, bottom],
      [left, right],
    ];
    return emit.add('Cropping2D', `${layer.name}_crop`, [y], { config: { cropping, ...fixed }, shape });
  },
};

export const locallyConnected2d: RowOf<'LocallyConnected2D'> = {
  fixed: { ...fixed, padding: 'valid', implementation: 1 },
  read(options, _, __, generally) {
    if (options.padding() !== 'valid') {
      throw options.refuse("padding 'same' is not supported; put a ZeroPadding2D before it");
    }
    options.expectOnly(
      'implementation',
      [1],
      'only implementation 1 keeps a dense kernel per position; save it with that',
    );
    return generally();
  },
  write(layer, emit, _, __, generally) {
    if (emit.dialect !== 'keras2') throw emit.refuse(layer, 'it has no such layer; Keras 2 has: write a .h5 file');
    return generally();
  },
};

/** Throws where a normalization does not go over the channels alone. */
function expectLastAxis(options: LayerOptionsReader, [{ shape }]: readonly SymbolicTensor[]): void {
  const axis = options.numbers('axis') ?? [-1];
  if (axis.length === 1 && (axis[0] === -1 || axis[0] === shape.length)) return;
  throw options.refuse(
    `axis ${JSON.stringify(axis)}: only the last axis, the channels of [height, width, channels], can be normalized here`,
  );
}

export const batchNormalization: RowOf<'BatchNormalization'> = {
  fixed: { axis: -1 },
  read(options, _, inputs, generally) {
    expectLastAxis(options, inputs);
    options.expectOnly('renorm', [false], 'batch renormalization is not supported');
    return generally();
  },
};

export const groupNormalization: RowOf<'GroupNormalization'> = {
  fixed: { axis: -1 },
  read(options, _, inputs, generally) {
    expectLastAxis(options, inputs);
    return generally();
  },
  write(layer, emit, _, __, generally) {
    if (emit.dialect === 'tfjs') throw emit.refuse(layer, 'it has no such layer; export to ONNX instead');
    return generally();
  },
};

export const layerNormalization: RowOf<'LayerNormalization'> = {
  fixed: { axis: -1 },
  read(options, _, inputs, generally) {
    expectLastAxis(options, inputs);
    options.expectOnly('rms_scaling', [false], 'normalization without the mean is not supported');
    return generally();
  },
};
