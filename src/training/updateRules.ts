import type { Node, Variable } from '../graph/index.js';
import { abs } from '../ops/abs.js';
import { adam } from '../ops/adam.js';
import { add } from '../ops/add.js';
import { scaled } from '../ops/affine.js';
import { assign } from '../ops/assign.js';
import { clip } from '../ops/clip.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { reduceSum } from '../ops/reduceSum.js';
import { relu } from '../ops/relu.js';
import { rmsprop, rmspropMomentum } from '../ops/rmsprop.js';
import { sgd, sgdMomentum } from '../ops/sgd.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import type { Adam } from './adam.js';
import { decayedWeight, movedMean, movingMaximum, movingMean, signOf, subtractStep } from './composedUpdate.js';
import type { Optimizer, UpdateInputs } from './optimizer.js';
import type { OptimizerName, optimizers } from './optimizers.js';
import type { RMSprop } from './rmsprop.js';

/** What an optimizer's step does to a weight. */
export interface UpdateRule<Kind extends Optimizer = Optimizer> {
  /** Emits the update of one weight. */
  emit(optimizer: Kind, variable: Variable, gradient: Node, inputs: UpdateInputs): void;
  /** Numbers that follow from the step alone, and are exact where a program's could not be; left out where there are none. */
  scalars?(optimizer: Kind, step: number): Readonly<Record<string, number>>;
}

/** Striate's own optimizers. */
type Known = ReturnType<(typeof optimizers)[OptimizerName]>;

/** m · rate · (√(1 − β₂ᵗ) / (1 − β₁ᵗ)) / (√largest + ε); in PyTorch's convention ε is times √(1 − β₂ᵗ), too. */
function emitAmsgrad(optimizer: Adam, variable: Variable, gradient: Node, inputs: UpdateInputs): void {
  const { learningRate, scalar } = inputs;
  const { beta1, beta2, epsilon } = optimizer.settings;
  const [m, v, vHat] = optimizer.ownSlots(variable);
  const mean = movingMean(m, gradient, beta1);
  const largest = movingMaximum(vHat, movingMean(v, square(gradient), beta2));
  const mended = optimizer.convention === 'pytorch';
  const added = scaled(scalar('root'), mended ? epsilon : 0, mended ? 0 : epsilon);
  const step = div(mul(mean, mul(learningRate, scalar('correction'))), add(sqrt(largest), added));
  subtractStep(variable, step, learningRate, optimizer.weightDecay);
}

function emitCentered(optimizer: RMSprop, variable: Variable, gradient: Node, learningRate: Node): void {
  const { rho, momentum, epsilon } = optimizer.settings;
  const outside = optimizer.convention === 'pytorch';
  const slots = optimizer.ownSlots(variable);
  const meanSquare = movingMean(slots[0], square(gradient), rho);
  const mean = movingMean(slots[slots.length - 1], gradient, rho);
  // Rounding must not make it negative.
  const variance = relu(sub(meanSquare, square(mean)));
  const root = outside ? scaled(sqrt(variance), 1, epsilon) : sqrt(scaled(variance, 1, epsilon));
  const one = div(outside ? gradient : mul(gradient, learningRate), root);
  let step = one;
  if (momentum) {
    const [, velocity] = slots;
    step = add(scaled(gradient.graph.variable(velocity), momentum), one);
    assign(velocity, step);
  }
  subtractStep(variable, outside ? mul(step, learningRate) : step, learningRate, optimizer.weightDecay);
}

function norm(x: Node): Node {
  const axes = x.type.shape.map((_, axis) => axis);
  return sqrt(axes.length ? reduceSum(square(x), { axes, keepDims: false }) : square(x));
}

/** How fast Nadam's momentum nears beta1: at a step it is beta1 · (1 − 0.5 · 0.96^(step · momentumDecay)). */
const momentumDecay = { keras: 1, pytorch: 0.004 } as const;

/**
 * What each optimizer's step does, by its name. Apart from the classes, which a page has as soon as it compiles a model: this
 * comes with the first training program.
 */
