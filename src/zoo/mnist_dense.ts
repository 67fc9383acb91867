import { layers } from '../layers/index.js';
import { sequential, type Sequential } from '../models/index.js';
import type { ArchitectureOptions } from './registry.js';

/** The dense baseline of TensorFlow's beginner tutorial: 128 hidden units, dropout 0.2; no convolution. */
export function mnistDense({ inputShape = [28, 28, 1], classes = 10, seed = 0 }: ArchitectureOptions = {}): Sequential {
  return sequential({
    name: 'mnist_dense',
    seed,
    layers: [
      layers.flatten({ inputShape }),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: classes, activation: 'softmax' }),
    ],
  });
}
