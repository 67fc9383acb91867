import { layers } from '../../../layers/index.js';
import type { LayerOptionsReader } from './layerOptions.js';
import { withActivation } from './readActivations.js';
import { kept, learned, present, type ReadRule, type WeightNames } from './readRule.js';

/** What all kernels have in common. */
function kernelOptions(options: LayerOptionsReader, prefix = 'kernel') {
  options.noteTrainingSettings();
  const given = {
    kernelInitializer: options.initializer(`${prefix}_initializer`),
    biasInitializer: options.initializer('bias_initializer'),
    kernelRegularizer: options.regularizer(`${prefix}_regularizer`),
    biasRegularizer: options.regularizer('bias_regularizer'),
  };
  return { useBias: options.flag('use_bias', true), ...withoutUndefined(given) };
}

function withoutUndefined<T extends object>(given: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]>;
  };
}

function windowOptions(options: LayerOptionsReader) {
  options.expectChannelsLast();
  return {
    kernelSize: options.pair('kernel_size', 1),
    strides: options.pair('strides', 1),
    padding: options.padding(),
    dilationRate: options.pair('dilation_rate', 1),
  };
}

const bias = (options: LayerOptionsReader): WeightNames | false => options.flag('use_bias', true) && learned('bias');
const kernelAndBias = (options: LayerOptionsReader): readonly WeightNames[] =>
  present(learned('kernel'), bias(options));

/** Layers that multiply by kernels, and batch normalization. */
export const readConvolutions: Readonly<Record<string, ReadRule>> = {
  Conv2D: {
    weights: kernelAndBias,
    read: (options, name) =>
      withActivation(options.activation(), name, (activation) =>
        layers.conv2d({
          name,
          activation,
          filters: options.number('filters', 0),
          ...windowOptions(options),
          groups: options.number('groups', 1),
          ...kernelOptions(options),
        }),
      ),
  },
  DepthwiseConv2D: {
    weights: (options) => present(learned('depthwise_kernel', 'kernel'), bias(options)),
    read: (options, name) =>
      withActivation(options.activation(), name, (activation) =>
        layers.depthwiseConv2d({
          name,
          activation,
          ...windowOptions(options),
          depthMultiplier: options.number('depth_multiplier', 1),
          ...kernelOptions(options, 'depthwise'),
        }),
      ),
  },
  SeparableConv2D: {
    weights: (options) =>
      present(
        learned('depthwise_kernel', 'depthwiseKernel'),
        learned('pointwise_kernel', 'pointwiseKernel'),
        bias(options),
      ),
    read(options, name) {
      options.noteTrainingSettings();
      const starts = withoutUndefined({
        depthwiseInitializer: options.initializer('depthwise_initializer'),
        pointwiseInitializer: options.initializer('pointwise_initializer'),
        biasInitializer: options.initializer('bias_initializer'),
        depthwiseRegularizer: options.regularizer('depthwise_regularizer'),
        pointwiseRegularizer: options.regularizer('pointwise_regularizer'),
        biasRegularizer: options.regularizer('bias_regularizer'),
      });
      return withActivation(options.activation(), name, (activation) =>
        layers.separableConv2d({
          name,
          activation,
          filters: options.number('filters', 0),
          ...windowOptions(options),
          depthMultiplier: options.number('depth_multiplier', 1),
          useBias: options.flag('use_bias', true),
          ...starts,
        }),
      );
    },
  },
  Conv2DTranspose: {
    weights: kernelAndBias,
    read: (options, name) =>
      withActivation(options.activation(), name, (activation) =>
        layers.conv2dTranspose({
          name,
          activation,
          filters: options.number('filters', 0),
          ...windowOptions(options),
          ...(options.has('output_padding') && { outputPadding: options.pair('output_padding', 0) }),
          ...kernelOptions(options),
        }),
      ),
  },
  LocallyConnected2D: {
    weights: kernelAndBias,
    read(options, name) {
      const { kernelSize, strides, padding } = windowOptions(options);
      if (padding !== 'valid') throw options.refuse("padding 'same' is not known here; put a ZeroPadding2D before it");
      options.expectOnly(
        'implementation',
        [1],
        'only implementation 1 keeps a dense kernel per position; save it with that',
      );
      return withActivation(options.activation(), name, (activation) =>
        layers.locallyConnected2d({
          name,
          activation,
          filters: options.number('filters', 0),
          kernelSize,
          strides,
          ...kernelOptions(options),
        }),
      );
    },
  },
  Dense: {
    weights: kernelAndBias,
    read: (options, name) =>
      withActivation(options.activation(), name, (activation) =>
        layers.dense({ name, activation, units: options.number('units', 0), ...kernelOptions(options) }),
      ),
  },
  BatchNormalization: {
    weights: (options) =>
      present(
        options.flag('scale', true) && learned('gamma'),
        options.flag('center', true) && learned('beta'),
        kept('moving_mean', 'movingMean'),
        kept('moving_variance', 'movingVariance'),
      ),
    read(options, name, [input]) {
      const rank = input.shape.length;
      const axis = options.numbers('axis') ?? [-1];
      if (axis.length !== 1 || (axis[0] !== -1 && axis[0] !== rank)) {
        throw options.refuse(
          `axis ${JSON.stringify(axis)}: only the last axis, the channels of [height, width, channels], can be normalized here`,
        );
      }
      options.expectOnly('renorm', [false], 'batch renormalization is not known here');
      options.noteTrainingSettings();
      const starts = withoutUndefined({
        betaInitializer: options.initializer('beta_initializer'),
        gammaInitializer: options.initializer('gamma_initializer'),
        movingMeanInitializer: options.initializer('moving_mean_initializer'),
        movingVarianceInitializer: options.initializer('moving_variance_initializer'),
        betaRegularizer: options.regularizer('beta_regularizer'),
        gammaRegularizer: options.regularizer('gamma_regularizer'),
      });
      return [
        layers.batchNormalization({
          name,
          momentum: options.number('momentum', 0.99),
          epsilon: options.number('epsilon', 1e-3),
          center: options.flag('center', true),
          scale: options.flag('scale', true),
          ...starts,
        }),
      ];
    },
  },
};