export const updateRules: { readonly [Name in Known['name']]: UpdateRule<Extract<Known, { readonly name: Name }>> } = {
  sgd: {
    emit(optimizer, variable, gradient, { learningRate }) {
      const { convention, weightDecay } = optimizer;
      const { momentum, nesterov } = optimizer.settings;
      const inputs = [variable, gradient, ...optimizer.ownSlots(variable), learningRate];
      if (momentum) sgdMomentum(...inputs, { momentum, nesterov, rateOutside: convention === 'pytorch', weightDecay });
      else sgd(...inputs, { weightDecay });
    },
  },

  adam: {
    /** What mends the means' biases, where the update is put together from operators. */
    scalars({ settings: { beta1, beta2, amsgrad } }, step): Readonly<Record<string, number>> {
      if (!amsgrad) return {};
      const root = Math.sqrt(1 - beta2 ** step);
      return { correction: root / (1 - beta1 ** step), root };
    },
    emit(optimizer, variable, gradient, inputs) {
      const { beta1, beta2, epsilon, amsgrad } = optimizer.settings;
      if (amsgrad) {
        emitAmsgrad(optimizer, variable, gradient, inputs);
        return;
      }
      const { convention, weightDecay } = optimizer;
      const epsilonAfterCorrection = convention === 'pytorch';
      const attributes = { beta1, beta2, epsilon, epsilonAfterCorrection, weightDecay };
      adam(variable, gradient, ...optimizer.ownSlots(variable), inputs.learningRate, inputs.step, attributes);
    },
  },

  rmsprop: {
    emit(optimizer, variable, gradient, { learningRate }) {
      const { rho, epsilon, momentum, centered } = optimizer.settings;
      if (centered) {
        emitCentered(optimizer, variable, gradient, learningRate);
        return;
      }
      const { convention, weightDecay } = optimizer;
      const inputs = [variable, gradient, ...optimizer.ownSlots(variable), learningRate];
      const outside = convention === 'pytorch';
      const attributes = { rho, epsilon, epsilonOutside: outside, weightDecay };
      if (momentum) rmspropMomentum(...inputs, { ...attributes, momentum, rateOutside: outside });
      else rmsprop(...inputs, attributes);
    },
  },

  adagrad: {
    emit(optimizer, variable, gradient, { learningRate }) {
      const { epsilon } = optimizer.settings;
      const [accumulator] = optimizer.ownSlots(variable);
      const sum = add(gradient.graph.variable(accumulator), square(gradient));
      assign(accumulator, sum);
      const outside = optimizer.convention === 'pytorch';
      const root = outside ? scaled(sqrt(sum), 1, epsilon) : sqrt(scaled(sum, 1, epsilon));
      subtractStep(variable, div(mul(gradient, learningRate), root), learningRate, optimizer.weightDecay);
    },
  },

  adadelta: {
    emit(optimizer, variable, gradient, { learningRate }) {
      const { rho, epsilon } = optimizer.settings;
      const [meanSquare, meanSquareStep] = optimizer.ownSlots(variable);
      const root = (x: Node): Node => sqrt(scaled(x, 1, epsilon));
      const before = gradient.graph.variable(meanSquareStep);
      const step = div(mul(root(before), gradient), root(movingMean(meanSquare, square(gradient), rho)));
      movingMean(meanSquareStep, square(step), rho);
      subtractStep(variable, mul(step, learningRate), learningRate, optimizer.weightDecay);
    },
  },

  adamax: {
    /** The first mean's bias. */
    scalars: ({ settings: { beta1 } }, step) => ({ correction: 1 / (1 - beta1 ** step) }),
    emit(optimizer, variable, gradient, { learningRate, scalar }) {
      const { beta1, beta2, epsilon } = optimizer.settings;
      const [m, u] = optimizer.ownSlots(variable);
      const size = abs(gradient);
      // PyTorch adds epsilon to what is compared, Keras to what comes of it.
      const inside = optimizer.convention === 'pytorch';
      const largest = movingMaximum(u, inside ? scaled(size, 1, epsilon) : size, beta2);
      const mean = mul(movingMean(m, gradient, beta1), mul(learningRate, scalar('correction')));
      const step = div(mean, inside ? largest : scaled(largest, 1, epsilon));
      subtractStep(variable, step, learningRate, optimizer.weightDecay);
    },
  },

  nadam: {
    /** The shares of gradient and mean, and the second mean's bias. */
    scalars({ convention, settings: { beta1, beta2 } }, step) {
      const pace = momentumDecay[convention];
      const momentum = (at: number): number => beta1 * (1 - 0.5 * 0.96 ** (at * pace));
      let product = 1;
      // The factors fall below any number within some hundred steps; from then on the product is 0.
      for (let at = 1; at <= step && product > 0; at++) product *= momentum(at);
      const [now, next] = [momentum(step), momentum(step + 1)];
      return {
        ofGradient: (1 - now) / (1 - product),
        ofMean: next / (1 - product * next),
        correction: 1 / (1 - beta2 ** step),
      };
    },
    emit(optimizer, variable, gradient, { learningRate, scalar }) {
      const { beta1, beta2, epsilon } = optimizer.settings;
      const [m, v] = optimizer.ownSlots(variable);
      const mean = movingMean(m, gradient, beta1);
      const meanSquare = movingMean(v, square(gradient), beta2);
      const ahead = add(mul(mean, scalar('ofMean')), mul(gradient, scalar('ofGradient')));
      const root = scaled(sqrt(mul(meanSquare, scalar('correction'))), 1, epsilon);
      subtractStep(variable, div(mul(ahead, learningRate), root), learningRate, optimizer.weightDecay);
    },
  },

  lion: {
    emit(optimizer, variable, gradient, { learningRate }) {
      const { beta1, beta2 } = optimizer.settings;
      const [m] = optimizer.ownSlots(variable);
      const direction = signOf(movedMean(m, gradient, beta1));
      movingMean(m, gradient, beta2);
      subtractStep(variable, mul(direction, learningRate), learningRate, optimizer.weightDecay);
    },
  },

  lamb: {
    /** Both means' biases. */
    scalars: ({ settings: { beta1, beta2 } }, step) => ({
      first: 1 / (1 - beta1 ** step),
      second: 1 / (1 - beta2 ** step),
    }),
    emit(optimizer, variable, gradient, { learningRate, scalar }) {
      const { weightDecay } = optimizer;
      const { beta1, beta2, epsilon } = optimizer.settings;
      const [m, v] = optimizer.ownSlots(variable);
      const mean = mul(movingMean(m, gradient, beta1), scalar('first'));
      const root = sqrt(mul(movingMean(v, square(gradient), beta2), scalar('second')));
      const update = div(mean, scaled(root, 1, epsilon));
      const sizes = [decayedWeight(variable, learningRate, weightDecay), update].map(norm);
      // Where either is 0, the step is Adam's.
      const both = mul(signOf(sizes[0]), signOf(sizes[1]));
      const ratio = div(sizes[0], clip(sizes[1], { min: 1e-37, max: Infinity }));
      const share = add(mul(both, ratio), scaled(both, -1, 1));
      subtractStep(variable, mul(update, mul(share, learningRate)), learningRate, weightDecay);
    },
  },
};
