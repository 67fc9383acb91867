import { expect } from 'vitest';
import { GraphBuilder, Variable, type Graph, type Node } from '../../graph/index.js';
import { add, affine, assign, reduceSum, reshape, sgd } from '../../ops/allOperators.js';
import { StriateError } from '../../tensor/index.js';
import type { ContractTests } from './tests.js';

const vector = (...values: number[]): Variable =>
  new Variable('vector', [values.length], 'weight', () => Float32Array.from(values));

/** y = the variable after nothing else, then variable += x. */
function accumulate(variable: Variable): Graph {
  const graph = new GraphBuilder('accumulate');
  const v = graph.variable(variable);
  const sum = add(v, graph.input('x', variable.shape));
  graph.output('sum', sum);
  assign(v, sum);
  return graph.finish();
}

/** y = f(variable). */
function show(variable: Variable, f: (graph: GraphBuilder, v: Node) => Node = (_, v) => v): Graph {
  const graph = new GraphBuilder('show');
  graph.output('y', f(graph, graph.variable(variable)));
  return graph.finish();
}

export const variableTests: ContractTests = {
  async 'a variable starts with its initial value, asked for once'(engine) {
    let calls = 0;
    const variable = new Variable('v', [3], 'weight', () => {
      calls++;
      return Float32Array.of(1, 2, 3);
    });
    const programs = [engine.compile(show(variable)), engine.compile(show(variable))];
    for (const program of programs) expect([...(await program.run({})).y.data]).toEqual([1, 2, 3]);
    expect([...(await engine.read(variable))]).toEqual([1, 2, 3]);
    expect(calls).toBe(1);
  },

  async 'a variable can be read and written before a program names it'(engine) {
    const [read, written] = [vector(1, 2), vector(3, 4)];
    expect([...(await engine.read(read))]).toEqual([1, 2]);
    await engine.write(written, Float32Array.of(5, 6));
    expect([...(await engine.compile(show(written)).run({})).y.data]).toEqual([5, 6]);
  },

  async 'write replaces what programs see, and copies'(engine) {
    const variable = vector(1, 2, 3, 4, 5);
    const program = engine.compile(show(variable, (_, v) => affine(v, { scale: 2, offset: 0 })));
    const value = Float32Array.of(10, 20, 30, 40, 50);
    await engine.write(variable, value);
    value.fill(0);
    expect([...(await program.run({})).y.data]).toEqual([20, 40, 60, 80, 100]);
  },

  async 'read gives a copy'(engine) {
    const variable = vector(1, 2);
    const first = await engine.read(variable);
    first.fill(9);
    expect([...(await engine.read(variable))]).toEqual([1, 2]);
    const second = await engine.read(variable);
    await engine.write(variable, Float32Array.of(7, 8));
    expect([...second]).toEqual([1, 2]);
  },

  async 'a value of another size is refused by name'(engine) {
    const variable = vector(1, 2);
    const write = async (): Promise<void> => engine.write(variable, new Float32Array(3));
    await expect(write()).rejects.toThrow(StriateError);
    await expect(write()).rejects.toThrow(/'vector'.*received 3/s);
    expect([...(await engine.read(variable))]).toEqual([1, 2]);
  },

  async 'two programs share a variable'(engine) {
    const variable = vector(0, 0, 0);
    const [train, look] = [engine.compile(accumulate(variable)), engine.compile(show(variable))];
    await train.run({ x: Float32Array.of(1, 2, 3) });
    await train.run({ x: Float32Array.of(1, 2, 3) });
    expect([...(await look.run({})).y.data]).toEqual([2, 4, 6]);
    train.dispose();
    expect([...(await look.run({})).y.data]).toEqual([2, 4, 6]);
  },

  async 'a released variable begins anew'(engine) {
    const variable = vector(0, 0);
    const program = engine.compile(accumulate(variable));
    await program.run({ x: Float32Array.of(1, 1) });
    program.dispose();
    engine.release([variable, vector(1)]);
    expect([...(await engine.read(variable))]).toEqual([0, 0]);
  },

  async 'runs, reads and writes keep the order of the calls'(engine) {
    const variable = vector(0);
    const program = engine.compile(accumulate(variable));
    const runs: Promise<unknown>[] = [];
    for (let i = 1; i <= 20; i++) runs.push(program.run({ x: Float32Array.of(i) }).then(({ sum }) => sum.data[0]));
    const between = engine.read(variable);
    const written = engine.write(variable, Float32Array.of(1000));
    runs.push(program.run({ x: Float32Array.of(1) }).then(({ sum }) => sum.data[0]));
    expect(await Promise.all(runs)).toEqual([...Array.from({ length: 20 }, (_, i) => ((i + 1) * (i + 2)) / 2), 1001]);
    expect((await between)[0]).toBe(210);
    await written;
  },

  async 'a run computes with the values from before its effects'(engine) {
    const variable = vector(1, 2, 3, 4);
    const graph = new GraphBuilder('before');
    const v = graph.variable(variable);
    assign(v, graph.input('x', [4]));
    graph.output('itself', v);
    graph.output('doubled', affine(v, { scale: 2, offset: 0 }));
    graph.output('reshaped', reshape(v, { shape: [2, 2] }));
    graph.output('sum', reduceSum(v, { axes: [0], keepDims: false }));
    const { itself, doubled, reshaped, sum } = await engine
      .compile(graph.finish())
      .run({ x: new Float32Array(4).fill(9) });
    expect([itself, doubled, reshaped, sum].map(({ data }) => [...data])).toEqual([
      [1, 2, 3, 4],
      [2, 4, 6, 8],
      [1, 2, 3, 4],
      [10],
    ]);
    expect([...(await engine.read(variable))]).toEqual([9, 9, 9, 9]);
  },

  async 'effects run in the order in which they were added'(engine) {
    const variable = vector(1, 1, 1);
    const graph = new GraphBuilder('effects');
    const v = graph.variable(variable);
    sgd(v, graph.input('gradient', [3]), 0.5, { weightDecay: 0 });
    assign(v, graph.input('x', [3]));
    sgd(v, graph.input('gradient', [3]), 0.25, { weightDecay: 0 });
    const program = engine.compile(graph.finish());
    await program.run({ gradient: Float32Array.of(4, 8, 12), x: Float32Array.of(10, 20, 30) });
    expect([...(await engine.read(variable))]).toEqual([9, 18, 27]);
  },
};
