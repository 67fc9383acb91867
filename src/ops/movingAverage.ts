import { defineOperator } from '../graph/index.js';
import { expectNumber } from '../tensor/check.js';
import { sizeOf } from '../tensor/index.js';
import { effectType } from './optimizerRules.js';
import { expectFloats, expectShape } from './rules.js';

/**
 * Moves a running statistic towards a new value, in place: variable = momentum · variable + (1 − momentum) · value (what
 * Keras's BatchNormalization keeps). variable, value: one shape → [0].
 */
export const movingAverage = defineOperator<{ readonly momentum: number }>({
  name: 'movingAverage',
  mutates: [0],
  infer([variable, value], { momentum }, name) {
    expectFloats([variable, value], name);
    expectShape(value, variable.shape, 'the value', name);
    expectNumber(name, 'momentum', momentum, { least: 0, below: 1 });
    return effectType;
  },
  flops: ([variable]) => 3 * sizeOf(variable.shape),
  reference([variable, value], { momentum }) {
    value.data.forEach((next, i) => (variable.data[i] = momentum * variable.data[i] + (1 - momentum) * next));
  },
});
