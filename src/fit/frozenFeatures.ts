import { GraphBuilder, type Node } from '../graph/index.js';
import type { Layer, SymbolicTensor } from '../layers/layer.js';
import { sizeOf, StriateError } from '../tensor/index.js';
import { feedNames, Executor } from './executor.js';
import type { DataPass } from '../data/dataSet.js';
import type { FeedArray } from './batchColumns.js';
import { firstOf, type Batch, type Examples } from './examples.js';
import { behind, upTo } from '../topology/featureSplit.js';
import type { Topology } from '../topology/topology.js';
import type { WeightStore } from './weightStore.js';

/** Bytes of features that are kept at most, for all data of a training together: when asked for, and of itself. */
const mostKept = 8e9;
const mostKeptUnasked = 1e9;

/**
 * Frozen layers at the beginning of a model, taken out of its training: they run once for each example, and training goes
 * on from what they gave, which is kept in memory as float32.
 */
export class FrozenFeatures {
  /** What is left to train: the layers behind the frozen ones, on their output. */
  readonly head: Executor;
  private readonly features: Executor;
  private readonly cuts: readonly SymbolicTensor[];
  private kept = 0;

  /**
   * @param views - how many changed versions of each example are kept, of data that change from epoch to epoch
   * @throws StriateError when no frozen layers stand between the inputs and everything else.
   */
  constructor(
    name: string,
    topology: Topology,
    store: WeightStore,
    private readonly views = 0,
  ) {
    this.cuts = frozenEnds(topology);
    if (this.cuts.length === 0) {
      throw new StriateError({
        where: 'fit',
        rule: `cacheFeatures needs frozen layers at the beginning of the model '${name}'`,
        advice: 'freeze them first, such as model.embedding.freeze(), or leave cacheFeatures out',
      });
    }
    this.features = new Executor(upTo(topology, ...this.cuts), store);
    this.head = new Executor(behind(topology, this.cuts), store);
  }

  /**
   * Examples of the whole model as examples of the head.
   *
   * @param varies - whether they change from epoch to epoch: then there are views of them
   */
  examples(whole: Examples, varies: boolean): Examples {
    const views = varies ? this.views : 0;
    const row = rowOf(this.cuts);
    this.kept += 4 * row * whole.size * Math.max(views, 1);
    if (this.kept > mostKept) {
      const many = views > 1 ? `${views} views of ` : '';
      throw new StriateError({
        where: 'fit',
        rule: `cacheFeatures would keep ${(this.kept / 1e9).toFixed(1)} GB of features, ${row} numbers for each of ${many}${whole.size} examples`,
        advice: 'freeze up to a smaller value (model.embedding.freeze()), or leave cacheFeatures out',
      });
    }
    return new FrozenExamples(whole, views, this.features, this.head.topology);
  }

  /** Gives back the programs. */
  forget(): void {
    this.features.forget();
    this.head.forget();
  }
}

const rowOf = (cuts: readonly SymbolicTensor[]): number => cuts.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/**
 * Whether features are worth keeping without being asked for: where frozen layers stand at the beginning of the model and
 * little memory is enough.
 *
 * @param examples how many there are of training and validation together, views counted
 */
export function worthKeeping(topology: Topology, examples: number): boolean {
  const cuts = frozenEnds(topology);
  return cuts.length > 0 && 4 * rowOf(cuts) * examples <= mostKeptUnasked;
}

/** What is known of one view of examples: by feed, a row for each. */
interface View {
  readonly known: Uint8Array;
  /** What frozen layers made of them, targets and weights; made with the first batch. */
  readonly feeds: Map<string, FeedArray>;
}

/** Examples whose input is what frozen layers make of them, computed when an example is first asked for. */
class FrozenExamples implements Examples {
  readonly size: number;
  readonly ahead: number;
  /** First the examples as they are, then the changed ones. */
  private readonly known: (View | undefined)[] = [];
  private readonly free: Batch[] = [];
  private readonly own: ReadonlySet<string>;
  /** The feeds of the head, with the numbers that each has of an example. */
  private readonly inputs: readonly (readonly [feed: string, row: number])[];
  /** How many examples go through the frozen layers at once. */
  private full = 0;

  constructor(
    private readonly whole: Examples,
    private readonly views: number,
    private readonly features: Executor,
    { inputs, inputNames }: Topology,
  ) {
    this.size = whole.size;
    this.ahead = whole.ahead ?? 1;
    this.own = new Set(features.topology.inputNames.map((name) => feedNames.input(name)));
    this.inputs = inputs.map(({ shape }, i) => [feedNames.input(inputNames[i]), sizeOf(shape)] as const);
  }

