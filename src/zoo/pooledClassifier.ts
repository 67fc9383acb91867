import { layers, type SymbolicTensor } from '../layers/index.js';
import type { ArchitectureOptions } from './architecture.js';
import { scores } from './blocks.js';

/**
 * The mean of each channel, dropout, one dense layer called `name`. x: [H, W, C] → scores [classes].
 *
 * @param rate - the share of features that training drops where the options do not say.
 */
export function pooledClassifier(
  x: SymbolicTensor,
  name: string,
  { classes = 1000, dropout }: Pick<ArchitectureOptions, 'classes' | 'dropout'>,
  rate = 0,
): SymbolicTensor {
  const means = layers.globalAveragePooling2d().apply(x);
  const share = dropout ?? rate;
  return scores(share > 0 ? layers.dropout({ rate: share }).apply(means) : means, name, classes);
}
