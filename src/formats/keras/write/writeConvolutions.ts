import type {
  BatchNormalization,
  Conv2D,
  Conv2DTranspose,
  Dense,
  DepthwiseConv2D,
  KernelSettings,
  Layer,
  LocallyConnected2D,
  SeparableConv2D,
  Serialized,
} from '../../../layers/index.js';
import type { Shape } from '../../../tensor/index.js';
import { splitActivation } from './writeActivations.js';
import { windowInput } from './writePadding.js';
import type { KerasEmitter, WrittenValue, WrittenWeight } from './kerasEmitter.js';
import { pythonCase } from '../spelling.js';
import type { WriteRule, WeightsOf } from './writeRule.js';

/** A layer's weights under Keras's names, in Keras's order. */
function weightsNamed(layer: Layer, weightsOf: WeightsOf, names: Readonly<Record<string, string>>): WrittenWeight[] {
  const own = weightsOf(layer);
  return Object.entries(names).flatMap(([name, kind]) => {
    const weight = own.find((candidate) => candidate.kind === name);
    return weight ? [{ ...weight, kind }] : [];
  });
}

function kernelConfig(emit: KerasEmitter, settings: KernelSettings, prefix = 'kernel'): Record<string, unknown> {
  return {
    use_bias: settings.useBias,
    [`${prefix}_initializer`]: emit.initializer(settings.kernelInitializer, 'GlorotUniform'),
    bias_initializer: emit.initializer(settings.biasInitializer, 'Zeros'),
    [`${prefix}_regularizer`]: emit.regularizer(settings.kernelRegularizer),
    bias_regularizer: emit.regularizer(settings.biasRegularizer),
    activity_regularizer: null,
    [`${prefix}_constraint`]: null,
    bias_constraint: null,
  };
}

/** The starting values and penalties of a batch normalization, of which only its configuration tells. */
function batchNormalizationStarts(layer: BatchNormalization, emit: KerasEmitter): Record<string, unknown> {
  const config = layer.config();
  const starts = { beta: 'Zeros', gamma: 'Ones', movingMean: 'Zeros', movingVariance: 'Ones' } as const;
  return Object.fromEntries(
    Object.entries(starts).flatMap(([weight, fallback]) => {
      const saved = config[`${weight}Initializer`] as Serialized;
      const penalty = config[`${weight}Regularizer`] as Serialized | undefined;
      const key = pythonCase(weight);
      const initializer = emit.initializer({ className: saved.className, config: () => saved.config }, fallback);
      const regularizer = emit.regularizer(penalty && { config: () => penalty.config });
      return [
        [`${key}_initializer`, initializer],
        ...(weight in { beta: 1, gamma: 1 } ? [[`${key}_regularizer`, regularizer]] : []),
      ];
    }),
  ) as Record<string, unknown>;
}

