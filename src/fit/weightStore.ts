import type { OptionKinds } from '../tensor/acceptedOptions.js';
import type { Engine, Feeds, Program } from '../engine/contract.js';
import { shareEngine, type EngineShare } from '../engine/sharedEngines.js';
import type { Graph, Variable } from '../graph/index.js';
import type { Layer } from '../layers/layer.js';
import { EngineMemoryError } from '../tensor/error.js';
import { formatShape, StriateError } from '../tensor/index.js';

/** What a model is computed with. */
export interface EngineChoice {
  /** An engine, which you close, or the name of one, which models of the process share; 'wasm' by default. */
  readonly engine?: Engine | string;
  /** Threads of an engine given by name; by default as many as the machine has cores. */
  readonly threads?: number;
  /** Where an engine opened by name finds its files, if not beside the script: '/striate/', a CDN's address. */
  readonly assets?: string | URL;
}

/** The kinds of these options. */
export const engineChoiceKinds = {
  engine: 'string or object',
  threads: 'number',
  assets: 'string or object',
} as const satisfies OptionKinds<EngineChoice>;

/** What options say about the engine; undefined where they say nothing. */
export function engineChoiceIn({ engine, threads, assets }: EngineChoice): EngineChoice | undefined {
  if (engine === undefined && threads === undefined && assets === undefined) return undefined;
  return { engine, threads, assets };
}

/**
 * Knows where the current value of every variable is: in the engine once a program uses it, here before that. Models
 * that share layers share their store, and so their weights.
 */
export class WeightStore {
  /** Changes when the engine does: programs of an older generation are void. */
  generation = 0;
  private choice: EngineChoice = {};
  private opening: Promise<Engine> | undefined;
  private leaving: Promise<Engine> | undefined;
  private departure: Promise<void> | undefined;
  /** The part in an engine that others use, too; undefined where the user opened it. */
  private share: EngineShare | undefined;
  /** Whether the engine that others share had no room. */
  private crowded = false;
  /** Settles when the compilations asked for so far are done: one must not see another's variables half moved. */
  private compiling: Promise<unknown> = Promise.resolve();
  private readonly programs = new Set<StoredProgram>();
  private readonly resident = new Set<Variable>();
  private readonly waiting = new Map<Variable, Float32Array>();

  /** Chooses the engine; values move to it when it is next used. */
  configure(choice: EngineChoice): void {
    const now = this.choice;
    if (choice.engine === now.engine && choice.threads === now.threads && choice.assets === now.assets) return;
    this.choice = choice;
    this.move();
  }

