import { GraphBuilder, type Node } from '../graph/index.js';
import type { Layer, SymbolicTensor } from '../layers/layer.js';
import { sizeOf, StriateError } from '../tensor/index.js';
import { feedNames, Executor } from './executor.js';
import { firstOf, type Batch, type Examples } from './examples.js';
import { after, commonCalls, upTo } from '../topology/featureSplit.js';
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
  private readonly cut: SymbolicTensor;
  private kept = 0;

  /** @throws StriateError when no frozen layers stand between the inputs and everything else. */
  constructor(name: string, topology: Topology, store: WeightStore) {
    const end = frozenEnd(topology);
    if (!end) {
      throw new StriateError({
        where: 'fit',
        rule: `cacheFeatures needs frozen layers at the beginning of the model '${name}'`,
        advice: 'freeze them first, such as model.embedding.freeze(), or leave cacheFeatures out',
      });
    }
    this.cut = end;
    this.features = new Executor(upTo(topology, this.cut), store);
    this.head = new Executor(after(name, topology, this.cut), store);
  }

  /** Examples of the whole model as examples of the head. */
  examples(whole: Examples): Examples {
    const row = sizeOf(this.cut.shape);
    this.kept += 4 * row * whole.size;
    if (this.kept > mostKept) {
      throw new StriateError({
        where: 'fit',
        rule: `cacheFeatures would keep ${(this.kept / 1e9).toFixed(1)} GB of features, ${row} numbers for each of ${whole.size} examples`,
        advice: 'freeze up to a smaller value (model.embedding.freeze()), or leave cacheFeatures out',
      });
    }
    return new FrozenExamples(whole, row, this.features, this.head.topology.inputNames[0]);
  }

  /** Gives back the programs. */
  forget(): void {
    this.features.forget();
    this.head.forget();
  }
}

/**
 * Whether features are worth keeping without being asked for: where frozen layers stand at the beginning of the model and
 * little memory is enough.
 *
 * @param examples how many there are of training and validation together
 */
export function worthKeeping(topology: Topology, examples: number): boolean {
  const end = frozenEnd(topology);
  return end !== undefined && 4 * sizeOf(end.shape) * examples <= mostKeptUnasked;
}

/** Examples whose input is what frozen layers make of them, computed when an example is first asked for. */
class FrozenExamples implements Examples {
  readonly size: number;
  readonly ahead: number;
  private readonly cache: Float32Array;
  private readonly known: Uint8Array;
  /** Targets and weights of the examples, by feed; made with the first batch. */
  private readonly others = new Map<string, Float32Array | Int32Array | Uint8Array>();
  private readonly free: Batch[] = [];
  private readonly own: ReadonlySet<string>;
  private readonly input: string;

  constructor(
    private readonly whole: Examples,
    private readonly row: number,
    private readonly features: Executor,
    inputName: string,
  ) {
    this.size = whole.size;
    this.ahead = whole.ahead ?? 1;
    this.cache = new Float32Array(whole.size * row);
    this.known = new Uint8Array(whole.size);
    this.own = new Set(features.topology.inputNames.map((name) => feedNames.input(name)));
    this.input = feedNames.input(inputName);
  }

  allocate(count: number): Batch {
    const sample = this.whole.allocate(count);
    const others = Object.entries(sample.feeds).filter(([name]) => !this.own.has(name));
    const feeds = { ...Object.fromEntries(others), [this.input]: new Float32Array(count * this.row) };
    return { ...sample, feeds };
  }

  async fill(indices: Int32Array, { feeds }: Batch): Promise<void> {
    const missing = indices.filter((index) => !this.known[index]);
    if (missing.length > 0) await this.compute(missing);
    const x = feeds[this.input];
    indices.forEach((index, k) => {
      x.set(this.cache.subarray(index * this.row, (index + 1) * this.row), k * this.row);
      for (const [name, all] of this.others) {
        const width = all.length / this.size;
        feeds[name].set(all.subarray(index * width, (index + 1) * width), k * width);
      }
    });
  }

  private async compute(indices: Int32Array): Promise<void> {
    let buffer = this.free.pop();
    if (!buffer || buffer.size < indices.length) buffer = this.whole.allocate(indices.length);
    const batch = firstOf(buffer, indices.length);
    // Without a pass: pictures come as they are.
    await this.whole.fill(indices, batch);
    const program = await this.features.predictor(indices.length);
    const inputs = Object.entries(batch.feeds).filter(([name]) => this.own.has(name));
    const { data } = (await program.run(Object.fromEntries(inputs)))['output:0'];
    indices.forEach((index, k) => {
      this.cache.set(data.subarray(k * this.row, (k + 1) * this.row), index * this.row);
      for (const [name, values] of Object.entries(batch.feeds)) {
        if (!this.own.has(name)) this.keep(name, index, k, values, values.length / indices.length);
      }
      this.known[index] = 1;
    });
    this.free.push(buffer);
  }

  private keep(name: string, index: number, k: number, values: Batch['feeds'][string], width: number): void {
    let all = this.others.get(name);
    if (!all) {
      all = new (values.constructor as Float32ArrayConstructor)(this.size * width);
      this.others.set(name, all);
    }
    all.set(values.subarray(k * width, (k + 1) * width), index * width);
  }
}

/** The last value on every path that only frozen layers lie before, which do the same in training as otherwise. */
function frozenEnd(topology: Topology): SymbolicTensor | undefined {
  const common = new Set(commonCalls(topology).map(({ output }) => output));
  let end: SymbolicTensor | undefined;
  let learned = false;
  for (const { layer, inputs, output } of topology.predictionCalls) {
    if ((layer.trainable && layer.weights.length > 0) || variesInTraining(layer, inputs)) break;
    learned ||= layer.weights.length > 0;
    if (learned && common.has(output) && !topology.outputs.includes(output)) end = output;
  }
  return end;
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
