import { expect } from 'vitest';
import { GraphBuilder, type Graph, type Node } from '../../graph/index.js';
import { add, affine, argMax, mul, reshape } from '../../ops/allOperators.js';
import { StriateError } from '../../tensor/index.js';
import type { Feeds, Program } from '../contract.js';
import type { ContractTests } from './tests.js';

/** y = 2x + 1. */
function line(size: number): Graph {
  const graph = new GraphBuilder('line');
  graph.output('y', affine(graph.input('x', [size]), { scale: 2, offset: 1 }));
  return graph.finish();
}

/** Wrong feeds may be refused at the call or by the promise. */
async function refused(program: Program, feeds: Record<string, unknown>): Promise<Error> {
  return (async () => program.run(feeds as Feeds))().then(
    () => {
      throw new Error('the feeds were accepted');
    },
    (error: unknown) => error as Error,
  );
}

export const programTests: ContractTests = {
  async 'a program runs many times'(engine) {
    const program = engine.compile(line(5));
    for (let i = 0; i < 200; i++) {
      const { y } = await program.run({ x: new Float32Array(5).fill(i) });
      expect([...y.data]).toEqual(new Array(5).fill(2 * i + 1));
    }
  },

  async 'feeds may be changed as soon as the run is over'(engine) {
    const program = engine.compile(line(3));
    const x = new Float32Array(3);
    const results: number[] = [];
    for (let i = 0; i < 5; i++) {
      x.fill(i);
      results.push((await program.run({ x })).y.data[2]);
    }
    expect(results).toEqual([1, 3, 5, 7, 9]);
  },

  async 'bytes are widened to the element type'(engine) {
    const graph = new GraphBuilder('bytes');
    const pixels = graph.input('pixels', [2, 3]);
    graph.output('scaled', affine(pixels, { scale: 1 / 4, offset: 0 }));
    graph.output('labels', reshape(graph.input('labels', [4], 'int32'), { shape: [2, 2] }));
    const program = engine.compile(graph.finish());
    const { scaled, labels } = await program.run({
      pixels: Uint8Array.of(0, 1, 2, 128, 254, 255),
      labels: Uint8Array.of(0, 9, 128, 255),
    });
    expect([...scaled.data]).toEqual([0, 0.25, 0.5, 32, 63.5, 63.75]);
    expect([...labels.data]).toEqual([0, 9, 128, 255]);
  },

  async 'outputs have the type of their node'(engine) {
    const graph = new GraphBuilder('types');
    const x = graph.input('x', [2, 3]);
    graph.output('place', argMax(x));
    graph.output('x', x);
    const { place, x: same } = await engine.compile(graph.finish()).run({ x: Float32Array.of(1, 5, 2, 9, 0, 3) });
    expect(place.dtype).toBe('int32');
    expect(place.data).toBeInstanceOf(Int32Array);
    expect([place.shape, [...place.data]]).toEqual([[2], [1, 0]]);
    expect(same.data).toBeInstanceOf(Float32Array);
    expect([same.shape, [...same.data]]).toEqual([
      [2, 3],
      [1, 5, 2, 9, 0, 3],
    ]);
  },

  async 'whole numbers stay exact beyond 24 bits'(engine) {
    const graph = new GraphBuilder('labels');
    graph.output('y', reshape(graph.input('x', [3], 'int32'), { shape: [3, 1] }));
    const numbers = [2 ** 31 - 1, -(2 ** 31), 2 ** 24 + 1];
    const { y } = await engine.compile(graph.finish()).run({ x: Int32Array.from(numbers) });
    expect([...y.data]).toEqual(numbers);
  },

  async 'outputs are copies'(engine) {
    const program = engine.compile(line(4));
    const first = await program.run({ x: new Float32Array(4) });
    const second = await program.run({ x: new Float32Array(4).fill(3) });
    second.y.data.fill(-1);
    const third = await program.run({ x: new Float32Array(4).fill(5) });
    expect([...first.y.data, ...third.y.data]).toEqual([1, 1, 1, 1, 11, 11, 11, 11]);
  },

  async 'one value may be several outputs; inputs, constants and what lies between may be outputs too'(engine) {
    const graph = new GraphBuilder('outputs');
    const x = graph.input('x', [2]);
    const between = affine(x, { scale: 3, offset: 0 });
    const last = add(between, 1);
    const named: Record<string, Node> = {
      x,
      between,
      last,
      again: last,
      constant: graph.constant(Float32Array.of(7, 8), [2]),
    };
    for (const [name, node] of Object.entries(named)) graph.output(name, node);
    const program = engine.compile(graph.finish());
    await program.run({ x: Float32Array.of(5, 6) });
    const outputs = await program.run({ x: Float32Array.of(1, 2) });
    expect(Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, [...data]]))).toEqual({
      x: [1, 2],
      between: [3, 6],
      last: [4, 7],
      again: [4, 7],
      constant: [7, 8],
    });
  },

  async 'an input that nothing uses must still be fed'(engine) {
    const graph = new GraphBuilder('unused');
    graph.input('unused', [2]);
    graph.output('y', mul(graph.input('x', [1]), 2));
    const program = engine.compile(graph.finish());
    expect((await program.run({ x: Float32Array.of(4), unused: new Float32Array(2) })).y.data[0]).toBe(8);
    expect(await refused(program, { x: Float32Array.of(4) })).toBeInstanceOf(StriateError);
  },

  async 'wrong feeds are refused by name, and the program goes on'(engine) {
    const program = engine.compile(line(4));
    const wrong: [feeds: Record<string, unknown>, message: RegExp][] = [
      [{}, /'x'.*received nothing/],
      [{ x: new Float32Array(3) }, /'x'.*received 3/],
      [{ x: new Int32Array(4) }, /'x'.*received an? Int32Array/],
      [{ x: new Float32Array(4), y: new Float32Array(4) }, /'y'/],
    ];
    for (const [feeds, message] of wrong) {
      const error = await refused(program, feeds);
      expect(error).toBeInstanceOf(StriateError);
      expect(error.message).toMatch(message);
    }
    expect([...(await program.run({ x: new Float32Array(4) })).y.data]).toEqual([1, 1, 1, 1]);
  },

  async 'the same run gives the same bits'(engine) {
    const graph = new GraphBuilder('bits');
    const x = graph.input('x', [40_003]);
    graph.output('y', mul(affine(x, { scale: 1 / 3, offset: 0.1 }), x));
    const program = engine.compile(graph.finish());
    const feed = Float32Array.from({ length: 40_003 }, (_, i) => Math.sin(i));
    const [first, second] = [await program.run({ x: feed }), await program.run({ x: feed })];
    expect(first.y.data).toEqual(second.y.data);
  },

  async 'a disposed program is refused; others go on'(engine) {
    const [gone, stays] = [engine.compile(line(3)), engine.compile(line(3))];
    await gone.run({ x: new Float32Array(3) });
    gone.dispose();
    gone.dispose();
    expect(await refused(gone, { x: new Float32Array(3) })).toBeInstanceOf(StriateError);
    expect((await stays.run({ x: new Float32Array(3) })).y.data[0]).toBe(1);
  },

  async 'compiling and disposing again and again keeps the memory'(engine) {
    const once = async (): Promise<void> => {
      const program = engine.compile(line(100_000));
      await program.run({ x: new Float32Array(100_000) });
      program.dispose();
    };
    for (let i = 0; i < 5; i++) await once();
    const before = engine.describe().memory;
    for (let i = 0; i < 50; i++) await once();
    expect(engine.describe().memory).toBe(before);
  },

  async 'running again and again keeps the memory'(engine) {
    const program = engine.compile(line(1000));
    const x = new Float32Array(1000);
    await program.run({ x });
    const before = engine.describe().memory;
    for (let i = 0; i < 300; i++) await program.run({ x });
    expect(engine.describe().memory).toBe(before);
  },

  async 'an engine describes itself'(engine) {
    const { name, threads, memory, simd } = engine.describe();
    expect(name).toBe(engine.name);
    expect(['relaxed-simd', 'simd', 'none']).toContain(simd);
    expect(threads).toBeGreaterThanOrEqual(1);
    expect(memory).toBeGreaterThanOrEqual(0);
  },

  async 'a closed engine refuses to run; another goes on'(engine, open) {
    const other = await open();
    const program = other.compile(line(3));
    await program.run({ x: new Float32Array(3) });
    await other.close();
    expect(await refused(program, { x: new Float32Array(3) })).toBeInstanceOf(StriateError);
    expect((await engine.compile(line(3)).run({ x: new Float32Array(3) })).y.data[0]).toBe(1);
  },
};
