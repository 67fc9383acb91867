import { files } from '#platform';
import type { DataSet } from '../data/dataSet.js';
import type { Preprocessing } from '../pictures/index.js';
import type { EngineDescription } from '../engine/contract.js';
import type { InputData, TargetData } from '../fit/batchColumns.js';
import { ReusableBuffers } from '../fit/batchBuffers.js';
import type { BatchStream } from '../fit/batchSource.js';
import type { TrainedModel } from '../fit/callbacks/callback.js';
import { predictPass, testPass } from '../fit/evaluation.js';
import { Executor } from '../fit/executor.js';
import { batchSizeFor, fitData, givenData, predictionSource, sequentialSource, shapesOf } from '../fit/fitData.js';
import type { FitData } from '../fit/fitData.js';
import { checkEvaluateOptions, checkFitOptions, expectCount } from '../fit/fitOptions.js';
import type { EvaluateOptions, FitOptions, PredictOptions } from '../fit/fitOptions.js';
import type { History } from '../fit/history.js';
import { objectiveFor, resolveCompileOptions, type Compiled, type CompileOptions } from '../fit/objective.js';
import { prepareTraining, type TrainingParts } from '../fit/prepareTraining.js';
import type { TrainingLoop } from '../fit/trainingLoop.js';
import { trainingStateIn, unpackTrainingState, type TrainingState } from '../fit/trainingState.js';
import { areFinite, readWeights, restoreSlots, restoreWeights, writeWeights } from '../fit/weights.js';
import { storeOf, type EngineChoice, type WeightStore } from '../fit/weightStore.js';
import type { Layer, SymbolicTensor } from '../layers/layer.js';
import { decodeSafetensors, StriateError, type SafeTensors, type Shape, type Tensor } from '../tensor/index.js';
import { featurePart, type FeaturePart } from '../topology/featureSplit.js';
import { freezeLayers, unfreezeLayers, type UnfreezeOptions } from '../topology/freezing.js';
import { parameterCounts, summarizeTopology, summaryTable } from '../topology/modelSummary.js';
import type { ModelSummary, ParameterCounts } from '../topology/modelSummary.js';
import { applyTopology, layerCalled, type Topology } from '../topology/topology.js';
import type { Optimizer } from '../training/index.js';
import { encodeWeights, loadWeightsInto } from '../weights/weightFiles.js';
import type { LoadWeightsOptions, SaveWeightsOptions } from '../weights/weightFiles.js';
import type { LoadedWeights, WeightSource } from '../weights/index.js';
import { fineTune, type FineTuneOptions } from './fineTune.js';
import { encodedModel, modelParts, type ModelContent, type SaveOptions } from './save.js';

/** What a model is made of. */
export interface ModelSource {
  /** Keras's name for this kind of model. */
  readonly kind: ModelContent['description']['className'];
  readonly name: string;
  /** What its weights' starting values and its random layers follow from. */
  readonly seed: number;
  /** Left out where the input's shape is not known yet; `whenKnown` then makes it. */
  readonly topology?: Topology;
  readonly whenKnown?: (inputShape: Shape) => Topology;
}

/**
 * Layers that are trained and used together. Made by `sequential` and `model`, read from files by `loadModel`.
 *
 * @example
 * model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
 * await model.fit(x, y, { epochs: 5, batchSize: 64, validationSplit: 0.1 });
 * const { accuracy } = await model.evaluate(testX, testY);
 */
export class Model implements TrainedModel {
  readonly name: string;
  /** What its weights' starting values and its random layers follow from. */
  readonly seed: number;
  /** The names of the classes, in label order; taken from the data set that it is trained on. */
  classNames: readonly string[] | undefined;
  /**
   * How its pictures are prepared: as the data set says that it is trained on, or the file or the weights that it came from.
   * Saved and exported with the model, and shared by its `features` and `embedding`. Stated for another size than the model's
   * input, it means the same share of a picture.
   */
  preprocessing: Preprocessing | undefined;
  /** Text of your own that is saved with the model. */
  metadata: Record<string, string> = {};
  private executorNow: Executor | undefined;
  private compiledNow: Compiled | undefined;
  private engineChoice: EngineChoice | undefined;
  private loop: TrainingLoop | undefined;
  private savedState: TrainingState | undefined;
  /** Arrays for batches, which an evaluation takes over from the training before it. */
  private readonly buffers = new ReusableBuffers();

