import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWasmEngine } from '../../src/engine/wasm/engine.js';
import type * as Node from '../../src/platform/platform.node.js';
import type { Thread } from '../../src/platform/platform.js';
import { GraphBuilder, operators, StriateError, type Engine, type Graph } from '../../src/index.js';

/** The threads that engines have started, so that a test can end one as the system might. */
const threads = vi.hoisted(() => ({ started: [] as Thread[] }));
vi.mock('#platform', async (actual) => {
  const platform = await actual<typeof Node>();
  const startThread: typeof platform.startThread = (...args) => {
    const thread = platform.startThread(...args);
    threads.started.push(thread);
    return thread;
  };
  return { ...platform, startThread };
});

/** y = x · x: seconds of work for a few thousand rows. */
function squareGraph(size: number): Graph {
  const graph = new GraphBuilder('square');
  const x = graph.input('x', [size, size]);
  graph.output('y', graph.add(operators.matmul, [x, x], { transposeA: false, transposeB: false }));
  return graph.finish();
}

/** Inputs of these sizes, in MiB, and their first numbers added up. */
function wideGraph(...megabytes: readonly number[]): Graph {
  const graph = new GraphBuilder('wide');
  megabytes.forEach((size, i) => {
    const x = graph.input(`x${i}`, [size, 2 ** 18]);
    graph.output(`y${i}`, graph.add(operators.slice, [x], { begin: [0, 0], size: [1, 1] }));
  });
  return graph.finish();
}

let engine: Engine;
beforeEach(async () => {
  threads.started.length = 0;
  engine = await createWasmEngine({ threads: 2 });
});
afterEach(() => engine.close());

describe('a thread that ends', () => {
  it.each([0, 1])('makes pending and later runs fail instead of hanging (thread %i)', async (victim) => {
    const size = 1536;
    const program = engine.compile(squareGraph(size));
    const feeds = { x: new Float32Array(size * size) };
    await program.run(feeds);
    const runs = [program.run(feeds), program.run(feeds)].map((run) =>
      run.then(
        () => 'done',
        (error: unknown) => (error as Error).message,
      ),
    );
    // In the middle of the first run.
    await new Promise((resolve) => setTimeout(resolve, 5));
    await threads.started[victim].stop();
    const [first, second] = await Promise.all(runs);
    expect(first).toMatch(/wasm engine: a worker failed: its thread ended/);
    expect(second).toBe(first);
    await expect(program.run(feeds)).rejects.toThrow(first);
  });

  it('is noticed between runs, too', async () => {
    const program = engine.compile(squareGraph(8));
    const feeds = { x: new Float32Array(64) };
    await program.run(feeds);
    await threads.started[1].stop();
    await expect(program.run(feeds)).rejects.toThrow(/its thread ended/);
  });
});

describe('closing', () => {
  it('rejects what is pending with a message that says so', async () => {
    const size = 1536;
    const program = engine.compile(squareGraph(size));
    const running = expect(program.run({ x: new Float32Array(size * size) })).rejects.toThrow(
      'wasm engine: it was closed',
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    await engine.close();
    await running;
  });
});

describe('memory beyond 4 GiB', () => {
  it('is refused before it is asked of the system, in a message that says what to do', () => {
    const before = engine.describe().memory;
    const compile = (): unknown => engine.compile(wideGraph(4200));
    expect(compile).toThrow(StriateError);
    expect(compile).toThrow(
      /program 'wide', working memory, would take the engine to 4\.1\d GiB; .* use a smaller batch/,
    );
    expect(engine.describe().memory).toBe(before);
  });

  it('leaves nothing behind: what fitted before fits again', async () => {
    const compile = (): unknown => engine.compile(wideGraph(64, 4200));
    expect(compile).toThrow(StriateError);
    const { memory } = engine.describe();
    for (let i = 0; i < 5; i++) expect(compile).toThrow(StriateError);
    expect(engine.describe().memory).toBe(memory);
    const program = engine.compile(squareGraph(8));
    const { y } = await program.run({ x: new Float32Array(64).fill(1) });
    expect(y.data[0]).toBe(8);
  });
});
