import { input, type SymbolicTensor } from '../layers/index.js';
import { model, type Model } from '../models/index.js';
import { StriateError, type Shape } from '../tensor/index.js';
import { convNormActivation } from './blocks.js';
import { basicBlock } from './residual.js';

/** Channels of the stages, each of half the size of the one before; beyond 192 weights grow, and what is found does not. */
const channels = [24, 48, 96, 192, 192] as const;

/** What a backbone of stages is made for. */
export interface StageBackboneOptions {
  /** [H, W, C]; [128, 128, 3] by default. */
  readonly inputShape?: Shape | undefined;
  /** What starting weights follow from; 0 by default. */
  readonly seed?: number | undefined;
}

/**
 * A small network of maps that learns from nothing in minutes: five stages halve the side, each by a 3×3 convolution of stride 2 with
 * batch normalization, and those between the first and the last have a residual block. x: [H, W, C] → [H / 32, W / 32, 192].
 *
 * Nothing is computed at the picture's own size: there a convolution costs as much as at half the side on four times as many channels,
 * and sees nothing but edges. Convolutions are plain ones of 3×3: on fine maps they take no longer than a depthwise and a pointwise one,
 * on coarse ones up to twice as long, for eight times as many weights (docs/performance.md, «Masks and points»).
 *
 * @throws StriateError when the input is smaller than 32 pixels a side.
 */
export function stageBackbone({ inputShape = [128, 128, 3], seed = 0 }: StageBackboneOptions = {}): Model {
  const least = 2 ** channels.length;
  if (inputShape.length !== 3 || Math.min(inputShape[0], inputShape[1]) < least) {
    throw new StriateError({
      where: 'the small backbone',
      rule: `inputShape must be [H, W, C] of ${least} pixels a side at least`,
      received: inputShape.join('×'),
    });
  }
  const x = input({ shape: inputShape });
  let y: SymbolicTensor = x;
  channels.forEach((filters, i) => {
    const name = `down.${i}`;
    y = convNormActivation(y, name, filters, 3, { strides: 2, activation: 'relu' });
    if (i > 0 && i < channels.length - 1) y = basicBlock(y, `${name}.block`, { filters });
  });
  return model({ inputs: x, outputs: y, name: 'stages', seed, features: y });
}
