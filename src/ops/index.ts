import type { Operator } from '../graph/index.js';
import * as operators from './allOperators.js';

export type { ClipAttributes } from './clip.js';
export type { Conv2dAttributes } from './conv2d.js';
export * from './evaluateNodes.js';
export type { LocalResponseNormalizationAttributes } from './localResponseNormalization.js';
export * from './allOperators.js';
export {
  coordinateModes,
  nearestRoundings,
  type CoordinateMode,
  type NearestRounding,
  type Resize2dAttributes,
} from './resize2d.js';
export { interpolations, type Interpolation, type UpSampling2dAttributes } from './upSampling2d.js';

/** Every operator, by its name. */
export { operators };

/** The name of an operator. */
export type OperatorName = keyof typeof operators;

/** The attributes of an operator, by its name. */
export type AttributesOf<K extends OperatorName> = (typeof operators)[K] extends Operator<infer A> ? A : never;
