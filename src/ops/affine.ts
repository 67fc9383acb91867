import { defineOperator, type Node, type OperatorFunction, type Type } from '../graph/index.js';
import { expectNumbers } from '../tensor/check.js';
import { sizeOf } from '../tensor/index.js';
import { inferUnary, mapUnary } from './elementwise.js';

/** The two numbers of an affine map. */
export interface AffineAttributes {
  readonly scale: number;
  readonly offset: number;
}

/** x · scale + offset, element by element. x: any shape → the same shape. */
export const affine: OperatorFunction<AffineAttributes> = defineOperator<AffineAttributes>({
  name: 'affine',
  scores: 'passes',
  infer(inputs, attributes, name): Type {
    const { scale, offset } = attributes;
    expectNumbers(name, { scale, offset });
    return inferUnary(inputs, attributes, name);
  },
  flops: ([x], { offset }) => (offset === 0 ? 1 : 2) * sizeOf(x.shape),
  gradient: ({ attributes, gradient }) => [
    attributes.scale === 1 ? gradient : affine(gradient, { scale: attributes.scale, offset: 0 }),
  ],
  reference: mapUnary((x, { scale, offset }) => x * scale + offset),
});

/** scale · x + offset, as formulas write it. */
export const scaled = (x: Node, scale: number, offset = 0): Node => affine(x, { scale, offset });
