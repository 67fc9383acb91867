import type { Random } from '../../tensor/index.js';

/** A number from Beta(alpha, alpha): x / (x + y) for two numbers from Gamma(alpha). */
export function randomBeta(alpha: number, random: Random): number {
  const x = logGamma(alpha, random);
  const y = logGamma(alpha, random);
  // In logarithms: for a small alpha, both gammas may be too small for a number.
  return 1 / (1 + Math.exp(y - x));
}

/** The logarithm of a number from Gamma(alpha, 1), after Marsaglia & Tsang (2000). */
function logGamma(alpha: number, random: Random): number {
  if (alpha < 1) return logGamma(alpha + 1, random) + Math.log(1 - random.uniform()) / alpha;
  const d = alpha - 1 / 3;
  for (;;) {
    const normal = random.normal();
    const root = 1 + normal / Math.sqrt(9 * d);
    if (root <= 0) continue;
    const v = root ** 3;
    if (Math.log(1 - random.uniform()) < 0.5 * normal * normal + d * (1 - v + Math.log(v))) return Math.log(d * v);
  }
}
