import { StriateError } from '../tensor/index.js';
import { Activation } from './activationLayer.js';
import { AdaptiveAveragePooling2D } from './adaptiveAveragePooling2d.js';
import { Add } from './add.js';
import { Affine } from './affine.js';
import { AveragePooling2D } from './averagePooling2d.js';
import { AxisMatrix } from './axisMatrix.js';
import { BatchNormalization } from './batchNormalization.js';
import { Clip } from './clip.js';
import { Concatenate } from './concatenate.js';
import { Conv2D } from './conv2d.js';
import { Conv2DTranspose } from './conv2dTranspose.js';
import { Dense } from './dense.js';
import { DepthwiseConv2D } from './depthwiseConv2d.js';
import { Divide } from './divide.js';
import { Dropout } from './dropout.js';
import { ELU } from './elu.js';
import { Flatten } from './flatten.js';
import { GlobalAveragePooling2D } from './globalAveragePooling2d.js';
import { GlobalMaxPooling2D } from './globalMaxPooling2d.js';
import type { Initializer } from './initializer.js';
import type { Layer } from './layer.js';
import { LayerNormalization } from './layerNormalization.js';
import { LeakyReLU } from './leakyRelu.js';
import { LocalResponseNormalization } from './localResponseNormalization.js';
import { LocallyConnected2D } from './locallyConnected2d.js';
import { Maximum } from './maximum.js';
import { MaxPooling2D } from './maxPooling2d.js';
import { Minimum } from './minimum.js';
import { Multiply } from './multiply.js';
import type { Serialized } from './named.js';
import { PadChannels } from './padChannels.js';
import { Permute } from './permute.js';
import { Power } from './power.js';
import { PReLU } from './pReLU.js';
import { Reduce } from './reduce.js';
import type { Regularizer } from './regularizer.js';
import { ReLU } from './relu.js';
import { Rescaling } from './rescaling.js';
import { Reshape } from './reshape.js';
import { SeparableConv2D } from './separableConv2d.js';
import { Slice } from './slice.js';
import { Softmax } from './softmax.js';
import { StochasticDepth } from './stochasticDepth.js';
import { Subtract } from './subtract.js';
import { UpSampling2D } from './upSampling2d.js';
import { ZeroPadding2D } from './zeroPadding2d.js';

/** A class that makes a layer from its configuration. */
export type LayerClass = new (config: never) => Layer;

/** Classes of your own that a saved model names: layers, and initializers and regularizers in layers' options. */
export type CustomClasses = Readonly<Record<string, new (config: never) => Layer | Initializer | Regularizer>>;

/** Every layer there is, by class name. */
export const layerClasses = {
  Activation,
  AdaptiveAveragePooling2D,
  Add,
  Affine,
  AveragePooling2D,
  AxisMatrix,
  BatchNormalization,
  Clip,
  Concatenate,
  Conv2D,
  Conv2DTranspose,
  Dense,
  DepthwiseConv2D,
  Divide,
  Dropout,
  ELU,
  Flatten,
  GlobalAveragePooling2D,
  GlobalMaxPooling2D,
  LayerNormalization,
  LeakyReLU,
  LocalResponseNormalization,
  LocallyConnected2D,
  Maximum,
  MaxPooling2D,
  Minimum,
  Multiply,
  PadChannels,
  Permute,
  Power,
  PReLU,
  Reduce,
  ReLU,
  Rescaling,
  Reshape,
  SeparableConv2D,
  Slice,
  Softmax,
  StochasticDepth,
  Subtract,
  UpSampling2D,
  ZeroPadding2D,
} as const satisfies Readonly<Record<string, LayerClass>>;

/**
 * Makes a layer again from what `className` and `config()` gave.
 *
 * @throws StriateError when the class is neither known nor among the custom ones, or the configuration does not suit it.
 *
 * @example
 * layerFromConfig({ className: 'Scale', config: {} }, { Scale }); // a layer class of your own
 */
export function layerFromConfig({ className, config }: Serialized, custom: CustomClasses = {}): Layer {
  const known: CustomClasses = { ...layerClasses, ...custom };
  if (!Object.hasOwn(known, className)) {
    throw new StriateError({
      where: `layer '${className}'`,
      rule: 'no layer of that class',
      advice: `known are ${Object.keys(known).join(', ')}; hand in a class of your own as a custom layer: { ${className} }`,
    });
  }
  const options = Object.entries(config).map(([name, value]) => [name, instantiate(value, custom)] as const);
  const layer = make(known[className], Object.fromEntries(options));
  if ('call' in layer) return layer;
  throw new StriateError({
    where: `layer '${className}'`,
    rule: 'the class must be a layer',
    received: 'a class without call',
  });
}

/** An option that is an object of a custom class, made; any other as it is. */
function instantiate(value: unknown, custom: CustomClasses): unknown {
  if (typeof value !== 'object' || value === null || !('className' in value)) return value;
  const { className, config } = value as Serialized;
  return Object.hasOwn(custom, className) ? make(custom[className], config) : value;
}

function make<T>(type: new (config: never) => T, config: Record<string, unknown>): T {
  return new type(config as never);
}