  allocate(count: number): Batch {
    const sample = this.whole.allocate(count);
    this.full = Math.max(this.full, count);
    const others = Object.entries(sample.feeds).filter(([name]) => !this.own.has(name));
    const inputs = this.inputs.map(([name, row]) => [name, new Float32Array(count * row)] as const);
    return { ...sample, feeds: { ...Object.fromEntries(others), ...Object.fromEntries(inputs) } };
  }

  async fill(indices: Int32Array, { feeds }: Batch, pass?: DataPass): Promise<void> {
    // The epochs take the views in turn.
    const of = this.views > 0 && pass ? { seed: pass.seed, epoch: pass.epoch % this.views } : undefined;
    const view = (this.known[of ? 1 + of.epoch : 0] ??= {
      known: new Uint8Array(this.size),
      feeds: new Map<string, FeedArray>(),
    });
    const missing = indices.filter((index) => !view.known[index]);
    if (missing.length > 0) await this.compute(missing, view, of);
    for (const [name, all] of view.feeds) {
      const width = all.length / this.size;
      indices.forEach((index, k) => {
        feeds[name].set(all.subarray(index * width, (index + 1) * width), k * width);
      });
    }
  }

  private async compute(indices: Int32Array, view: View, pass: DataPass | undefined): Promise<void> {
    const count = Math.max(this.full, indices.length);
    let buffer = this.free.pop();
    if (!buffer || buffer.size < count) buffer = this.whole.allocate(count);
    // Without a pass pictures come as they are.
    const batch = firstOf(buffer, indices.length);
    await this.whole.fill(indices, batch, pass);
    // Always as many at once, whatever lies behind these: kernels of another batch size may round differently, and a training that
    // goes on would not be equal to the bit.
    const program = await this.features.predictor(buffer.size);
    const inputs = Object.entries(buffer.feeds).filter(([name]) => this.own.has(name));
    const results = await program.run(Object.fromEntries(inputs));
    this.inputs.forEach(([name, row], i) => {
      keep(view, this.size, name, indices, results[`output:${i}`].data, row);
    });
    for (const [name, values] of Object.entries(batch.feeds)) {
      if (!this.own.has(name)) keep(view, this.size, name, indices, values, values.length / indices.length);
    }
    for (const index of indices) view.known[index] = 1;
    this.free.push(buffer);
  }
}

/** Keeps a row of numbers for each of some examples. */
function keep({ feeds }: View, size: number, name: string, indices: Int32Array, rows: FeedArray, width: number): void {
  let all = feeds.get(name);
  if (!all) {
    all = new (rows.constructor as Float32ArrayConstructor)(size * width);
    feeds.set(name, all);
  }
  indices.forEach((index, k) => all.set(rows.subarray(k * width, (k + 1) * width), index * width));
}

/**
 * The values at which frozen layers, which do the same in training as otherwise, end and others go on; none where no layer with
 * weights is among these, or what learns takes the input itself. Layers without weights behind them are left to what learns where
 * they make more numbers of what they are given.
 */
function frozenEnds(topology: Topology): readonly SymbolicTensor[] {
  const { inputs, outputs, auxiliaries, calls } = topology;
  const ends = new Set([...outputs, ...auxiliaries.map(({ output }) => output)]);
  const frozen = new Set(inputs);
  const same = calls.filter(({ layer, inputs: from, output }) => {
    if (ends.has(output) || !from.every((value) => frozen.has(value))) return false;
    if ((layer.trainable && layer.weights.length > 0) || variesInTraining(layer, from)) return false;
    frozen.add(output);
    return true;
  });
  const needed = new Set<SymbolicTensor>();
  for (const { layer, inputs: from, output } of [...same].reverse()) {
    if (layer.weights.length > 0) needed.add(output);
    if (needed.has(output)) for (const value of from) needed.add(value);
  }
  if (needed.size === 0) return [];
  const kept = new Set(needed);
  for (const { inputs: from, output } of same) {
    if (from.every((value) => kept.has(value)) && sizeOf(output.shape) <= rowOf(from)) kept.add(output);
  }
  const cuts = new Set<SymbolicTensor>();
  for (const { inputs: from, output } of calls) {
    if (!kept.has(output)) for (const value of from) if (kept.has(value) || inputs.includes(value)) cuts.add(value);
  }
  return inputs.some((value) => cuts.has(value)) ? [] : [...cuts];
}

/** Whether a layer draws random numbers or keeps statistics in training; seen in the operators that it adds. */
function variesInTraining(layer: Layer, inputs: readonly SymbolicTensor[]): boolean {
  const graph = new GraphBuilder('probe');
  const step: Node = graph.input('step', [], 'int32');
  const values = inputs.map(({ shape }, i) => graph.input(`x${i}`, [1, ...shape]));
  graph.output('y', layer.call({ graph, training: true, step }, values));
  const { nodes, effects } = graph.finish();
  return effects.length > 0 || nodes.some((node) => node.kind === 'operator' && node.inputs.includes(step));
}
