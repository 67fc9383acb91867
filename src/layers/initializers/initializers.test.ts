import { describe, expect, it } from 'vitest';
import { Random, sizeOf, type Shape } from '../../tensor/index.js';
import type { Initializer } from './initializer.js';
import { fansOf, initializers, resolveInitializer, type InitializerOption } from './index.js';

function draw(option: InitializerOption, shape: Shape, seed = 1): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  resolveInitializer(option, 'test').fill(values, shape, new Random(seed));
  return values;
}

function moments(values: Float32Array): { mean: number; deviation: number; largest: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance), largest: values.reduce((a, b) => Math.max(a, Math.abs(b)), 0) };
}

describe('fans', () => {
  it.each([
    [[], 1, 1],
    [[7], 7, 7],
    [[784, 10], 784, 10],
    [[3, 3, 16, 32], 144, 288],
    [[5, 1, 2, 4], 10, 20],
  ])('of %j', (shape, fanIn, fanOut) => {
    expect(fansOf(shape)).toEqual({ fanIn, fanOut });
  });
});

describe('variance scaling', () => {
  const shape = [3, 3, 64, 128];
  const [fanIn, fanOut] = [576, 1152];
  const average = (fanIn + fanOut) / 2;

  // 73,728 draws: the sample deviation is right within 1 %, about four of its own deviations.
  it.each([
    ['glorotUniform', 1 / average, Math.sqrt(3)],
    ['glorotNormal', 1 / average, 2 / 0.87962566],
    ['heUniform', 2 / fanIn, Math.sqrt(3)],
    ['heNormal', 2 / fanIn, 2 / 0.87962566],
    ['lecunUniform', 1 / fanIn, Math.sqrt(3)],
    ['lecunNormal', 1 / fanIn, 2 / 0.87962566],
  ] as const)('%s has the variance and the limit of its formula', (name, variance, limit) => {
    const { mean, deviation, largest } = moments(draw(name, shape));
    const expected = Math.sqrt(variance);
    expect(Math.abs(mean)).toBeLessThan(0.02 * expected);
    expect(deviation / expected).toBeGreaterThan(0.99);
    expect(deviation / expected).toBeLessThan(1.01);
    expect(largest).toBeLessThanOrEqual(limit * expected * (1 + 1e-6));
    expect(largest).toBeGreaterThan(0.99 * limit * expected);
  });

  it.each([
    [{ scale: 3, mode: 'fanOut', distribution: 'uniform' }, 3 / fanOut],
    [{ scale: 3, mode: 'fanAvg', distribution: 'untruncatedNormal' }, 3 / average],
    [{}, 1 / fanIn],
  ] as const)('takes %j', (options, variance) => {
    const { deviation } = moments(draw(initializers.varianceScaling(options), shape));
    expect(deviation / Math.sqrt(variance)).toBeGreaterThan(0.99);
    expect(deviation / Math.sqrt(variance)).toBeLessThan(1.01);
  });

  it('refuses unknown words', () => {
    expect(() => initializers.varianceScaling({ mode: 'fan_in' as 'fanIn' })).toThrow(
      /mode must be one of fanIn, fanOut, fanAvg; received 'fan_in'/,
    );
    expect(() => initializers.varianceScaling({ scale: 0 })).toThrow(/scale must be a number above 0; received 0/);
  });
});

