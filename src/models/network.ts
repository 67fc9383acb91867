/// <reference lib="esnext.disposable" preserve="true" />
import type * as KerasWriter from '#kerasWriter';
import type { EngineDescription, Program } from '../engine/contract.js';
import { Executor } from '../fit/executor.js';
import { shapesOf, type FitData } from '../fit/fitData.js';
import { GraphBuilder, type Graph } from '../graph/index.js';
import { engineChoiceKinds, storeOf, type EngineChoice, type WeightStore } from '../fit/weightStore.js';
import type { Layer, SymbolicTensor } from '../layers/layer.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { printable } from '../tensor/error.js';
import { refuseForeignNames, refusePythonNames, StriateError, type Shape, type Tensor } from '../tensor/index.js';
import { freezeLayers, unfreezeLayers, type UnfreezeOptions } from '../topology/freezing.js';
import {
  parameterCounts,
  summarizeTopology,
  summaryTable,
  type ModelSummary,
  type ParameterCounts,
} from '../topology/modelSummary.js';
import { applyTopology, isStack, layerCalled, type Topology } from '../topology/topology.js';
import type { LoadWeightsOptions, SaveWeightsOptions } from '../weights/weightFiles.js';
import type { LoadedWeights, WeightSource } from '../weights/index.js';
import { foreignModelNames } from './foreignNames.js';
import type { ModelContent } from './save.js';
/**
 * What writes Keras's files: fetched by the first that is written, as few models become one; a page, which cannot write
 * files, has none.
 */
export function kerasWriter(): Promise<typeof KerasWriter> {
  return import('#kerasWriter');
}

/** What a model is made of. */
export interface NetworkSource {
  /** Keras's name for this kind of model. */
  readonly kind: ModelContent['description']['className'];
  readonly name: string;
  /** What its weights' starting values and its random layers follow from. */
  readonly seed: number;
  /** Left out where the input's shape is not known yet; `whenKnown` then makes it. */
  readonly topology?: Topology;
  readonly whenKnown?: (inputShape: Shape) => Topology;
}

/** Options of `summary`. */
export interface SummaryOptions {
  /** What prints the table; `console.log` by default. */
  readonly printFn?: (table: string) => void;
}

const summaryAccepts = {
  where: 'summary',
  kinds: { printFn: 'function' },
} as const satisfies AcceptedOptions<SummaryOptions>;

/** The only one of a model's inputs or outputs. */
function only(where: 'input' | 'output', values: readonly SymbolicTensor[]): SymbolicTensor {
  if (values.length === 1) return values[0];
  throw new StriateError({ where, rule: `the model has ${values.length} ${where}s`, advice: `write ${where}s` });
}

/** Layers with their weights, on an engine: the part of a model that is the same whether it is trained or not. */
export abstract class Network {
  readonly name: string;
  /** What its weights' starting values and its random layers follow from. */
  readonly seed: number;
  protected executorNow: Executor | undefined;
  private engineChoice: EngineChoice | undefined;

  constructor(protected readonly source: NetworkSource) {
    if (typeof source?.kind !== 'string') {
      const advice = 'write model({ inputs, outputs }) or sequential([…])';
      throw new StriateError({ where: 'Model', rule: 'is not made by its constructor', advice });
    }
    this.name = source.name;
    this.seed = source.seed;
    if (source.topology) this.adopt(source.topology);
  }

  /** The layers and how values flow through them. */
  get topology(): Topology {
    return this.executor('model').topology;
  }

  /** Each layer once, in order. */
  get layers(): readonly Layer[] {
    return this.topology.layers;
  }

  get inputs(): readonly SymbolicTensor[] {
    return this.topology.inputs;
  }

  get outputs(): readonly SymbolicTensor[] {
    return this.topology.outputs;
  }

  /**
   * The only input, for building other models on this one.
   *
   * @throws StriateError when there are several.
   */
  get input(): SymbolicTensor {
    return only('input', this.inputs);
  }

  /**
   * The only output, for building other models on this one.
   *
   * @throws StriateError when there are several.
   *
   * @example
   * import { layers, model, zoo } from 'striate';
   * const base = zoo.create('resnet18', { includeTop: false, pooling: 'avg' });
   * const pets = model({ inputs: base.input, outputs: layers.dense({ units: 37 }).apply(base.output) });
   */
  get output(): SymbolicTensor {
    return only('output', this.outputs);
  }

