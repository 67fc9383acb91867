import { describe, expect, it } from 'vitest';
import { defineOperator } from '../graph/index.js';
import { operators } from './index.js';
import { referenceOf } from './references.js';

describe('reference implementations', () => {
  it('are there for every operator, in its own file or beside it', () => {
    const own = Object.values(operators);
    expect(own.filter(({ reference }) => reference === 'beside').length).toBeGreaterThan(0);
    for (const operator of own) expect(referenceOf(operator as never)).toBeTypeOf('function');
  });

  it("are an operator's own where it is called like one of Striate's", () => {
    const reference = (): undefined => undefined;
    const mine = defineOperator<object>({ name: 'conv2d', infer: ([x]) => x, reference });
    expect(referenceOf(mine)).toBe(reference);
  });

  it('are asked for where an operator of your own has none', () => {
    const without = defineOperator<object>({ name: 'twice', infer: ([x]) => x, reference: 'beside' });
    expect(() => referenceOf(without)).toThrow(
      /operator 'twice': it must have a reference implementation.*write reference\(/s,
    );
  });
});