describe('plain initializers', () => {
  it('fill with one value', () => {
    expect([...draw('zeros', [2])]).toEqual([0, 0]);
    expect([...draw('ones', [2])]).toEqual([1, 1]);
    expect([...draw(initializers.constant({ value: 0.5 }), [2])]).toEqual([0.5, 0.5]);
  });

  it('draw from the distributions they name', () => {
    const n = [50000];
    const normal = moments(draw(initializers.randomNormal({ mean: 1, stddev: 0.5 }), n));
    expect(normal.mean).toBeCloseTo(1, 1);
    expect(normal.deviation).toBeCloseTo(0.5, 1);
    expect(normal.largest).toBeGreaterThan(2.2);
    expect(moments(draw('randomNormal', n)).deviation).toBeCloseTo(0.05, 2);
    const uniform = draw(initializers.randomUniform({ minval: 2, maxval: 3 }), n);
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...uniform)).toBeLessThanOrEqual(3);
    expect(moments(uniform).deviation).toBeCloseTo(Math.sqrt(1 / 12), 2);
    expect(moments(draw('randomUniform', n)).largest).toBeLessThanOrEqual(0.05 * (1 + 1e-6));
    const cut = moments(draw('truncatedNormal', n));
    expect(cut.largest).toBeLessThanOrEqual(0.1 * (1 + 1e-6));
    expect(cut.deviation).toBeCloseTo(0.05 * 0.8796, 3);
  });

  it('refuse impossible options', () => {
    expect(() => initializers.randomNormal({ stddev: -1 })).toThrow(
      /randomNormal: stddev must be a number from 0; received -1/,
    );
    expect(() => initializers.randomUniform({ minval: NaN })).toThrow(/minval must be a finite number; received NaN/);
    expect(() => initializers.constant({ value: Infinity })).toThrow(/received Infinity/);
  });
});

describe('orthogonal', () => {
  it.each([[[3, 3, 4, 8]], [[2, 2, 2, 20]], [[16, 16]]])('gives orthonormal columns or rows for %j', (shape) => {
    const values = draw(initializers.orthogonal({ gain: 2 }), shape);
    const columns = shape[shape.length - 1];
    const rows = values.length / columns;
    const tall = rows >= columns;
    const element = (i: number, k: number): number => (tall ? values[k * columns + i] : values[i * columns + k]);
    for (let i = 0; i < Math.min(rows, columns); i++) {
      for (let j = 0; j <= i; j++) {
        let product = 0;
        for (let k = 0; k < Math.max(rows, columns); k++) product += element(i, k) * element(j, k);
        // The matrix is stored in float32.
        expect(product).toBeCloseTo(i === j ? 4 : 0, 5);
      }
    }
  });

  it('wants a matrix', () => {
    expect(() => draw('orthogonal', [3])).toThrow(/orthogonal: needs a weight with at least two axes; received \[3\]/);
  });
});

describe('names and seeds', () => {
  it('are found as names, class names, saved forms and objects', () => {
    const forms: InitializerOption[] = [
      'heNormal',
      'HeNormal' as 'heNormal',
      { className: 'HeNormal', config: {} },
      initializers.heNormal(),
    ];
    const [first, ...others] = forms.map((form) => draw(form, [4, 4]));
    for (const other of others) expect(other).toEqual(first);
  });

  it('come back from their configurations, each of them', () => {
    for (const make of Object.values(initializers) as (() => Initializer)[]) {
      const { className, ...initializer } = make();
      const saved = { className, config: initializer.config() };
      const again = resolveInitializer(saved, 'test');
      expect({ className: again.className, config: again.config() }).toEqual(saved);
      expect(draw(again, [4, 4])).toEqual(draw(make(), [4, 4]));
    }
  });

  it('draw the same numbers from the same stream, and from a seed of their own whatever the stream', () => {
    expect(draw('glorotUniform', [8, 8], 1)).toEqual(draw('glorotUniform', [8, 8], 1));
    expect(draw('glorotUniform', [8, 8], 1)).not.toEqual(draw('glorotUniform', [8, 8], 2));
    const own = initializers.glorotUniform({ seed: 5 });
    expect(own.config()).toEqual({ seed: 5 });
    expect(draw(own, [8, 8], 1)).toEqual(draw(own, [8, 8], 2));
  });

  it('are listed after a typo', () => {
    expect(() => resolveInitializer('he_normal' as 'heNormal', "dense 'd'")).toThrow(
      /dense 'd': no initializer of that name; received 'he_normal'; write heNormal; use one of zeros, ones, .*orthogonal/,
    );
    expect(() => resolveInitializer(7 as never, 'dense')).toThrow(/dense: no initializer of that name; received 7/);
  });
});