  /** The only input's shape without the batch; the first input's where there are several. */
  get inputShape(): Shape {
    return this.topology.inputs[0].shape;
  }

  /** The only output's shape without the batch; the first output's where there are several. */
  get outputShape(): Shape {
    return this.topology.outputs[0].shape;
  }

  /**
   * A layer by its name, or by its place among `layers`.
   *
   * @throws StriateError when there is no such layer.
   */
  getLayer(name: string | number): Layer {
    return layerCalled(name, this.name, this.layers);
  }

  /**
   * Keeps training from changing layers: those up to the named one, all by default. Frozen layers compute no gradients and
   * keep no activations; their normalizations go by the running statistics. It counts from the next `fit` on.
   *
   * @throws StriateError when there is no layer of that name.
   *
   * @example
   * model.embedding.freeze(); // all but the classifier
   */
  freeze(until?: string): void {
    freezeLayers(this, until);
  }

  /**
   * Lets training change layers again: the named one and those behind it, all by default.
   *
   * @throws StriateError when there is no layer of that name.
   *
   * @example
   * const resnet = await zoo.create('resnet18', { weights: 'imagenet' });
   * resnet.freeze();
   * resnet.unfreeze('layer4.0.conv1', { batchNormalization: false }); // its last stage alone is trained
   */
  unfreeze(from?: string, options?: UnfreezeOptions): void {
    unfreezeLayers(this, from, options);
  }

  /** Whether training may change any of its layers; setting it freezes or unfreezes all of them, as in Keras. */
  get trainable(): boolean {
    return this.layers.some((layer) => layer.trainable);
  }

  set trainable(value: boolean) {
    if (value) this.unfreeze();
    else this.freeze();
  }

  /** The model's layers, with their weights, applied to other values: for building one model into another. */
  apply(...inputs: readonly SymbolicTensor[]): SymbolicTensor {
    return applyTopology(this.name, this.topology, inputs);
  }

  /** Prints the model as a table laid out like Keras's, and gives the text. */
  summary(options: SummaryOptions = {}): string {
    // Looked up late, so that what listens to the console hears it.
    const { printFn = (text: string) => console.log(text) } = expectOptions(summaryAccepts, options);
    const table = printable(summaryTable(this.name, this.topology, this.kind === 'Functional'));
    printFn(table);
    return table;
  }

  /** The model in numbers: parameters, operations, receptive fields. */
  summarize(): ModelSummary {
    return summarizeTopology(this.name, this.topology);
  }

  /** How many numbers the model learns, how many of them are not frozen, and how many running statistics it keeps. */
  parameterCounts(): ParameterCounts {
    return parameterCounts(this.layers);
  }

  /** The number of all weights and statistics, as Keras counts them. */
  countParams(): number {
    const { parameters, statistics } = this.parameterCounts();
    return parameters + statistics;
  }

  /** Whether the shapes of all values are known. */
  get built(): boolean {
    return this.executorNow !== undefined;
  }

  /** Keras's name for this kind of model: a stack of layers, or any graph of them. */
  get kind(): 'Sequential' | 'Functional' {
    return this.source.kind === 'Sequential' && isStack(this.topology) ? 'Sequential' : 'Functional';
  }

  /** Where the weights' values are; for code that compiles graphs of its own over a model's weights. */
  get store(): WeightStore {
    return this.executor('model').store;
  }

  /**
   * A program over the model's layers and weights, for code that computes more than predictions. The model keeps the eight
   * programs used last: `build` is only called for a key that is not among them. Without a key the program is yours to dispose of.
   *
   * @example
   * const program = await model.program('mean', (graph, topology) => {
   *   const x = graph.input('x', [1, ...topology.inputs[0].shape]);
   *   graph.output('y', operators.reduceMean(topology.emit(graph, [x])[0], { axes: [1], keepDims: false }));
   * });
   * const { y } = await program.run({ x: new Float32Array(784) });
   */
  program(key: string | undefined, build: (graph: GraphBuilder, topology: Topology) => void): Promise<Program> {
    const executor = this.executor('program');
    const built = (): Graph => {
      const graph = new GraphBuilder(key ?? 'program');
      build(graph, executor.topology);
      return graph.finish();
    };
    return key === undefined ? executor.store.compile(built()) : executor.program(key, built);
  }

  /** Chooses what the model is computed with; its weights move along. */
  useEngine(choice: EngineChoice): void {
    this.engineChoice = expectOptions({ where: 'useEngine', kinds: engineChoiceKinds }, choice);
    this.executorNow?.store.configure(choice);
  }

