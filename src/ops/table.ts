import { conv2d } from './conv2d.js';
import { conv2dFilterGradient } from './conv2dFilterGradient.js';
import { conv2dInputGradient } from './conv2dInputGradient.js';
import { relu, reluGradient } from './relu.js';

/** Every operator there is. An engine that leaves one out does not compile. */
export const operators = {
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  relu,
  reluGradient,
} as const;

/** The name of an operator in the table. */
export type OperatorName = keyof typeof operators;