/** Layers with kernels, and batch normalization. */
export const writeConvolutions = {
  Conv2D: (layer: Conv2D, emit, [x], shape, weightsOf) => {
    const { filters, kernelSize: kernel, strides, dilationRate: dilation, groups, settings } = layer;
    if (groups > 1 && emit.dialect === 'tfjs') throw emit.refuse(layer, 'it has no convolutions in groups');
    const { input, padding } = windowInput(emit, layer, x, { kernel, strides, dilation, padding: layer.padding });
    const { inside, after } = splitActivation(emit, layer, settings.activation);
    const config = {
      filters,
      kernel_size: kernel,
      strides,
      padding,
      data_format: 'channels_last',
      dilation_rate: dilation,
      // Older versions of Keras do not know groups.
      ...(groups > 1 && { groups }),
      activation: inside,
      ...kernelConfig(emit, settings),
      trainable: layer.trainable,
    };
    const weights = weightsNamed(layer, weightsOf, { kernel: 'kernel', bias: 'bias' });
    return after(emit.add('Conv2D', layer.name, [input], { config, shape, weights }));
  },
  DepthwiseConv2D: (layer: DepthwiseConv2D, emit, [x], shape, weightsOf) => {
    const { kernelSize: kernel, strides, dilationRate: dilation, depthMultiplier, settings } = layer;
    const { input, padding } = windowInput(emit, layer, x, { kernel, strides, dilation, padding: layer.padding });
    const { inside, after } = splitActivation(emit, layer, settings.activation);
    const config = {
      kernel_size: kernel,
      strides,
      padding,
      depth_multiplier: depthMultiplier,
      data_format: 'channels_last',
      dilation_rate: dilation,
      activation: inside,
      ...kernelConfig(emit, settings, 'depthwise'),
      trainable: layer.trainable,
    };
    const weights = weightsNamed(layer, weightsOf, { kernel: 'depthwise_kernel', bias: 'bias' });
    return after(emit.add('DepthwiseConv2D', layer.name, [input], { config, shape, weights }));
  },
  SeparableConv2D: (layer: SeparableConv2D, emit, [x], shape, weightsOf) => {
    const { filters, kernelSize: kernel, strides, dilationRate: dilation, depthMultiplier } = layer;
    const { input, padding } = windowInput(emit, layer, x, { kernel, strides, dilation, padding: layer.padding });
    const { inside, after } = splitActivation(emit, layer, layer.activation);
    const kinds = ['depthwise', 'pointwise', 'bias'] as const;
    const config = {
      filters,
      kernel_size: kernel,
      strides,
      padding,
      data_format: 'channels_last',
      dilation_rate: dilation,
      depth_multiplier: depthMultiplier,
      activation: inside,
      use_bias: layer.useBias,
      ...Object.fromEntries(
        kinds.flatMap((kind) => [
          [
            `${kind}_initializer`,
            emit.initializer(layer.initializers[kind], kind === 'bias' ? 'Zeros' : 'GlorotUniform'),
          ],
          [`${kind}_regularizer`, emit.regularizer(layer.regularizers[kind])],
          [`${kind}_constraint`, null],
        ]),
      ),
      activity_regularizer: null,
      trainable: layer.trainable,
    };
    const names = { depthwiseKernel: 'depthwise_kernel', pointwiseKernel: 'pointwise_kernel', bias: 'bias' };
    return after(
      emit.add('SeparableConv2D', layer.name, [input], {
        config,
        shape,
        weights: weightsNamed(layer, weightsOf, names),
      }),
    );
  },
  Conv2DTranspose: (layer: Conv2DTranspose, emit, [x], shape, weightsOf) => {
    const { filters, kernelSize, strides, dilationRate, outputPadding, settings } = layer;
    const { inside, after } = splitActivation(emit, layer, settings.activation);
    const word = typeof layer.padding === 'string' ? layer.padding : 'valid';
    const config = {
      filters,
      kernel_size: kernelSize,
      strides,
      padding: word,
      data_format: 'channels_last',
      dilation_rate: dilationRate,
      activation: inside,
      ...kernelConfig(emit, settings),
      ...(typeof layer.padding === 'string' && outputPadding && { output_padding: outputPadding }),
      trainable: layer.trainable,
    };
    if ('output_padding' in config && emit.dialect === 'tfjs') throw emit.refuse(layer, 'it has no output padding');
    const weights = weightsNamed(layer, weightsOf, { kernel: 'kernel', bias: 'bias' });
    const add = (size: Shape): WrittenValue =>
      after(emit.add('Conv2DTranspose', layer.name, [x], { config, shape: size, weights }));
    if (typeof layer.padding === 'string') return add(shape);
    // Margins are what is cut off a transposed convolution that keeps everything.
    const whole = [0, 1].map((axis) => {
      const reach = (kernelSize[axis] - 1) * dilationRate[axis] + 1;
      return x.shape[axis] * strides[axis] + Math.max(reach - strides[axis], 0);
    });
    const [top, left] = [layer.padding[0], layer.padding[2]];
    const [bottom, right] = [whole[0] - top - shape[0], whole[1] - left - shape[1]];
    if (bottom < 0 || right < 0) throw emit.refuse(layer, 'it has no such output padding');
    const y = add([...whole, filters]);
    if (top + bottom + left + right === 0) return y;
    const cropping = [
      [top, bottom],
      [left, right],
    ];
    return emit.add('Cropping2D', `${layer.name}_crop`, [y], {
      config: { cropping, data_format: 'channels_last' },
      shape,
    });
  },
  LocallyConnected2D: (layer: LocallyConnected2D, emit, [x], shape, weightsOf) => {
    if (emit.dialect !== 'keras2') throw emit.refuse(layer, 'it has no such layer; Keras 2 has: write a .h5 file');
    const { filters, kernelSize, strides, settings } = layer;
    const { inside, after } = splitActivation(emit, layer, settings.activation);
    const config = {
      filters,
      kernel_size: kernelSize,
      strides,
      padding: 'valid',
      data_format: 'channels_last',
      implementation: 1,
      activation: inside,
      ...kernelConfig(emit, settings),
      trainable: layer.trainable,
    };
    const weights = weightsNamed(layer, weightsOf, { kernel: 'kernel', bias: 'bias' });
    return after(emit.add('LocallyConnected2D', layer.name, [x], { config, shape, weights }));
  },
  Dense: (layer: Dense, emit, [x], shape, weightsOf) => {
    const { inside, after } = splitActivation(emit, layer, layer.settings.activation);
    const config = {
      units: layer.units,
      activation: inside,
      ...kernelConfig(emit, layer.settings),
      trainable: layer.trainable,
    };
    const weights = weightsNamed(layer, weightsOf, { kernel: 'kernel', bias: 'bias' });
    return after(emit.add('Dense', layer.name, [x], { config, shape, weights }));
  },
  BatchNormalization: (layer: BatchNormalization, emit, [x], shape, weightsOf) => {
    const { momentum, epsilon, center, scale, trainable } = layer;
    const config = {
      axis: -1,
      momentum,
      epsilon,
      center,
      scale,
      trainable,
      ...batchNormalizationStarts(layer, emit),
      beta_constraint: null,
      gamma_constraint: null,
    };
    const names = { gamma: 'gamma', beta: 'beta', movingMean: 'moving_mean', movingVariance: 'moving_variance' };
    return emit.add('BatchNormalization', layer.name, [x], {
      config,
      shape,
      weights: weightsNamed(layer, weightsOf, names),
    });
  },
} as const satisfies Readonly<Record<string, WriteRule<never>>>;
