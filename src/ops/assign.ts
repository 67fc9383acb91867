import { defineOperator } from '../graph/index.js';
import { effectType } from './optimizerRules.js';
import { expectFloats, expectShape } from './rules.js';

/** Gives a variable a new value, in place. variable, value: one shape → [0]. */
export const assign = defineOperator<object>({
  name: 'assign',
  mutates: [0],
  infer([variable, value], _, name) {
    expectFloats([variable, value], name);
    expectShape(value, variable.shape, 'the value', name);
    return effectType;
  },
  flops: () => 0,
  reference([variable, value]) {
    variable.data.set(value.data);
  },
});
