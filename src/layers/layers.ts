import { withRenamed } from '../tensor/index.js';
import * as factories from './factories.js';

/** Keras's and TensorFlow.js's other names of layers. */
const aliases = {
  maxPool2d: factories.maxPooling2d,
  avgPool2d: factories.averagePooling2d,
  globalAvgPool2d: factories.globalAveragePooling2d,
  globalMaxPool2d: factories.globalMaxPooling2d,
} as const;

/**
 * Every layer, spelled as in TensorFlow.js; options and defaults are Keras's, in camelCase.
 *
 * @namespace
 * @example
 * const digits = sequential([
 *   layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
 *   layers.maxPooling2d(),
 *   layers.flatten(),
 *   layers.dense({ units: 10, activation: 'softmax' }),
 * ]);
 */
export const layers: typeof factories & typeof aliases = withRenamed('layers', { ...factories, ...aliases });

/** What `layers` calls a layer: `'conv2d'`. */
export type LayerName = keyof typeof layers;
