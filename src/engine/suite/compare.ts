import type { Value } from '../../graph/index.js';
import { stridesOf, type Shape } from '../../tensor/index.js';
import type { Tolerance } from '../cases/case.js';

/**
 * Throws, naming the first wrong element, unless an engine's numbers agree with the reference's.
 *
 * @param magnitude for sums, the sums of the terms' absolute values
 */
export function compare(
  what: string,
  given: ArrayLike<number>,
  expected: Value,
  tolerance: Tolerance,
  magnitude?: Value,
): void {
  if (given.length !== expected.data.length) {
    throw new Error(`${what}: has ${given.length} elements; the reference has ${expected.data.length}`);
  }
  const { relative = 0, ofLargest = 0, absolute = 0 } = tolerance;
  const scale = (magnitude ?? expected).data.reduce(
    (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
    0,
  );
  const wrong: number[] = [];
  const allowed = (i: number): number => relative * Math.abs(expected.data[i]) + ofLargest * scale + absolute;
  for (let i = 0; i < given.length; i++) {
    // What float32 cannot hold, an engine need not either: beyond its range it is infinite.
    const target = Math.fround(expected.data[i]);
    if (Object.is(given[i], target) || given[i] === target) continue;
    if (!(Math.abs(given[i] - expected.data[i]) <= allowed(i))) wrong.push(i);
  }
  if (wrong.length === 0) return;
  const [first] = wrong;
  throw new Error(
    `${what}: element ${first} ${indexOf(first, expected.shape)} is ${given[first]}; the reference gives ` +
      `${expected.data[first]} (they may differ by ${allowed(first).toExponential(1)}: ${tolerance.reason}); ` +
      `${wrong.length} of ${given.length} elements are wrong, the last at ${indexOf(wrong[wrong.length - 1], expected.shape)}`,
  );
}

function indexOf(position: number, shape: Shape): string {
  return `[${stridesOf(shape)
    .map((stride, axis) => Math.floor(position / stride) % shape[axis])
    .join(', ')}]`;
}
