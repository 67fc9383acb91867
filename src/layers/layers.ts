import { withRenamed } from '../tensor/index.js';
import * as factories from './factories.js';

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
export const layers: typeof factories = withRenamed('layers', factories);

/** What `layers` calls a layer: `'conv2d'`. */
export type LayerName = keyof typeof layers;
