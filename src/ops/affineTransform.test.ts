import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { affineTransform, fillModes, type AffineTransformAttributes } from './affineTransform.js';
import { checkGradients } from './gradientCheck.js';
import { randomUniform } from './randomUniform.js';
import { sin } from './sin.js';
import { drawShape } from './gradientCheck.js';

/** Of testdata/affineTransform.py. */
const recorded = JSON.parse(readFileSync(new URL('testdata/affineTransform.json', import.meta.url), 'utf8')) as {
  readonly shape: readonly [number, number, number, number];
  readonly transforms: readonly number[];
  readonly cases: readonly (AffineTransformAttributes & { readonly y: readonly number[] })[];
};

describe('affineTransform', () => {
  const { shape, transforms, cases } = recorded;
  const size = shape.reduce((a, b) => a * b);
  const x = Array.from({ length: size }, (_, i) => ((i * i * 31 + i * 7) % 251) / 100 - 1);

  it.each(cases)('reads what Keras does with $fillMode and $interpolation', ({ y, ...attributes }) => {
    const pictures = valueOf(x, shape);
    const matrices = valueOf(transforms, [shape[0], 8]);
    const { data } = applyOperator(affineTransform, [pictures, matrices], attributes);
    expect(data).toHaveLength(y.length);
    y.forEach((value, i) => expect(Math.abs(data[i] - value)).toBeLessThan(1e-5));
  });

  it('leaves a picture as it is, and turns it around exactly', () => {
    const picture = valueOf([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
    const attributes = { interpolation: 'bilinear', fillMode: 'constant', fillValue: 0 } as const;
    const by = (...matrix: number[]): number[] => [
      ...applyOperator(affineTransform, [picture, valueOf(matrix, [1, 8])], attributes).data,
    ];
    expect(by(1, 0, 0, 0, 1, 0, 0, 0)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(by(-1, 0, 2, 0, -1, 1, 0, 0)).toEqual([6, 5, 4, 3, 2, 1]);
    // Nothing but what fills is infinitely far away.
    expect(by(1, 0, 0, 0, 1, 0, 0, -1)).toEqual([1, 2, 3, 0, 0, 0]);
  });

  it('has gradients by the pixels', () => {
    const drawn = fc
      .record({
        interpolation: fc.constantFrom('nearest', 'bilinear'),
        fillMode: fc.constantFrom(...fillModes),
        fillValue: fc.constantFrom(0, 0.5),
      })
      .map((attributes) => ({ shapes: [[2, 3, 4, 2] as const, [2, 8] as const], attributes }));
    checkGradients(affineTransform, drawn, { without: [1] });
  });
});

describe('sin', () => {
  it('has cosines as gradients', () => {
    checkGradients(
      sin,
      drawShape().map((shape) => ({ shapes: [shape], attributes: {} })),
    );
  });
});

describe('randomUniform', () => {
  const draw = (count: number, step: number, seed: number, minval = 0, maxval = 1): number[] => [
    ...applyOperator(randomUniform, [valueOf([step], [])], { shape: [count], minval, maxval, seed }, [0]).data,
  ];

  it('draws every part of its range as often, other numbers for another seed or step', () => {
    const values = draw(100_000, 3, 17, -1, 3);
    expect(Math.min(...values.slice(0, 10_000))).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...values.slice(0, 10_000))).toBeLessThan(3);
    for (let part = 0; part < 10; part++) {
      const share = values.filter((value) => Math.floor(((value + 1) / 4) * 10) === part).length / values.length;
      // Five standard errors.
      expect(Math.abs(share - 0.1)).toBeLessThan(0.0048);
    }
    expect(draw(5, 3, 17)).toEqual(draw(5, 3, 17));
    expect(draw(5, 3, 17)).not.toEqual(draw(5, 4, 17));
    expect(draw(5, 3, 17)).not.toEqual(draw(5, 3, 18));
  });

  it('refuses ranges the wrong way around', () => {
    expect(() => draw(2, 1, 0, 1, 0)).toThrow('randomUniform: maxval must be a number from 1; received 0');
  });
});
