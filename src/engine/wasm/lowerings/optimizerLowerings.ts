import type { Node, OperatorNode } from '../../../graph/index.js';
import type { AdamAttributes } from '../../../ops/adam.js';
import type { WeightDecayAttributes } from '../../../ops/optimizerRules.js';
import type { RmspropAttributes, RmspropMomentumAttributes } from '../../../ops/rmsprop.js';
import type { SgdMomentumAttributes } from '../../../ops/sgd.js';
import { sizeOf } from '../../../tensor/index.js';
import { elementsPerTile, tilesFor, type Lowering, type LoweringContext } from '../lowering.js';
import { float, type KernelName } from '../step.js';

/** The variables and numbers of an optimizer step; numbers are those that kernels/optimizerKernels.ts calls a to f. */
interface OptimizerStep {
  readonly slots: readonly Node[];
  readonly learningRate: Node;
  readonly step?: Node;
  readonly numbers: readonly number[];
}

function emitOptimizer(
  context: LoweringContext,
  kernel: KernelName,
  node: OperatorNode<WeightDecayAttributes>,
  { slots, learningRate, step, numbers }: OptimizerStep,
): void {
  const [variable, gradient] = node.inputs;
  const count = sizeOf(variable.type.shape);
  const [first = variable, second = variable] = slots;
  const blocks = [variable, gradient, first, second, learningRate, step ?? learningRate];
  const six = [0, 1, 2, 3, 4, 5].map((i) => float(numbers[i] ?? 0));
  context.step(
    kernel,
    [
      [...blocks.map((input) => context.block(input)), count, elementsPerTile],
      [float(node.attributes.weightDecay), ...six],
    ],
    tilesFor(count, elementsPerTile),
  );
}

export const sgd: Lowering<WeightDecayAttributes> = (context, node) =>
  emitOptimizer(context, 'sgd', node, { slots: [], learningRate: node.inputs[2], numbers: [] });

export const sgdMomentum: Lowering<SgdMomentumAttributes> = (context, node) => {
  const [, , velocity, learningRate] = node.inputs;
  const { momentum, nesterov, rateOutside = false } = node.attributes;
  emitOptimizer(context, 'sgdMomentum', node, {
    slots: [velocity],
    learningRate,
    numbers: [momentum, Number(nesterov), Number(rateOutside)],
  });
};

export const adam: Lowering<AdamAttributes> = (context, node) => {
  const [, , m, v, learningRate, step] = node.inputs;
  const { beta1, beta2, epsilon, epsilonAfterCorrection = false } = node.attributes;
  // The differences from 1 are taken here, in float64.
  const numbers = [1 - beta1, 1 - beta2, epsilon, Math.log(beta1), Math.log(beta2), Number(epsilonAfterCorrection)];
  emitOptimizer(context, 'adam', node, { slots: [m, v], learningRate, step, numbers });
};

const rmspropNumbers = ({ rho, epsilon, epsilonOutside = false }: RmspropAttributes, momentum: number): number[] => [
  momentum,
  rho,
  epsilon,
  1 - rho,
  Number(epsilonOutside),
];

export const rmsprop: Lowering<RmspropAttributes> = (context, node) => {
  const [, , meanSquare, learningRate] = node.inputs;
  const numbers = rmspropNumbers(node.attributes, 0);
  emitOptimizer(context, 'rmsprop', node, { slots: [meanSquare], learningRate, numbers });
};

export const rmspropMomentum: Lowering<RmspropMomentumAttributes> = (context, node) => {
  const [, , meanSquare, velocity, learningRate] = node.inputs;
  const { momentum, rateOutside = false } = node.attributes;
  const numbers = [...rmspropNumbers(node.attributes, momentum), Number(rateOutside)];
  emitOptimizer(context, 'rmspropMomentum', node, { slots: [meanSquare, velocity], learningRate, numbers });
};

export const movingAverage: Lowering<{ readonly momentum: number }> = (context, node) => {
  const [variable, value] = node.inputs;
  const { momentum } = node.attributes;
  const count = sizeOf(variable.type.shape);
  context.step(
    'movingAverage',
    [context.block(variable), context.block(value), count, elementsPerTile, float(momentum), float(1 - momentum)],
    tilesFor(count, elementsPerTile),
  );
};

export const assign: Lowering<object> = (context, node) => {
  const [variable, value] = node.inputs;
  context.step('copy', [context.block(value), context.block(variable), sizeOf(variable.type.shape)], 1);
};
