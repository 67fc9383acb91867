import type { Node, OperatorNode } from '../../../graph/index.js';
import type { BatchNormalizationAttributes } from '../../../ops/batchNormalization.js';
import { sizeOf } from '../../../tensor/index.js';
import { activationCodes } from '../fusion.js';
import { elementsPerTile, tilesFor, type Lowering, type LoweringContext } from '../lowering.js';
import { float, type Argument } from '../step.js';
import { rowsTogether } from './axes.js';
import { emitReduction, rowsAndChannels } from './reductionLowerings.js';

/** y = scale · Σ (x − mean)², or with dy Σ dy · (x − mean), over all axes but the last. */
function emitChannelSums(
  context: LoweringContext,
  x: Node,
  dy: Node | undefined,
  mean: Node,
  y: Argument,
  scale = 1,
): void {
  const [rows, channels] = rowsAndChannels(x.type.shape);
  const together = channels < 16 ? rowsTogether(rows, channels, 31) : 1;
  let center: Argument = context.block(mean);
  if (together > 1) {
    const repeated = context.temporary(4 * channels * together, 'repeated means');
    context.step('repeat', [center, repeated, channels, together], 1);
    center = repeated;
  }
  const width = channels * together;
  const rowsPerTile = Math.max(1, Math.floor(elementsPerTile / width));
  const tiles = tilesFor(rows / together, rowsPerTile);
  const partial = context.temporary(4 * tiles * width, 'partial sums');
  const from = context.block(x);
  context.step(
    dy ? 'channelProducts' : 'channelSquares',
    [from, dy ? context.block(dy) : from, center, partial, rows / together, width, rowsPerTile],
    tiles,
  );
  emitReduction(context, 'reduceSum', partial, y, [1, tiles * together, channels], scale);
}

export const channelVariance: Lowering<object> = (context, node) => {
  const [x, mean] = node.inputs;
  emitChannelSums(context, x, undefined, mean, context.block(node), 1 / rowsAndChannels(x.type.shape)[0]);
};

export const batchNormalizationScaleGradient: Lowering<{ readonly epsilon: number }> = (context, node) => {
  const [dy, x, mean, variance] = node.inputs;
  const channels = sizeOf(node.type.shape);
  const sums = context.temporary(4 * channels, 'sums');
  emitChannelSums(context, x, dy, mean, sums);
  context.step(
    'divideByDeviation',
    [sums, context.block(variance), context.block(node), channels, float(node.attributes.epsilon)],
    1,
  );
};

/** The step that goes over all elements, with so many coefficients per channel, which the step before it has made. */
function emitNormalize(
  context: LoweringContext,
  node: OperatorNode,
  kernels:
    | readonly ['normalizationCoefficients', 'normalize']
    | readonly ['normalizationGradientCoefficients', 'normalizeGradient'],
  channelInputs: readonly Node[],
  [x, dy]: readonly [Node, Node],
  [epsilon, perElement]: readonly [number, number],
): void {
  const count = sizeOf(node.type.shape);
  const [, channels] = rowsAndChannels(node.type.shape);
  const times = Math.max(1, Math.floor(256 / channels));
  const width = channels * times;
  const coefficients = context.temporary(4 * 4 * width, 'coefficients');
  const { activation = 'none', residual } = context.epilogue ?? {};
  context.step(
    kernels[0],
    [
      [...channelInputs.map((input) => context.block(input)), coefficients],
      [channels, times, float(epsilon), float(perElement)],
    ],
    1,
  );
  const perTile = Math.max(1, Math.floor(elementsPerTile / width)) * width;
  context.step(
    kernels[1],
    [
      [context.block(x), context.block(dy), context.block(node), coefficients, count, perTile, width],
      [activationCodes[activation], residual ? context.block(residual) : 0],
    ],
    tilesFor(count, perTile),
  );
}

export const batchNormalization: Lowering<BatchNormalizationAttributes> = (context, node) => {
  const [x, mean, variance, gamma, beta] = node.inputs;
  const kernels = ['normalizationCoefficients', 'normalize'] as const;
  emitNormalize(context, node, kernels, [mean, variance, gamma, beta, beta], [x, x], [node.attributes.epsilon, 0]);
};

export const batchNormalizationInputGradient: Lowering<BatchNormalizationAttributes> = (context, node) => {
  const [dy, x, ...channelInputs] = node.inputs;
  const { epsilon, batchStatistics } = node.attributes;
  const perElement = batchStatistics ? 1 / rowsAndChannels(x.type.shape)[0] : 0;
  const kernels = ['normalizationGradientCoefficients', 'normalizeGradient'] as const;
  emitNormalize(context, node, kernels, channelInputs, [x, dy], [epsilon, perElement]);
};
