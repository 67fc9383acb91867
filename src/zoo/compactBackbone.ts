import { input, layers } from '../layers/index.js';
import { model, type Model } from '../models/index.js';
import type { Shape } from '../tensor/index.js';
import { activation, convNormActivation } from './blocks.js';
import { basicBlock, nth, stage } from './residual.js';

/** Filters and blocks of each stage, from a quarter of the picture's side on; the last for pictures of more than 192 pixels alone. */
const stages = [
  [32, 1],
  [64, 2],
  [128, 2],
  [256, 2],
] as const;

/**
 * A small residual network that starts afresh and learns on a processor what some thousand pictures show: 16 filters at half of the
 * side, then stages of 32, 64 and 128. Two thirds of its work lie at an 8th and a 16th of the side, where things are told apart, and
 * all of it is 3×3 convolutions, of which processors do far more in a second than of depthwise ones.
 *
 * @param inputShape - [H, W, 3]
 */
export function compactBackbone(inputShape: Shape, seed: number): Model {
  const x = input({ shape: inputShape });
  let y = activation(convNormActivation(x, '', 16, 3, { ...nth(1), strides: 2 }), 'relu', 'relu');
  stages.slice(0, compactLevels(inputShape).length + 1).forEach(([filters, count], i) => {
    y = stage(y, `layer${i + 1}`, count, 2, (map, name, strides) => basicBlock(map, name, { filters, strides }));
  });
  const [height, width] = inputShape;
  const backbone = model({ inputs: x, outputs: layers.globalAveragePooling2d().apply(y), name: 'compact', seed });
  // About mean 0 and deviation 1, whatever the pictures show.
  backbone.preprocessing = { size: [height, width], mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
  return backbone;
}

/**
 * The levels that suit the compact network: an 8th of the side, and coarser ones. At a quarter the head would have four times the
 * work, for things of a dozen pixels, which so small a network cannot tell apart.
 */
export const compactLevels = ([height, width]: Shape): readonly number[] =>
  Math.min(height, width) <= 192 ? [3, 4] : [3, 4, 5];
