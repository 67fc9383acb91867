import type { Type } from '../graph/index.js';
import { sizeOf } from '../tensor/index.js';
import { expectDtype, expectShape } from './rules.js';

/** What every optimizer operator takes. */
export interface WeightDecayAttributes {
  /** Decoupled (Loshchilov & Hutter 2019): variable −= learningRate · weightDecay · variable, before all else; 0 for none. */
  readonly weightDecay: number;
}

/** The output of an operator that runs for its effect: nothing. */
export const effectType: Type = { shape: [0], dtype: 'float32' };

/** One input of an optimizer operator: of the variable's shape, or a scalar. */
export type OptimizerInput = readonly [label: string, kind: 'slot' | 'scalar' | 'step'];

/**
 * Checks an optimizer's inputs (the variable, its gradient and slots, all of one shape; the learning rate, a scalar; the
 * step, an int32 scalar) and gives the output's type.
 */
export function optimizerType(inputs: readonly Type[], rest: readonly OptimizerInput[], name: string): Type {
  const [variable, ...others] = inputs;
  expectDtype(variable, 'float32', 'the variable', name);
  rest.forEach(([label, kind], i) => {
    expectDtype(others[i], kind === 'step' ? 'int32' : 'float32', label, name);
    expectShape(others[i], kind === 'slot' ? variable.shape : [], label, name);
  });
  return effectType;
}

/** Floating-point operations of an update that does `each` per element, weight decay excluded. */
export function optimizerFlops(variable: Type, each: number, { weightDecay }: WeightDecayAttributes): number {
  return (each + (weightDecay === 0 ? 0 : 2)) * sizeOf(variable.shape);
}

/** The decoupled weight decay, in place. */
export function decayWeights(variable: Float64Array, learningRate: number, weightDecay: number): void {
  if (weightDecay === 0) return;
  for (let i = 0; i < variable.length; i++) variable[i] -= learningRate * weightDecay * variable[i];
}
