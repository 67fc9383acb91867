import type { Graph, InputNode, Variable } from '../../graph/index.js';
import { StriateError, Tensor } from '../../tensor/index.js';
import type { Feeds, Program } from '../contract.js';
import { checkFeeds } from '../feeds.js';
import type { Arena } from './arena.js';
import { changedVariables } from './fixedValues.js';
import { foldBatchNormalization } from './foldBatchNormalization.js';
import { lowerGraph, type LoweredGraph, type LoweringOptions } from './lowerGraph.js';
import { planMemory } from './memoryPlan.js';
import { blockOf, Block, type Argument, type KernelName } from './step.js';

/** What a program needs of its engine. */
export interface ProgramHost extends LoweringOptions {
  readonly arena: Arena;
  /** What tables call a kernel; throws where no kernel has that name. */
  kernelPlace(name: KernelName): number;
  /** The address of a variable's value; allocated on first sight. */
  place(variable: Variable): number;
  /** A region of at least so many bytes that programs use one after another, `what` for; given back as blocks are. */
  scratch(bytes: number, what: string): number;
  /** Gives a program's blocks and regions back when nothing refers to it any more, */
  keep(program: object, addresses: readonly number[]): void;
  /** or now, that is behind the runs under way. */
  drop(program: object, addresses: readonly number[]): void;
  /** Grows whenever the value of one of these variables may have changed. */
  versionOf(variables: Iterable<Variable>): number;
  /**
   * Runs programs, one after another, after the runs before them; the functions see memory at their turn.
   *
   * @param before copies inputs in and gives the programs' addresses
   * @param changes variables that have other values afterwards
   */
  run<T>(before: () => readonly number[], after: () => T, changes: Iterable<Variable>): Promise<T>;
}

/** A compiled graph in the arena. */
export class WasmProgram implements Program {
  private readonly lowered: LoweredGraph;
  /** The blocks and regions to be given back. */
  private readonly owned: number[] = [];
  private readonly addresses = new Map<Block, number>();
  private readonly table: number;
  /** What follows alone from weights that the program does not change, and the version that it was last made from. */
  private readonly preparation: number | undefined;
  private readonly changes: ReadonlySet<Variable>;
  private preparedFor = -1;
  private readonly inputNodes: readonly InputNode[];
  private disposed = false;

  constructor(
    private readonly graph: Graph,
    private readonly host: ProgramHost,
  ) {
    this.lowered = lowerGraph(foldBatchNormalization(graph), host);
    this.changes = changedVariables(graph);
    this.inputNodes = [...this.lowered.inputs.values()].map(({ node }) => node);
    const { preparation, stages, inputs, outputs, constants, variables } = this.lowered;
    try {
      for (const [variable, block] of variables) this.addresses.set(block, host.place(variable));
      for (const { block } of [...constants, ...outputs.values()]) this.pin(block);
      for (const argument of [...preparation, ...stages].flat().flatMap((step) => step.args)) {
        const block = blockOf(argument);
        if (block?.pinned) this.pin(block);
      }
      // Inputs are copied in before the preparation runs.
      const fed = [...inputs.values()].map(({ block }) => block);
      const plan = planMemory([...preparation, ...stages], fed);
      const scratch = host.scratch(plan.bytes, `program '${graph.name}', working memory,`);
      this.owned.push(scratch);
      for (const [block, offset] of plan.offsets) this.addresses.set(block, scratch + offset);
      for (const { data, block } of constants) this.view(block, data).set(data);
      this.preparation = preparation.length > 0 ? this.writeTable(preparation) : undefined;
      this.table = this.writeTable(stages);
      host.keep(this, this.owned);
    } catch (error) {
      // A program that does not fit must not keep out one that does.
      this.dispose();
      throw error;
    }
  }

  run(feeds: Feeds): Promise<Record<string, Tensor>> {
    if (this.disposed) throw new StriateError({ where: `program '${this.graph.name}'`, rule: 'it was disposed' });
    checkFeeds(this.graph.name, this.inputNodes, feeds);
    return this.host.run(
      () => {
        for (const [name, { node, block }] of this.lowered.inputs)
          this.typedView(block, node.type.dtype).set(feeds[name]);
        return this.tables();
      },
      () => this.collect(),
      this.changes,
    );
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.host.drop(this, this.owned);
  }

  /** What has to run now: the preparation too, where weights have changed since it ran last. */
  private tables(): readonly number[] {
    if (this.preparation === undefined) return [this.table];
    const version = this.host.versionOf(this.lowered.fixedVariables);
    if (this.preparedFor === version) return [this.table];
    this.preparedFor = version;
    return [this.preparation, this.table];
  }

  private collect(): Record<string, Tensor> {
    const results: Record<string, Tensor> = {};
    for (const [name, { node, block }] of this.lowered.outputs) {
      const { shape, dtype } = node.type;
      results[name] =
        dtype === 'float32'
          ? new Tensor(dtype, shape, this.view(block, new Float32Array()).slice() as Float32Array)
          : new Tensor(dtype, shape, this.view(block, new Int32Array()).slice() as Int32Array);
    }
    return results;
  }

  private typedView(block: Block, dtype: 'float32' | 'int32'): Float32Array | Int32Array {
    return this.view(block, dtype === 'float32' ? new Float32Array() : new Int32Array());
  }

  /** The block's numbers in memory, as the kind of array that `like` is. */
  private view(block: Block, like: Float32Array | Int32Array): Float32Array | Int32Array {
    const address = this.addresses.get(block)!;
    const { buffer } = this.host.arena.memory;
    return like instanceof Float32Array
      ? new Float32Array(buffer, address, block.bytes / 4)
      : new Int32Array(buffer, address, block.bytes / 4);
  }

  private pin(block: Block): void {
    if (this.addresses.has(block)) return;
    const address = this.host.arena.allocate(block.bytes, `program '${this.graph.name}', ${block.label},`);
    this.owned.push(address);
    this.addresses.set(block, address);
  }

  /** Writes the arguments of every step and the list of stages, in the form `visitStages` reads. */
  private writeTable(stages: LoweredGraph['stages']): number {
    const argumentWords = stages.flat().reduce((sum, step) => sum + step.args.length, 0);
    const tableWords = stages.reduce((sum, steps) => sum + 2 + 3 * steps.length, 1);
    const address = this.host.arena.allocate(4 * (argumentWords + tableWords), `program '${this.graph.name}'`);
    this.owned.push(address);
    const ints = new Int32Array(this.host.arena.memory.buffer, address, argumentWords + tableWords);
    const floats = new Float32Array(ints.buffer, address, argumentWords + tableWords);
    let at = tableWords;
    let row = 0;
    for (const steps of stages) {
      let tiles = 0;
      const head = row;
      ints[head] = steps.length;
      row += 2;
      for (const step of steps) {
        ints.set([this.host.kernelPlace(step.kernel), address + 4 * at, tiles], row);
        row += 3;
        tiles += step.tiles;
        for (const argument of step.args) this.writeArgument(argument, ints, floats, at++);
      }
      ints[head + 1] = tiles;
    }
    ints[row] = 0;
    return address;
  }

  private writeArgument(argument: Argument, ints: Int32Array, floats: Float32Array, at: number): void {
    if (typeof argument === 'number') ints[at] = argument;
    else if ('float' in argument) floats[at] = argument.float;
    else {
      const block = blockOf(argument)!;
      const offset = argument instanceof Block ? 0 : argument.offset;
      ints[at] = this.addresses.get(block)! + offset;
    }
  }
}
