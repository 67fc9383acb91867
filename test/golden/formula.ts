import type { Shape } from '../../src/index.js';

/** A hash of 32 bits that depends on every bit of x. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** FNV-1a of a name's bytes. */
function hash(name: string): number {
  return new TextEncoder().encode(name).reduce((state, byte) => Math.imul(state ^ byte, 0x01000193), 0x811c9dc5);
}

/** Numbers from 0 to 1 that follow from a name, each changed by `change`. */
export function uniform(name: string, count: number, change: (u: number) => number): Float32Array {
  const start = hash(name);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = change(mix((start + Math.imul(i, 0x9e3779b9)) >>> 0) / 2 ** 32);
  return values;
}

/** The reference formula's values of a tensor, by its name in PyTorch and its shape there. */
export function formulaWeights(name: string, shape: Shape): Float32Array {
  const count = shape.reduce((a, b) => a * b, 1);
  if (shape.length >= 2) {
    const limit = Math.sqrt(6 / (count / shape[0]));
    return uniform(name, count, (u) => (2 * u - 1) * limit);
  }
  if (name.endsWith('running_mean')) return uniform(name, count, (u) => 0.2 * (2 * u - 1));
  if (name.endsWith('running_var')) return uniform(name, count, (u) => 1 + 0.5 * u);
  if (name.endsWith('bias')) return uniform(name, count, (u) => 0.1 * (2 * u - 1));
  return uniform(name, count, (u) => 1 + 0.2 * (2 * u - 1));
}

/** The reference formula's picture, in NHWC. */
export function formulaInput([, channels, height, width]: readonly number[]): Float32Array {
  const planes = uniform('input', channels * height * width, (u) => 2 * u - 1);
  const area = height * width;
  return planes.map((_, i) => planes[(i % channels) * area + Math.floor(i / channels)]);
}
