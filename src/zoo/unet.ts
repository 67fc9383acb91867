import { layers, type SymbolicTensor } from '../layers/index.js';
import { conv, convNormActivation } from './blocks.js';
import { resizeTo } from './segmentationHeads.js';

const relu = { activation: 'relu' } as const;

/**
 * U-Net's way back: from the coarsest map upwards each is brought to the next one's channels and size, laid beside it, and a 3×3
 * convolution joins the two. maps, finest first: [H, W, C1], [H / 2, W / 2, C2], … → [H, W, filters of the first].
 *
 * @param filters - of each map's joined one, the coarsest left out
 */
export function unetDecoder(maps: readonly SymbolicTensor[], filters: readonly number[], name: string): SymbolicTensor {
  let y = maps[maps.length - 1];
  for (let i = maps.length - 2; i >= 0; i--) {
    const narrow = convNormActivation(y, `${name}.up.${i}`, filters[i], 1, relu);
    const joined = layers.concatenate().apply(maps[i], resizeTo(narrow, maps[i].shape));
    y = convNormActivation(joined, `${name}.joined.${i}`, filters[i], 3, relu);
  }
  return y;
}

/** What a U-Net is made for. */
export interface UNetPlan {
  /** Channels of the first stage; each further one has twice as many. */
  readonly filters: number;
  /** How many stages there are, each of half the size of the one before. */
  readonly stages: number;
  readonly classes: number;
}

/**
 * A small U-Net: stages of two 3×3 convolutions with batch normalization, and the way back with one at each size. x: [H, W, C] →
 * scores [H, W, classes], and the coarsest map.
 *
 * Ronneberger, Fischer, Brox, U-Net: Convolutional Networks for Biomedical Image Segmentation, https://arxiv.org/abs/1505.04597
 */
export function unetOutputs(
  x: SymbolicTensor,
  { filters, stages, classes }: UNetPlan,
): { readonly scores: SymbolicTensor; readonly coarsest: SymbolicTensor } {
  const channels = Array.from({ length: stages }, (_, i) => filters * 2 ** i);
  const maps: SymbolicTensor[] = [];
  channels.forEach((count, i) => {
    let y = i === 0 ? x : layers.maxPooling2d({ poolSize: 2, strides: 2 }).apply(maps[i - 1]);
    for (const step of [0, 1]) y = convNormActivation(y, `down.${i}.${step}`, count, 3, relu);
    maps.push(y);
  });
  const finest = unetDecoder(maps, channels, 'decoder');
  return { scores: conv(finest, 'classifier', classes, 1, { bias: true }), coarsest: maps[maps.length - 1] };
}
