import type { Engine, Program } from '../engine/contract.js';
import { openEngine } from '../engine/engines.js';
import type { Graph, Variable } from '../graph/index.js';
import type { Layer } from '../layers/layer.js';
import { formatShape, StriateError } from '../tensor/index.js';

/** What a model is computed with. */
export interface EngineChoice {
  /** An engine, which you close, or the name of one, which the model opens and closes; 'wasm' by default. */
  readonly engine?: Engine | string;
  /** Threads of an engine opened by name; by default as many as the machine has cores. */
  readonly threads?: number;
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
  private owned = false;
  private readonly resident = new Set<Variable>();
  private readonly waiting = new Map<Variable, Float32Array>();

  /** Chooses the engine; values move to it when it is next used. */
  configure(choice: EngineChoice): void {
    if (choice.engine === this.choice.engine && choice.threads === this.choice.threads) return;
    this.choice = choice;
    this.leaving = this.opening ?? this.leaving;
    this.opening = undefined;
    this.generation++;
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

  /** Compiles a graph; variables that have values here take them along. */
  async compile(graph: Graph): Promise<Program> {
    const engine = await this.engine();
    const moving: Promise<void>[] = [];
    for (const node of graph.nodes) {
      if (node.kind !== 'variable' || this.resident.has(node.variable)) continue;
      this.resident.add(node.variable);
      const value = this.waiting.get(node.variable);
      this.waiting.delete(node.variable);
      if (value) moving.push(engine.write(node.variable, value));
    }
    // Before the program sees them, so that no starting values are made for them.
    await Promise.all(moving);
    return engine.compile(graph);
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

  /** Takes every value back and closes the engine, if the store opened it; using the model again opens a new one. */
  async close(): Promise<void> {
    this.leaving = this.opening ?? this.leaving;
    this.opening = undefined;
    this.generation++;
    await this.leave();
  }

  private async open(): Promise<Engine> {
    const { engine, threads } = this.choice;
    await this.leave();
    if (typeof engine === 'object') {
      this.owned = false;
      return engine;
    }
    const opened = await openEngine(engine ?? 'wasm', { threads });
    this.owned = true;
    return opened;
  }

  private async leave(): Promise<void> {
    if (!this.leaving) return;
    const engine = await this.leaving;
    for (const variable of this.resident) this.waiting.set(variable, await engine.read(variable));
    if (this.owned) await engine.close();
    else engine.release(this.resident);
    this.resident.clear();
    this.leaving = undefined;
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
  for (const layer of all) homes.set(layer, store);
  return store;
}
