import { isWhole } from '../../tensor/check.js';
import { StriateError, type Random } from '../../tensor/index.js';
import { aboutCentre, compose, identity, rotation, translation, type Affine, type Frame } from './affineMatrix.js';
import type { ColourPass } from './colourPass.js';
import { number } from './optionChecks.js';
import type { RandAugmentOptions } from './augmentationOptions.js';
import type { StepKind } from './augmentationStep.js';

/** A drawn operation: a part of the geometry, or a change of colour. */
export type RandAugmentStep =
  | { readonly name: string; readonly matrix: Affine }
  | { readonly name: string; readonly colour: (pass: ColourPass) => void };

interface Operation {
  /** The largest amount, in the operation's own units. */
  readonly most: (frame: Frame) => number;
  /** Whether the amount may be negative. */
  readonly signed?: boolean;
  readonly matrix?: (amount: number, frame: Frame) => Affine;
  readonly colour?: (amount: number) => (pass: ColourPass) => void;
}

/** The largest shift as a fraction of the side: AutoAugment allowed 150 pixels of 331. */
const furthest = 150 / 331;

const factor = (apply: (pass: ColourPass, value: number) => void): Operation => ({
  most: () => 0.9,
  signed: true,
  colour: (amount) => (pass) => apply(pass, 1 + amount),
});

/** torchvision's fourteen operations with the ranges of its RandAugment. */
const operations: Readonly<Record<string, Operation>> = {
  identity: { most: () => 0 },
  // Sheared about the picture's corner.
  shearX: { most: () => 0.3, signed: true, matrix: (amount) => [1, 0, 0, amount, 1, 0.5 * amount] },
  shearY: { most: () => 0.3, signed: true, matrix: (amount) => [1, amount, 0.5 * amount, 0, 1, 0] },
  translateX: {
    most: ({ width }) => furthest * width,
    signed: true,
    matrix: (amount) => translation(0, -Math.trunc(amount)),
  },
  translateY: {
    most: ({ height }) => furthest * height,
    signed: true,
    matrix: (amount) => translation(-Math.trunc(amount), 0),
  },
  rotate: { most: () => 30, signed: true, matrix: (amount, frame) => aboutCentre(rotation(-amount), frame) },
  brightness: factor((pass, value) => pass.brightness(value)),
  color: factor((pass, value) => pass.saturation(value)),
  contrast: factor((pass, value) => pass.contrast(value)),
  sharpness: factor((pass, value) => pass.sharpness(value)),
  posterize: { most: () => 4, colour: (amount) => (pass) => pass.posterize(8 - Math.round(amount)) },
  solarize: { most: () => 255, colour: (amount) => (pass) => pass.solarize(255 - amount) },
  autoContrast: { most: () => 0, colour: () => (pass) => pass.autoContrast() },
  equalize: { most: () => 0, colour: () => (pass) => pass.equalize() },
};

/** The names of the operations, in the order that draws refer to. */
const randAugmentOperations: readonly string[] = Object.keys(operations);

/** One operation with an amount, for tables and tests. */
export function randAugmentStep(name: string, amount: number, frame: Frame): RandAugmentStep | undefined {
  const { matrix, colour } = operations[name];
  if (matrix) return { name, matrix: matrix(amount, frame) };
  return colour && { name, colour: colour(amount) };
}

/** Draws n operations; those that change nothing are left out. */
function drawRandAugment(options: RandAugmentOptions, frame: Frame, random: Random): RandAugmentStep[] {
  const { n = 2, magnitude = 9, bins = 31 } = options;
  const steps: RandAugmentStep[] = [];
  for (let k = 0; k < n; k++) {
    const name = randAugmentOperations[random.integer(randAugmentOperations.length)];
    const { most, signed = false } = operations[name];
    const amount = (most(frame) * magnitude) / (bins - 1);
    const step = randAugmentStep(name, signed && random.integer(2) === 1 ? -amount : amount, frame);
    if (step) steps.push(step);
  }
  return steps;
}

/** RandAugment: its changes of geometry first, in one matrix, then those of colour. */
export const randAugment: StepKind<RandAugmentOptions> = {
  checks: {
    n: number(0, 100, 'a number of operations'),
    magnitude: number(0, Infinity, 'at least 0'),
    bins: number(2, Infinity, 'at least 2'),
  },
  check(where, options) {
    const { bins = 31, magnitude = 9, n = 2 } = options;
    if (magnitude < bins && [bins, magnitude, n].every((value) => isWhole(value))) return;
    throw new StriateError({
      where,
      rule: `n, magnitude and bins must be whole numbers, and magnitude below bins (${bins})`,
      received: JSON.stringify(options),
    });
  },
  draw(options, frame, _, random) {
    const steps = drawRandAugment(options, frame, random);
    const colours = steps.flatMap((step) => ('colour' in step ? [step.colour] : []));
    return {
      matrix: compose(identity, ...steps.flatMap((step) => ('matrix' in step ? [step.matrix] : []))),
      colours: colours.length > 0 ? (pass) => colours.forEach((colour) => colour(pass)) : undefined,
    };
  },
};
