import { expect, it } from 'vitest';
import { distanceCurve } from './distanceCurve.js';

// scipy.optimize.curve_fit(lambda x, a, b: 1 / (1 + a * x ** (2 * b)), x, wanted), as umap-learn calls it.
it.each([
  [0.1, 1, 1.57694346, 0.89506088],
  [0.001, 1, 1.9290734, 0.79150453],
  [0.5, 1, 0.58303002, 1.33416699],
  [0.1, 2, 0.54466054, 0.84205543],
  [0, 1, 1.9328084, 0.79049497],
  [0.99, 1, 0.1193053, 1.91639042],
  [0.1, 0.5, 5.06930933, 1.00300542],
])('of minDist %d and spread %d is what SciPy finds', (minDist, spread, a, b) => {
  const found = distanceCurve(minDist, spread);
  expect(found.a).toBeCloseTo(a, 5);
  expect(found.b).toBeCloseTo(b, 5);
});
