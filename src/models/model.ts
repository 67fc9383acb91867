import { files } from '#platform';
import type { DataSet } from '../data/dataSet.js';
import type { Preprocessing } from '../pictures/index.js';
import type { EngineDescription } from '../engine/contract.js';
import { decodeSafetensors, StriateError, type SafeTensors, type Tensor } from '../tensor/index.js';
import type { Optimizer } from '../training/index.js';
import { LastingRoom, type BatchStream } from '../fit/batchSource.js';
import type { TrainedModel } from '../fit/callbacks/callback.js';
import { encodeModel, modelParts, readWeights, restoreSlots, restoreWeights, writeWeights } from './checkpoint.js';
import type { ModelContent } from './checkpoint.js';
import type { InputData, TargetData } from '../fit/batchColumns.js';
import { predictPass, testPass } from '../fit/evaluation.js';
import { Executor } from '../fit/executor.js';
import { fineTune, type FineTuneOptions } from './fineTune.js';
import { callbacksOf, checkFitOptions, expectCount, fitData, predictionSource } from '../fit/fit.js';
import { sequentialSource, shapesOf, trainingSources } from '../fit/fit.js';
import type { EvaluateOptions, FitData, FitOptions } from '../fit/fit.js';
import { FrozenFeatures } from '../fit/frozenFeatures.js';
import type { History } from '../fit/history.js';
import type { ModelParts } from './modelParts.js';
import { objectiveFor, resolveCompileOptions } from '../fit/objective.js';
import type { Compiled, CompileOptions, Objective } from '../fit/objective.js';
import { ModelStructure } from './modelStructure.js';
import type { Topology } from '../topology/topology.js';
import { TrainingLoop } from '../fit/trainingLoop.js';
import { checkResumable, unpackTrainingState, type TrainingState } from '../fit/trainingState.js';
import {
  encodeWeights,
  loadWeightsInto,
  type LoadWeightsOptions,
  type SaveWeightsOptions,
} from '../weights/weightFiles.js';
import type { LoadedWeights, WeightSource } from '../weights/index.js';
import { areFinite } from '../fit/weightParts.js';
import { storeOf, type EngineChoice, type WeightStore } from '../fit/weightStore.js';

/**
 * Layers that are trained and used together. Made by `sequential` and `model`, read from files by `loadModel`.
 *
 * @example
 * model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
 * await model.fit(x, y, { epochs: 5, batchSize: 64, validationSplit: 0.1 });
 * const { accuracy } = await model.evaluate(testX, testY);
 */
export class Model extends ModelStructure implements TrainedModel {
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
  private readonly room = new LastingRoom();

  constructor(private readonly parts: ModelParts) {
    super(parts.name, parts.seed);
    if (parts.topology) this.adopt(parts.topology);
  }