  /** The engine, opened where necessary. */
  async engine(): Promise<Engine> {
    this.opening ??= this.open();
    try {
      return await this.opening;
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }

  /**
   * Compiles a graph; variables that have values here take them along. Where the engine that models share has no room left,
   * all of the store moves to another.
   */
  compile(graph: Graph): Promise<Program> {
    const turn = this.compiling.then(async () => {
      try {
        return await this.compileHere(graph);
      } catch (error) {
        // Alone there is no more room anywhere.
        if (!(error instanceof EngineMemoryError) || !this.share || this.share.alone) throw error;
        this.crowded = true;
        this.move();
        return this.compileHere(graph);
      }
    });
    this.compiling = turn.catch(() => undefined);
    return turn;
  }

  private async compileHere(graph: Graph): Promise<Program> {
    const engine = await this.engine();
    const added = graph.nodes.flatMap((node) =>
      node.kind === 'variable' && !this.resident.has(node.variable) ? [node.variable] : [],
    );
    const moving = added.map(async (variable) => {
      this.resident.add(variable);
      const value = this.waiting.get(variable);
      if (value) await engine.write(variable, value);
    });
    try {
      // Before the program sees them, so that no starting values are made for them.
      for (const moved of await Promise.allSettled(moving)) if (moved.status === 'rejected') throw moved.reason;
      const program = new StoredProgram(engine.compile(graph), this.programs);
      this.programs.add(program);
      for (const variable of added) this.waiting.delete(variable);
      return program;
    } catch (error) {
      // Without room for them, values stay here.
      for (const variable of added) this.resident.delete(variable);
      engine.release(added);
      throw error;
    }
  }

  /** A copy of a variable's current value; with `into`, of as many numbers as it takes, from the given one on. */
  async read(variable: Variable, into?: Float32Array, from = 0): Promise<Float32Array> {
    const engine = this.opening ?? this.leaving;
    if (this.resident.has(variable) && engine) return (await engine).read(variable, into, from);
    let value = this.waiting.get(variable);
    if (!into) return value ? value.slice() : variable.initialize();
    // The other parts will be asked for, too: starting values are drawn once.
    if (!value) this.waiting.set(variable, (value = variable.initialize()));
    into.set(value.subarray(from, from + into.length));
    return into;
  }

  /** Replaces a variable's current value. */
  async write(variable: Variable, value: Float32Array): Promise<void> {
    if (value.length !== variable.size) {
      throw new StriateError({
        where: `weight '${variable.name}'`,
        rule: `has shape ${formatShape(variable.shape)}, ${variable.size} numbers`,
        received: value.length,
      });
    }
    const engine = this.opening ?? this.leaving;
    if (this.resident.has(variable) && engine) await (await engine).write(variable, value);
    else this.waiting.set(variable, value.slice());
  }

  /** Forgets variables, such as a former optimizer's. */
  async release(variables: Iterable<Variable>): Promise<void> {
    const known = [...variables].filter((variable) => this.resident.delete(variable) || this.waiting.delete(variable));
    const engine = this.opening ?? this.leaving;
    if (engine && known.length) (await engine).release(known);
  }

  /** Takes every value back and leaves the engine, which ends with its last model; using the model again opens one. */
  async close(): Promise<void> {
    this.move();
    await this.leave();
  }

  /** Values leave the engine before another is used. */
  private move(): void {
    this.leaving = this.opening ?? this.leaving;
    this.opening = undefined;
    this.generation++;
  }

  private async open(): Promise<Engine> {
    const { engine, threads, assets } = this.choice;
    await this.leave();
    if (typeof engine === 'object') return engine;
    this.share = await shareEngine(engine ?? 'wasm', this, { threads, assets, fresh: this.crowded });
    this.crowded = false;
    return this.share.engine;
  }

  private leave(): Promise<void> {
    this.departure ??= this.depart().finally(() => (this.departure = undefined));
    return this.departure;
  }

  private async depart(): Promise<void> {
    if (!this.leaving) return;
    const engine = await this.leaving;
    for (const variable of this.resident) this.waiting.set(variable, await engine.read(variable));
    // Programs of all models over these weights: what they name is about to be somebody else's memory.
    for (const program of this.programs) program.dispose();
    engine.release(this.resident);
    this.resident.clear();
    this.leaving = undefined;
    const { share } = this;
    this.share = undefined;
    await share?.end();
  }
}

/** A program of a store's engine, known to the store until it is disposed of. */
class StoredProgram implements Program {
  constructor(
    private readonly program: Program,
    private readonly among: Set<StoredProgram>,
  ) {}

  run(feeds: Feeds): ReturnType<Program['run']> {
    return this.program.run(feeds);
  }

  dispose(): void {
    this.among.delete(this);
    this.program.dispose();
  }
}

/** Which store holds a layer's weights: what is shared follows the layers, not the models. */
const homes = new WeakMap<Layer, WeightStore>();

/**
 * The store of these layers' weights: a new one, or that of the model they were part of before.
 *
 * @throws StriateError when they come from models with different stores.
 */
export function storeOf(layers: Iterable<Layer>, fallback = new WeightStore()): WeightStore {
  const all = [...layers];
  const found = new Set(all.map((layer) => homes.get(layer)).filter((store) => store !== undefined));
  if (found.size > 1) {
    throw new StriateError({
      where: 'model',
      rule: 'its layers come from several models that do not share their weights',
      advice: 'build the parts into one model, or copy weights with getWeights and setWeights',
    });
  }
  const [store = fallback] = found;
  for (const layer of all) {
    homes.set(layer, store);
    layer.liveIn(store);
  }
  return store;
}
