import { expect, it } from 'vitest';
import { Random, Tensor } from '../tensor/index.js';
import { classSeparation } from './classSeparation.js';

/** 30 vectors of two classes whose means lie so far apart, of noise with deviation 1. */
function vectors(distance: number, scale = 1): { x: Tensor<'float32'>; y: Int32Array } {
  const random = new Random([2]);
  const y = Int32Array.from({ length: 30 }, (_, i) => i % 2);
  const data = Float32Array.from(
    { length: 30 * 5 },
    (_, i) => scale * (10 + random.normal() + (i % 5 === y[Math.floor(i / 5)] ? distance : 0)),
  );
  return { x: new Tensor('float32', [30, 5], data), y };
}

it('explains more the farther apart classes lie, whatever the scale, and errors add up to what it does not explain', () => {
  const [near, far] = [vectors(1), vectors(20)].map(({ x, y }) => classSeparation(x, y));
  expect(far.accuracy).toBe(1);
  expect(far.explained).toBeGreaterThan(0.9);
  expect(near.explained).toBeLessThan(far.explained);
  expect(1 - near.errors.reduce((a, b) => a + b, 0)).toBeCloseTo(near.explained, 10);
  const large = vectors(1, 100);
  expect(classSeparation(large.x, large.y).explained).toBeCloseTo(near.explained, 4);
});

it('gives what leaving out each vector and fitting anew gives', () => {
  const { x, y } = vectors(3);
  const { errors } = classSeparation(x, y);
  // The same kernel regression for one vector, by hand: targets and products are centred over all, as in the closed form.
  const rows = Array.from({ length: 30 }, (_, i) => Array.from(x.data.subarray(5 * i, 5 * i + 5)));
  const units = rows.map((row) => row.map((value) => value / Math.hypot(...row)));
  const mean = units[0].map((_, d) => units.reduce((sum, row) => sum + row[d], 0) / 30);
  const centred = units.map((row) => row.map((value, d) => value - mean[d]));
  const variance = centred.flat().reduce((sum, value) => sum + value * value, 0) / 30;
  const left = 7;
  const others = Array.from({ length: 30 }, (_, i) => i).filter((i) => i !== left);
  // Weights w of ridge regression by gradient descent on |Xw − t|² + |w|².
  const features = centred.map((row) => row.map((value) => value / Math.sqrt(variance)));
  const target = Array.from(y, (label) => (label === 1 ? 0.5 : -0.5));
  const w = [0, 0, 0, 0, 0];
  for (let step = 0; step < 20_000; step++) {
    const gradient = [...w];
    for (const i of others) {
      const residual = features[i].reduce((sum, value, d) => sum + value * w[d], 0) - target[i];
      features[i].forEach((value, d) => (gradient[d] += residual * value));
    }
    gradient.forEach((value, d) => (w[d] -= 0.01 * value));
  }
  const residual = target[left] - features[left].reduce((sum, value, d) => sum + value * w[d], 0);
  // Two classes have the same error with opposite signs; the variance of the targets is 30 · 2 / 4.
  expect(errors[left]).toBeCloseTo((2 * residual * residual) / 15, 6);
});

it('explains nothing where numbers are not finite, and refuses a single class', () => {
  const { x, y } = vectors(3);
  x.data[3] = Infinity;
  expect(classSeparation(x, y)).toMatchObject({ explained: -Infinity, accuracy: 0 });
  expect(() => classSeparation(x, new Int32Array(30))).toThrow(/at least two classes; received 1/);
});
