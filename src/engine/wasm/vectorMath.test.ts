import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder, type Node } from '../../graph/index.js';
import { operators } from '../../ops/index.js';
import type { Engine } from '../contract.js';
import { createWasmEngine } from './wasmEngine.js';

const size = 1 << 18;
const smallestNormal = 2 ** -126;

/** The distance between neighbouring float32 numbers around x. */
function ulp(x: number): number {
  const bits = new Int32Array(Float32Array.of(Math.abs(x)).buffer)[0];
  return 2 ** (Math.max(bits >> 23, 1) - 150);
}

const zeros = (graph: GraphBuilder): Node => graph.constant(new Float32Array(size), [size]);

/** A function as the engine has it, its float64 value, the range to cover, and the greatest error in ulp. */
interface Case {
  readonly build: (graph: GraphBuilder, x: Node) => Node;
  readonly exact: (x: number) => number;
  readonly range: readonly [number, number];
  /** Applied to the range's points, where they are not to be evenly spaced. */
  readonly spread?: (x: number) => number;
  readonly error: number;
}

const cases: Record<string, Case> = {
  exp: { build: (_, x) => operators.exp(x), exact: Math.exp, range: [-100, 90], error: 1 },
  log: { build: (_, x) => operators.log(x), exact: Math.log, range: [0.1, 5], error: 1 },
  'log of tiny and huge numbers': {
    build: (_, x) => operators.log(x),
    exact: Math.log,
    range: [-103, 88.7],
    spread: Math.exp,
    error: 1,
  },
  sigmoid: {
    build: (_, x) => operators.sigmoid(x),
    exact: (x) => 1 / (1 + Math.exp(-x)),
    range: [-100, 100],
    error: 3,
  },
  tanh: { build: (_, x) => operators.tanh(x), exact: Math.tanh, range: [-12, 12], error: 2 },
  'tanh near 0': { build: (_, x) => operators.tanh(x), exact: Math.tanh, range: [-1e-3, 1e-3], error: 1 },
  'log(1 + exp(−|x|))': {
    build: (g, x) => operators.sigmoidCrossentropy(x, zeros(g)),
    exact: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    range: [-100, 100],
    error: 2,
  },
};

describe.each(['relaxed', 'plain'] as const)('vector functions, %s SIMD', (simd) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createWasmEngine({ simd, sharedMemory: false });
  });
  afterAll(() => engine.close());

  const evaluate = async (build: Case['build'], xs: Float32Array): Promise<ArrayLike<number>> => {
    const graph = new GraphBuilder('function');
    graph.output('y', build(graph, graph.input('x', [xs.length])));
    const program = engine.compile(graph.finish());
    const { y } = await program.run({ x: xs });
    program.dispose();
    return y.data;
  };

  test.each(Object.entries(cases))('%s', async (_, { build, exact, range: [low, high], spread = (x) => x, error }) => {
    const xs = Float32Array.from({ length: size }, (_, i) => spread(low + ((high - low) * i) / size));
    const ys = await evaluate(build, xs);
    let worst = 0;
    let at = NaN;
    for (let i = 0; i < size; i++) {
      const expected = exact(xs[i]);
      const rounded = Math.fround(expected);
      if (!Number.isFinite(rounded)) expect(ys[i]).toBe(rounded);
      // Results that are not normal numbers may be 0.
      else if (Math.abs(rounded) < smallestNormal) expect(Math.abs(ys[i])).toBeLessThanOrEqual(smallestNormal);
      else if (!(Math.abs(ys[i] - expected) / ulp(rounded) <= worst)) {
        worst = Math.abs(ys[i] - expected) / ulp(rounded);
        at = xs[i];
      }
    }
    expect(worst, `ulp of error at ${at}`).toBeLessThanOrEqual(error);
  });

  test('infinities and NaN', async () => {
    const special = Float32Array.of(-Infinity, Infinity, NaN, 0, -0, -1, 2 ** -149, 3.4028234663852886e38);
    const of = async (name: 'exp' | 'log' | 'sigmoid' | 'tanh'): Promise<number[]> =>
      Array.from(await evaluate((_, x) => operators[name](x), special));
    const subnormal = Math.fround(Math.log(2 ** -149));
    expect((await of('exp')).slice(0, 5)).toEqual([0, Infinity, NaN, 1, 1]);
    expect((await of('exp')).at(-1)).toBe(Infinity);
    const logarithms = await of('log');
    expect(logarithms.slice(0, 6)).toEqual([NaN, Infinity, NaN, -Infinity, -Infinity, NaN]);
    expect(logarithms[6]).toBeCloseTo(subnormal, 4);
    expect(logarithms[7]).toBeCloseTo(Math.log(3.4028234663852886e38), 4);
    expect((await of('sigmoid')).slice(0, 5)).toEqual([0, 1, NaN, 0.5, 0.5]);
    expect((await of('tanh')).slice(0, 4)).toEqual([-1, 1, NaN, 0]);
  });
});
