import { defineOperator } from '../graph/index.js';
import { expectWhole } from '../tensor/check.js';
import { expectDtype } from './rules.js';

/**
 * 1 at each label's place along a new last axis, else 0; a label outside 0 … depth − 1 gives zeros alone, as in TensorFlow.
 * labels: int32 [...] → float32 [..., depth].
 */
export const oneHot = defineOperator<{ readonly depth: number }>({
  name: 'oneHot',
  infer([labels], { depth }, name) {
    expectDtype(labels, 'int32', 'labels', name);
    expectWhole(name, 'depth', depth);
    return { shape: [...labels.shape, depth], dtype: 'float32' };
  },
  flops: () => 0,
  reference([labels], { depth }, y) {
    labels.data.forEach((label, row) => {
      if (label >= 0 && label < depth) y.data[row * depth + label] = 1;
    });
  },
});
