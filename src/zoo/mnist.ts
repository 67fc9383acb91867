import { layers } from '../layers/index.js';
import { sequential, type Sequential } from '../models/index.js';
import type { ArchitectureOptions } from './registry.js';

/**
 * The digit CNN of Keras's first convolution tutorial: three 3×3 convolutions (32, 64, 64), two poolings, two dense layers;
 * 93,322 parameters for 28×28×1 pictures and 10 classes.
 */
export function mnistCnn({ inputShape = [28, 28, 1], classes = 10, seed = 0 }: ArchitectureOptions = {}): Sequential {
  return sequential({
    name: 'mnist_cnn',
    seed,
    layers: [
      layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      layers.flatten(),
      layers.dense({ units: 64, activation: 'relu' }),
      layers.dense({ units: classes, activation: 'softmax' }),
    ],
  });
}
