import type { Graph, Variable } from '../../graph/index.js';
import { formatShape, StriateError } from '../../tensor/index.js';
import type { Engine, EngineDescription, Program } from '../contract.js';
import { ReferenceProgram } from './referenceProgram.js';

/**
 * The engine that runs the operators' own reference implementations in float64: slow, obviously right, and what every
 * other engine is tested against. It computes on the calling thread, which it blocks.
 *
 * @example
 * const engine = await createReferenceEngine();
 * const { y } = await engine.compile(graph).run({ x: Float32Array.of(1, 2) });
 */
export function createReferenceEngine(): Promise<Engine> {
  return Promise.resolve(new ReferenceEngine());
}

class ReferenceEngine implements Engine {
  readonly name = 'reference';
  /** Not keeping the variables: what nothing refers to any more is collected. */
  private values = new WeakMap<Variable, Float64Array>();
  private readonly collected = new FinalizationRegistry<number>((bytes) => (this.memory -= bytes));
  private memory = 0;
  private queue: Promise<unknown> = Promise.resolve();
  private closed = false;

  get failed(): boolean {
    return this.closed;
  }

  describe(): EngineDescription {
    return { name: this.name, simd: 'none', threads: 1, sharedMemory: false, memory: this.memory };
  }

  compile(graph: Graph): Program {
    this.assertOpen();
    for (const node of graph.nodes) if (node.kind === 'variable') this.valueOf(node.variable);
    return new ReferenceProgram(graph, {
      valueOf: (variable) => this.valueOf(variable),
      enqueue: (task) => this.enqueue(task),
    });
  }

  read(variable: Variable, into?: Float32Array, from = 0): Promise<Float32Array> {
    return this.enqueue(() => {
      const value = this.valueOf(variable);
      if (!into) return Float32Array.from(value);
      into.set(value.subarray(from, from + into.length));
      return into;
    });
  }

  write(variable: Variable, value: Float32Array): Promise<void> {
    expectSize(variable, value, 'the new value');
    const copy = value.slice();
    return this.enqueue(() => this.valueOf(variable).set(copy));
  }

  release(variables: Iterable<Variable>): void {
    for (const variable of variables) {
      this.memory -= this.values.get(variable)?.byteLength ?? 0;
      this.values.delete(variable);
      this.collected.unregister(variable);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.queue;
    this.values = new WeakMap();
    this.memory = 0;
  }

  /** A variable's float64 value, which effects change in place; made on first sight. */
  private valueOf(variable: Variable): Float64Array {
    let value = this.values.get(variable);
    if (!value) {
      const initial = variable.initialize();
      expectSize(variable, initial, 'the starting value');
      value = Float64Array.from(initial);
      this.values.set(variable, value);
      this.memory += value.byteLength;
      this.collected.register(variable, value.byteLength, variable);
    }
    return value;
  }

  /** Carries out tasks one after another, in the order of the calls. */
  private enqueue<T>(task: () => T): Promise<T> {
    const refused = this.closed;
    const turn = this.queue.then(() => {
      if (refused) this.assertOpen();
      return task();
    });
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private assertOpen(): void {
    if (this.closed)
      throw new StriateError({ where: 'reference engine', rule: 'it was closed', advice: 'open another one' });
  }
}

function expectSize(variable: Variable, value: Float32Array, what: string): void {
  if (value.length === variable.size) return;
  throw new StriateError({
    where: `variable '${variable.name}'`,
    rule: `${what} must hold ${variable.size} numbers for shape ${formatShape(variable.shape)}`,
    received: value.length,
  });
}
