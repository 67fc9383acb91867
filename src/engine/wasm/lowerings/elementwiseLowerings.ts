import type { AffineAttributes } from '../../../ops/affine.js';
import type { ClipAttributes } from '../../../ops/clip.js';
import { dropoutOffset, dropoutThreshold, type DropoutAttributes } from '../../../ops/dropout.js';
import type { GaussianNoiseAttributes } from '../../../ops/gaussianNoise.js';
import type { LeakyReluAttributes } from '../../../ops/leakyRelu.js';
import type { RandomUniformAttributes } from '../../../ops/randomUniform.js';
import { sizeOf } from '../../../tensor/index.js';
import { elementsPerTile, tilesFor, type Lowering } from '../lowering.js';
import { float, type KernelName } from '../step.js';

/** Exponentials cost some ten times a multiplication: smaller tiles keep all workers busy. */
const costly = elementsPerTile / 4;

/** An operator whose output and inputs have one shape: a kernel of map.ts with up to two numbers of its own. */
function mapping<A>(
  kernel: KernelName,
  numbers: (attributes: A) => readonly [number, number] = () => [0, 0],
  perTile = elementsPerTile,
): Lowering<A> {
  return (context, node) => {
    const count = sizeOf(node.type.shape);
    const [p, q] = numbers(node.attributes);
    context.step(
      kernel,
      [...node.inputs.map((input) => context.block(input)), context.block(node), count, perTile, float(p), float(q)],
      tilesFor(count, perTile),
    );
  };
}

const none = (): readonly [number, number] => [0, 0];
const bounds = ({ min, max }: ClipAttributes): readonly [number, number] => [min, max];
const slope = ({ negativeSlope }: LeakyReluAttributes): readonly [number, number] => [negativeSlope, 0];

export const relu = mapping<object>('relu');
export const reluGradient = mapping<object>('reluGradient');
export const relu6 = mapping<object>('relu6');
export const relu6Gradient = mapping<object>('relu6Gradient');
export const leakyRelu = mapping('leakyRelu', slope);
export const leakyReluGradient = mapping('leakyReluGradient', slope);
export const sigmoid = mapping<object>('sigmoid', none, costly);
export const sigmoidGradient = mapping<object>('sigmoidGradient');
export const tanh = mapping<object>('tanh', none, costly);
export const tanhGradient = mapping<object>('tanhGradient');
export const swish = mapping<object>('swish', none, costly);
export const swishGradient = mapping<object>('swishGradient', none, costly);
export const mish = mapping<object>('mish', none, costly);
export const mishGradient = mapping<object>('mishGradient', none, costly);
export const hardSigmoid = mapping<object>('hardSigmoid');
export const hardSigmoidGradient = mapping<object>('hardSigmoidGradient');
export const hardSwish = mapping<object>('hardSwish');
export const hardSwishGradient = mapping<object>('hardSwishGradient');
export const exp = mapping<object>('exp', none, costly);
export const log = mapping<object>('log', none, costly);
export const sin = mapping<object>('sin', none, costly);
export const sqrt = mapping<object>('sqrt');
export const square = mapping<object>('square');
export const abs = mapping<object>('abs');
export const absGradient = mapping<object>('absGradient');
export const affine = mapping('affine', ({ scale, offset }: AffineAttributes) => [scale, offset]);
export const clip = mapping('clip', bounds);
export const clipGradient = mapping('clipGradient', bounds);
export const sigmoidCrossentropy = mapping<object>('sigmoidCrossentropy', none, costly);
export const sigmoidCrossentropyGradient = mapping<object>('sigmoidCrossentropyGradient', none, costly);

export const dropout: Lowering<DropoutAttributes> = (context, node) => {
  const [x, step] = node.inputs;
  const { rate, seed } = node.attributes;
  const count = sizeOf(node.type.shape);
  context.step(
    'dropout',
    [
      [context.block(x), context.block(step), context.block(node), count, elementsPerTile],
      [dropoutOffset(0, seed) | 0, dropoutThreshold(rate) | 0, float(1 / (1 - rate))],
    ],
    tilesFor(count, elementsPerTile),
  );
};

export const gaussianNoise: Lowering<GaussianNoiseAttributes> = (context, node) => {
  const [x, step] = node.inputs;
  const { stddev, seed } = node.attributes;
  const count = sizeOf(node.type.shape);
  context.step(
    'gaussianNoise',
    [
      [context.block(x), context.block(step), context.block(node), count, elementsPerTile],
      [dropoutOffset(0, seed) | 0, float(stddev * Math.SQRT2)],
    ],
    tilesFor(count, elementsPerTile),
  );
};

export const randomUniform: Lowering<RandomUniformAttributes> = (context, node) => {
  const [step] = node.inputs;
  const { shape, minval, maxval, seed } = node.attributes;
  const count = sizeOf(shape);
  context.step(
    'randomUniform',
    [
      [context.block(step), context.block(node), count, elementsPerTile],
      [dropoutOffset(0, seed) | 0, float(minval), float(maxval - minval)],
    ],
    tilesFor(count, elementsPerTile),
  );
};

export const stochasticDepth: Lowering<DropoutAttributes> = (context, node) => {
  const [x, step] = node.inputs;
  const { rate, seed } = node.attributes;
  const { shape } = node.type;
  const perExample = sizeOf(shape.slice(1));
  const tilesPerExample = tilesFor(perExample, elementsPerTile);
  context.step(
    'stochasticDepth',
    [
      [context.block(x), context.block(step), context.block(node), perExample, elementsPerTile, tilesPerExample],
      [dropoutOffset(0, seed) | 0, dropoutThreshold(rate) | 0, float(1 / (1 - rate))],
    ],
    shape[0] * tilesPerExample,
  );
};