  /** Models over layers of this one, as long as its layers stay the same. */
  private readonly parts = new Map<FeaturePart, Model>();

  constructor(private readonly source: ModelSource) {
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

  /** The only output's shape without the batch; the first output's where there are several. */
  get outputShape(): Shape {
    return this.topology.outputs[0].shape;
  }

  /**
   * The layers from the inputs to the features, as a model over the same weights: what transfer learning keeps. The features
   * end where `model({ …, features })` says, otherwise with the last feature map before flattening or global pooling.
   *
   * @throws StriateError when there is no such map.
   */
  get features(): Model {
    return this.part('features');
  }

  /**
   * The layers from the features to the outputs, as a model over the same weights: `head` after `features` is the model.
   *
   * @throws StriateError when there is a path around the features, or nothing behind them.
   */
  get head(): Model {
    return this.part('head');
  }

  /**
   * The layers up to what the classifier, the last layer with a kernel, decides by, as a model over the same weights:
   * pictures → [D], one vector a picture. What the classifier takes as a map is averaged over its positions.
   *
   * @throws StriateError when no layer of the model has a kernel.
   *
   * @example
   * const vectors = await model.embedding.predict(pictures); // search, clustering, a classifier of your own
   */
  get embedding(): Model {
    return this.part('embedding');
  }

  /** @throws StriateError when there is no layer of that name. */
  getLayer(name: string): Layer {
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

  /** The model's layers, with their weights, applied to other values: for building one model into another. */
  apply(...inputs: readonly SymbolicTensor[]): SymbolicTensor {
    return applyTopology(this.name, this.topology, inputs);
  }

  /** The model as a table laid out like Keras's. */
  summary(): string {
    return summaryTable(this.name, this.topology, this.source.kind === 'Functional');
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

  /** Where the weights' values are; for code that compiles graphs of its own over a model's weights. */
  get store(): WeightStore {
    return this.executor('model').store;
  }

  /** What `compile` was given or made; undefined before. */
  get optimizer(): Optimizer | undefined {
    return this.compiledNow?.optimizer;
  }

  /** What `compile` was given; undefined before. */
  get compileOptions(): CompileOptions | undefined {
    return this.compiledNow?.options;
  }

  get iterations(): number {
    return this.compiledNow?.optimizer.iterations ?? 0;
  }

  /** Where the training stands that is under way or was the last; undefined before the first. */
  get trainingState(): TrainingState | undefined {
    return this.loop ? this.loop.state() : this.savedState;
  }

  /**
   * Says how the model is trained, and with which engine it is computed.
   *
   * @throws StriateError when a name is unknown, or losses and metrics do not suit the outputs.
   */
  compile(options: CompileOptions): void {
    this.useCompiled(resolveCompileOptions(options));
    const { engine, threads } = options;
    if (engine !== undefined || threads !== undefined) this.useEngine({ engine, threads });
  }

  /** Chooses what the model is computed with; its weights move along. */
  useEngine(choice: EngineChoice): void {
    this.engineChoice = choice;
    this.executorNow?.store.configure(choice);
  }

  /**
   * Trains on tensors, a data set, or a generator of batches `[x, y]`.
   *
   * The same seed gives the same weights, also where a training was interrupted and resumed.
   *
   * @throws StriateError when data and model do not fit each other, and when the loss turns NaN: the model then has the
   * weights of its last good epoch.
   */
  fit(x: InputData, y: TargetData, options?: FitOptions): Promise<History>;
  fit(data: DataSet | BatchStream, options?: FitOptions): Promise<History>;
  async fit(
    x: InputData | DataSet | BatchStream,
    second?: TargetData | FitOptions,
    third?: FitOptions,
  ): Promise<History> {
    const { data, options } = givenData(x, second as TargetData & FitOptions, third);
    checkFitOptions(options);
    const parts = this.trainingParts('fit', data);
    const { topology } = parts.executor;
    for (const variable of topology.trainable) parts.compiled.optimizer.prepare(variable);
    const { resumeFrom: from } = options;
    const resumeFrom = typeof from === 'string' ? await this.restoreTraining(from) : from;
    const training = prepareTraining(this, parts, { data, options, resumeFrom, buffers: this.buffers.get() });
    if (data.kind === 'dataSet') {
      this.classNames ??= data.dataSet.classNames;
      this.preprocessing = data.dataSet.preprocessing ?? this.preprocessing;
    }
    this.loop = training.loop;
    try {
      return await this.loop.run();
    } finally {
      this.savedState = this.loop.state();
      this.loop = undefined;
      training.end();
    }
  }

  /**
   * Trains a model with a new head on other weights' features: the classifier alone for `freezeEpochs`, then all layers for
   * `epochs`, those nearer the input at smaller learning rates and batch normalizations left as they are. The optimizer is of
   * the kind that the model was compiled with, at one cycle of the learning rate for each part.
   *
   * @throws StriateError as `fit` does, and when the number of steps of an epoch is not known.
   *
   * @example
   * const pets = newHead(await zoo.create('resnet18', { weights: 'imagenet' }), { classes: ['cat', 'dog'] });
   * pets.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
   * await pets.fineTune(train, 3, { freezeEpochs: 2, validationData: validation });
   */
  fineTune(data: DataSet | BatchStream, epochs: number, options: FineTuneOptions = {}): Promise<History> {
    return fineTune(this, data, epochs, options);
  }

  /** The means of loss and metrics over all examples: `{ loss, accuracy, … }`; `callbacks` see the outputs on the way. */
  evaluate(x: InputData, y: TargetData, options?: EvaluateOptions): Promise<Record<string, number> & { loss: number }>;
  evaluate(data: DataSet | BatchStream, options?: EvaluateOptions): Promise<Record<string, number> & { loss: number }>;
  async evaluate(
    x: InputData | DataSet | BatchStream,
    second?: TargetData | EvaluateOptions,
    third?: EvaluateOptions,
  ): Promise<Record<string, number> & { loss: number }> {
    const { data, options } = givenData(x, second as TargetData & EvaluateOptions, third);
    checkEvaluateOptions(options);
    const { steps, callbacks } = options;
    const batchSize = batchSizeFor(data, options.batchSize);
    const { objective, executor } = this.trainingParts('evaluate', data);
    const examples = { where: 'evaluate', topology: executor.topology, objective };
    const source = sequentialSource(data, examples, { batchSize, steps, buffers: this.buffers.get() });
    return (await testPass(executor, objective, source, { callbacks })) as Record<string, number> & { loss: number };
  }

  /** The model's output for every example, [N, …]. */
  async predict(x: InputData | DataSet, options: PredictOptions = {}): Promise<Tensor<'float32'>> {
    const results = await this.predictAll(x, options);
    if (results.length === 1) return results[0];
    const names = this.topology.outputNames.join(', ');
    throw new StriateError({
      where: 'predict',
      rule: `the model has several outputs (${names})`,
      advice: 'use predictAll, which gives a list',
    });
  }

  /** Every output of the model for every example, in the order of `outputs`. */
  async predictAll(
    x: InputData | DataSet,
    { batchSize, callbacks }: PredictOptions = {},
  ): Promise<Tensor<'float32'>[]> {
    expectCount('predict', 'batchSize', batchSize);
    const data = fitData(x);
    const executor = this.executor('predict', data);
    return predictPass(executor, predictionSource(data, executor.topology, batchSizeFor(data, batchSize)), callbacks);
  }

  /** A copy of every weight and statistic, by name: `conv2d/kernel`. */
  async getWeights(): Promise<Map<string, Tensor<'float32'>>> {
    return readWeights(this.executor('getWeights'));
  }

  /**
   * Replaces all weights and statistics.
   *
   * @throws StriateError when one is missing, unknown, or of another shape; then nothing is changed.
   */
  async setWeights(weights: ReadonlyMap<string, Tensor>): Promise<void> {
    await writeWeights(this.executor('setWeights'), weights, `setWeights, model '${this.name}'`);
  }

  /**
   * Writes the model to one safetensors file, whole or not at all: weights, configuration, compile options.
   *
   * @param options with `optimizer`, training can go on from the file: `fit(…, { resumeFrom: path })`
   * @throws StriateError when a layer of your own has no `config`, or the file cannot be written.
   */
  async save(path: string, options?: SaveOptions): Promise<void> {
    await files.writeWhole(path, modelParts(this.content(options)).parts);
  }

  /** What `save` writes. */
  async toBytes(options?: SaveOptions): Promise<Uint8Array> {
    return encodedModel(this.content(options));
  }

  /** Whether every weight and statistic is a finite number, looked at where they lie. */
  async hasFiniteWeights(): Promise<boolean> {
    const { store, topology } = this.executor('hasFiniteWeights');
    return areFinite(
      store,
      topology.weights.map(({ variable }) => variable),
    );
  }

  /** Writes the weights and statistics alone; `{ format: 'pytorch' }` under PyTorch's names and in its layouts. */
  async saveWeights(path: string, options?: SaveWeightsOptions): Promise<void> {
    await files.writeWhole(path, await encodeWeights(this.executor('saveWeights'), options));
  }

  /**
   * Reads weights that `saveWeights` or `save` wrote, or PyTorch's, where layers are called by their modules' paths; also
   * under the layers' `otherNames`, where the file has more of those.
   *
   * @throws StriateError that names what is missing, left over or of another shape, and changes nothing; with
   * `{ strict: false }`, what fits is loaded and the rest is reported.
   */
  async loadWeights(source: WeightSource, options?: LoadWeightsOptions): Promise<LoadedWeights> {
    return loadWeightsInto(this.executor('loadWeights'), source, options);
  }

  /** The engine that computes the model, opened if necessary. */
  async describeEngine(): Promise<EngineDescription> {
    return (await this.executor('describeEngine').store.engine()).describe();
  }

  /** Closes the engine, unless you opened it yourself; using the model again opens a new one, with the same weights. */
  async dispose(): Promise<void> {
    this.executorNow?.forget();
    await this.executorNow?.store.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  /** Takes weights, optimizer variables and the state of training from a file's content. Used by `loadModel`. */
  async useCheckpoint(content: SafeTensors, file: string): Promise<void> {
    const executor = this.executor('load');
    await restoreWeights(executor, content, file);
    if (this.compiledNow) await restoreSlots(executor, this.compiledNow.optimizer, content);
    const { training } = content.metadata;
    if (training !== undefined) this.savedState = unpackTrainingState(training, content.tensors, file);
  }

  /** Takes over resolved compile options. Used by `loadModel`. */
  useCompiled(compiled: Compiled): void {
    if (this.executorNow) objectiveFor(this.executorNow.topology, compiled.options);
    if (this.compiledNow && this.compiledNow.optimizer !== compiled.optimizer) this.savedState = undefined;
    this.compiledNow = compiled;
    this.executorNow?.forget();
  }

  /**
   * What a step of training is made of, checked. Used by `fit`, `evaluate` and `findLearningRate`.
   *
   * @throws StriateError when the model is not compiled, or being trained already.
   */
  trainingParts(where: string, data: FitData): TrainingParts {
    const compiled = this.compiledNow;
    if (!compiled) {
      throw new StriateError({ where, rule: "compile the model first: model.compile({ optimizer: 'adam', loss: … })" });
    }
    if (this.loop && where !== 'evaluate') {
      throw new StriateError({ where, rule: `the model '${this.name}' is being trained already` });
    }
    const executor = this.executor(where, data);
    return { compiled, executor, objective: objectiveFor(executor.topology, compiled.options) };
  }

  /** Takes over a topology: at once, or when the input's shape becomes known. */
  protected adopt(topology: Topology): void {
    const store = storeOf(topology.layers, this.executorNow?.store);
    if (this.engineChoice) store.configure(this.engineChoice);
    this.executorNow?.forget();
    this.executorNow = new Executor(topology, store);
    this.parts.clear();
    if (this.compiledNow) objectiveFor(topology, this.compiledNow.options);
  }

  private part(which: FeaturePart): Model {
    let part = this.parts.get(which);
    if (!part) {
      const { name, seed } = this;
      const topology = featurePart(name, this.topology, which);
      part = new Model({ kind: 'Functional', name: `${name}_${which}`, seed, topology });
      this.parts.set(which, part);
    }
    // The same pictures go in, but for the head.
    if (which !== 'head') part.preprocessing = this.preprocessing;
    return part;
  }

  private content({ optimizer = false }: SaveOptions = {}): ModelContent {
    const { name, seed } = this;
    return {
      executor: this.executor('save'),
      description: { className: this.source.kind, name, seed },
      compiled: this.compiledNow,
      classNames: this.classNames,
      preprocessing: this.preprocessing,
      metadata: this.metadata,
      optimizer,
      state: this.trainingState,
    };
  }

  private executor(where: string, data?: FitData): Executor {
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

  private async restoreTraining(path: string): Promise<TrainingState> {
    const content = decodeSafetensors(await files.read(path), path);
    const state = trainingStateIn(content, path);
    await this.useCheckpoint(content, path);
    return state;
  }
}