  /** The layers and how values flow through them. */
  get topology(): Topology {
    return this.executor('model').topology;
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
    if (engine !== undefined || threads !== undefined)
      this.useEngine({ ...(engine && { engine }), ...(threads && { threads }) });
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
    const loose = fitData(x);
    const options = (loose.kind === 'tensors' ? third : (second as FitOptions | undefined)) ?? {};
    const data = loose.kind === 'tensors' ? fitData(x, second as TargetData) : loose;
    checkFitOptions(options);
    const { compiled, objective, executor } = this.trainingParts('fit', data);
    const { topology } = executor;
    for (const variable of topology.trainable) compiled.optimizer.prepare(variable);
    const { resumeFrom } = options;
    const resumed = typeof resumeFrom === 'string' ? await this.restoreTraining(resumeFrom) : resumeFrom;
    const seed = resumed?.seed ?? options.seed ?? this.seed;
    const { name, store } = this;
    const frozen = options.cacheFeatures ? new FrozenFeatures(name, this.seed, topology, store) : undefined;
    const examples = { where: 'fit', topology, objective, frozen };
    const sources = trainingSources(data, options, examples, seed, this.room.get());
    const { source } = sources;
    if (resumed)
      checkResumable(resumed, { batchSize: source.batchSize, examples: source.examples, seed: options.seed });
    if (data.kind === 'dataSet') {
      this.classNames ??= data.dataSet.classNames;
      this.preprocessing = data.dataSet.preprocessing ?? this.preprocessing;
    }
    const { epochs = 1, initialEpoch = 0, signal } = options;
    const callbacks = callbacksOf(options);
    this.loop = new TrainingLoop({
      model: this,
      executor: frozen?.head ?? executor,
      objective,
      optimizer: compiled.optimizer,
      callbacks,
      ...sources,
      epochs,
      initialEpoch,
      seed,
      signal,
      resumeFrom: resumed,
    });
    try {
      return await this.loop.run();
    } finally {
      this.savedState = this.loop.state();
      this.loop = undefined;
      frozen?.forget();
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

  /** The means of loss and metrics over all examples: `{ loss, accuracy, … }`; with `onTestBatchEnd`, the outputs on the way. */
  evaluate(x: InputData, y: TargetData, options?: EvaluateOptions): Promise<Record<string, number> & { loss: number }>;
  evaluate(data: DataSet | BatchStream, options?: EvaluateOptions): Promise<Record<string, number> & { loss: number }>;
  async evaluate(
    x: InputData | DataSet | BatchStream,
    second?: TargetData | EvaluateOptions,
    third?: EvaluateOptions,
  ): Promise<Record<string, number> & { loss: number }> {
    const loose = fitData(x);
    const options = (loose.kind === 'tensors' ? third : (second as EvaluateOptions | undefined)) ?? {};
    const data = loose.kind === 'tensors' ? fitData(x, second as TargetData, options.sampleWeight) : loose;
    const { batchSize = 32, steps, onTestBatchEnd } = options;
    expectCount('evaluate', 'batchSize', batchSize);
    const { objective, executor } = this.trainingParts('evaluate', data);
    const { topology } = executor;
    const limits = { batchSize, room: this.room.get(), ...(steps !== undefined && { steps }) };
    const source = sequentialSource(data, { where: 'evaluate', topology, objective }, limits);
    return (await testPass(executor, objective, source, { onTestBatchEnd })) as Record<string, number> & {
      loss: number;
    };
  }

  /** The model's output for every example, [N, …]. */
  async predict(x: InputData | DataSet, options: { readonly batchSize?: number } = {}): Promise<Tensor<'float32'>> {
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
    { batchSize = 32 }: { readonly batchSize?: number } = {},
  ): Promise<Tensor<'float32'>[]> {
    expectCount('predict', 'batchSize', batchSize);
    const data = fitData(x);
    const executor = this.executor('predict', data);
    return predictPass(executor, predictionSource(data, executor.topology, batchSize));
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
  async save(path: string, options: { readonly optimizer?: boolean } = {}): Promise<void> {
    await files.writeWhole(path, modelParts(this.content(options)).parts);
  }

  /** What `save` writes. */
  async toBytes(options: { readonly optimizer?: boolean } = {}): Promise<Uint8Array> {
    return encodeModel(this.content(options));
  }

  private content({ optimizer = false }: { readonly optimizer?: boolean }): ModelContent {
    return {
      executor: this.executor('save'),
      description: { className: this.parts.kind, name: this.name, seed: this.seed },
      compiled: this.compiledNow,
      classNames: this.classNames,
      preprocessing: this.preprocessing,
      metadata: this.metadata,
      optimizer,
      state: this.trainingState,
    };
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
   * `{ strict: false }`, what fits is loaded and the rest is told.
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
  trainingParts(where: string, data: FitData): { compiled: Compiled; objective: Objective; executor: Executor } {
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
    this.forgetParts();
    if (this.compiledNow) objectiveFor(topology, this.compiledNow.options);
  }

  protected get kind(): string {
    return this.parts.kind;
  }

  protected partOf(name: string, topology: Topology): Model {
    return new Model({ kind: 'Functional', name, seed: this.seed, topology });
  }

  private executor(where: string, data?: FitData): Executor {
    if (this.executorNow) return this.executorNow;
    const shapes = data && shapesOf(data);
    if (this.parts.whenKnown && shapes?.length === 1) this.adopt(this.parts.whenKnown(shapes[0]));
    if (this.executorNow) return this.executorNow;
    throw new StriateError({
      where,
      rule: `the model '${this.name}' does not know its input's shape yet`,
      advice: 'give the first layer inputShape, or call build([height, width, channels])',
    });
  }

  private async restoreTraining(path: string): Promise<TrainingState> {
    const content = decodeSafetensors(await files.read(path), path);
    if (content.metadata.training === undefined) {
      throw new StriateError({
        where: path,
        rule: 'holds no state of training',
        advice: 'resume from a file saved with { optimizer: true }',
      });
    }
    await this.useCheckpoint(content, path);
    return this.savedState!;
  }
}