  /** A copy of every weight and statistic, by name: `conv2d/kernel`. */
  async getWeights(): Promise<Map<string, Tensor<'float32'>>> {
    const executor = this.executor('getWeights');
    const { readWeights } = await import('./training.js');
    return readWeights(executor);
  }

  /**
   * Replaces all weights and statistics.
   *
   * @throws StriateError when one is missing, unknown, of another shape, or holds NaN or ∞; then nothing is changed.
   */
  async setWeights(weights: ReadonlyMap<string, Tensor>): Promise<void> {
    const executor = this.executor('setWeights');
    const { setWeights } = await import('./training.js');
    await setWeights(executor, weights, this.name);
  }

  /** Whether every weight and statistic is a finite number, looked at where they lie. */
  async hasFiniteWeights(): Promise<boolean> {
    const { store, topology } = this.executor('hasFiniteWeights');
    const { areFinite } = await import('./training.js');
    return areFinite(
      store,
      topology.weights.map(({ variable }) => variable),
    );
  }

  /**
   * Writes the weights and statistics alone: to `.safetensors`, `{ format: 'pytorch' }` under PyTorch's names and in its layouts;
   * to `.weights.h5` as Keras 3's `load_weights` reads them.
   *
   * @throws StriateError when the path ends in something else, or Keras has no layer that computes the same.
   */
  async saveWeights(path: string, options?: SaveWeightsOptions): Promise<void> {
    const { encodeWeights, files, weightFileFormat } = await import('./training.js');
    if (weightFileFormat('saveWeights', path) === 'h5') {
      if (options?.format) {
        throw new StriateError({
          where: 'saveWeights',
          rule: "a file that ends in .weights.h5 has Keras's names and layouts",
          received: `format: '${options.format}'`,
          advice: 'end the path in .safetensors, or leave format out',
        });
      }
      const { kerasWeightBytes } = await kerasWriter();
      return files.writeWhole(path, await kerasWeightBytes(this));
    }
    return files.writeWhole(path, await encodeWeights(this.executor('saveWeights'), options));
  }

  /**
   * Reads weights that `saveWeights` or `save` wrote, or PyTorch's, where layers are called by their modules' paths; also
   * under the layers' `otherNames`, where the file has more of those.
   *
   * @throws StriateError that names what is missing, left over or of another shape, and changes nothing; with
   * `{ strict: false }`, what fits is loaded and the rest is reported.
   */
  async loadWeights(source: WeightSource, options?: LoadWeightsOptions): Promise<LoadedWeights> {
    const executor = this.executor('loadWeights');
    const { loadWeightsInto } = await import('./training.js');
    return loadWeightsInto(executor, source, options);
  }

  /** The engine that computes the model, opened if necessary. */
  async describeEngine(): Promise<EngineDescription> {
    return (await this.executor('describeEngine').store.engine()).describe();
  }

  /**
   * Takes the weights out of the engine, gives its memory back, and ends the engine's threads where no other model uses them;
   * using the model again opens one, with the same weights. A model that nothing refers to any more needs no call: its memory
   * is given back when it is collected.
   *
   * @example
   * await using net = await zoo.create('resnet18'); // disposed of at the end of the block
   */
  async dispose(): Promise<void> {
    this.executorNow?.forget();
    await this.executorNow?.store.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  /** Takes over a topology: at once, or when the input's shape becomes known. */
  protected adopt(topology: Topology): void {
    const store = storeOf(topology.layers, this.executorNow?.store);
    if (this.engineChoice) store.configure(this.engineChoice);
    this.executorNow?.forget();
    this.executorNow = new Executor(topology, store);
    this.checkObjective(topology);
  }

  protected executor(where: string, data?: FitData): Executor {
    if (this.executorNow) return this.executorNow;
    const shapes = data && shapesOf(data);
    if (this.source.whenKnown && shapes?.length === 1) this.adopt(this.source.whenKnown(shapes[0]));
    if (this.executorNow) return this.executorNow;
    throw new StriateError({
      where,
      rule: `the model '${this.name}' does not know its input's shape yet`,
      advice: 'give the first layer inputShape, or call build([height, width, channels])',
    });
  }

  static {
    refuseForeignNames(this.prototype, 'model', foreignModelNames);
    refusePythonNames(this.prototype, 'model');
  }

  /** Throws where the model is compiled and losses or metrics do not suit a topology that it takes over. */
  protected abstract checkObjective(topology: Topology): void;
}
