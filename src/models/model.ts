import type { DataSet } from '../data/dataSet.js';
import type { Preprocessing } from '../pictures/index.js';
import type { InputData, TargetData } from '../fit/batchColumns.js';
import { ReusableBuffers } from '../fit/batchBuffers.js';
import type { BatchStream } from '../fit/batchSource.js';
import type { TrainedModel } from '../fit/callbacks/callback.js';
import { batchSizeFor, exampleCount, fitData, givenData, type FitData } from '../fit/fitData.js';
import type { EvaluateOptions, FitOptions, PredictOptions } from '../fit/fitOptions.js';
import type { History } from '../fit/history.js';
import { checkedCompileOptions, chosenObjectives, type Compiled, type CompileOptions } from '../fit/compileOptions.js';
import type { PreparedTraining, TrainingParts } from '../fit/prepareTraining.js';
import type { TrainingLoop } from '../fit/trainingLoop.js';
import type { TrainingState } from '../fit/trainingState.js';
import { engineChoiceIn } from '../fit/weightStore.js';
import { refusePythonNames, StriateError, type Tensor } from '../tensor/index.js';
import { expectOptions, type OptionKinds } from '../tensor/acceptedOptions.js';
import type { SafeTensors } from '../tensor/safetensors.js';
import { featurePart, type FeaturePart } from '../topology/featureSplit.js';
import type { Topology } from '../topology/topology.js';
import type { Optimizer } from '../training/optimizer.js';
import type { FineTuneOptions } from './fineTune.js';
import type { ModelContent, SaveOptions } from './save.js';
import { kerasWriter, Network } from './network.js';

/** Options of `trainOnBatch` and `testOnBatch`. */
export interface OnBatchOptions {
  /** How much each example counts; all alike by default. */
  readonly sampleWeight?: ArrayLike<number>;
}

const onBatchKinds = { sampleWeight: 'list' } as const satisfies OptionKinds<OnBatchOptions>;

const saveKinds = { optimizer: 'boolean' } as const satisfies OptionKinds<SaveOptions>;

/**
 * Layers that are trained and used together. Made by `sequential` and `model`, read from files by `loadModel`.
 *
 * @example
 * model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
 * await model.fit(x, y, { epochs: 5, batchSize: 64, validationSplit: 0.1 });
 * const { accuracy } = await model.evaluate(testX, testY);
 */
export class Model extends Network implements TrainedModel {
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
  private compiledNow: Compiled | undefined;
  /** What a file was compiled with that was not given again. */
  private uncompiled: string | undefined;
  private loop: TrainingLoop | undefined;
  /** Whether `fit` was called and has not come to its loop yet. */
  private starting = false;
  private savedState: TrainingState | undefined;
  /** Arrays for batches, which an evaluation takes over from the training before it. */
  private readonly buffers = new ReusableBuffers();

  /** Models over layers of this one, as long as its layers stay the same. */
  private parts: { readonly of: Topology; readonly models: Map<FeaturePart, Model> } | undefined;

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
    this.useCompiled(checkedCompileOptions(options));
    const choice = engineChoiceIn(options);
    if (choice) this.useEngine(choice);
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
    const parts = this.trainingParts('fit', data);
    let training: PreparedTraining;
    this.starting = true;
    try {
      const { checkFitOptions, prepareTraining } = await import('./training.js');
      checkFitOptions(options);
      for (const variable of parts.executor.topology.trainable) parts.compiled.optimizer.prepare(variable);
      const { resumeFrom: from } = options;
      const resumeFrom = typeof from === 'string' ? await this.restoreTraining(from) : from;
      training = prepareTraining(this, parts, { data, options, resumeFrom, buffers: this.buffers.get() });
    } finally {
      this.starting = false;
    }
    if (data.kind === 'dataSet') {
      if (!data.dataSet.fillNamedTargets) this.classNames ??= data.dataSet.classNames;
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

  /** Whether the training under way has been told to end; setting it to true ends it after this batch or epoch, as in Keras. */
  get stopTraining(): boolean {
    return this.loop?.stopping ?? false;
  }

  set stopTraining(value: boolean) {
    if (value) this.loop?.stop();
  }

  /**
   * Trains a model with a new head on other weights' features: the classifier is solved (`fitHead`), or trained alone for
   * `freezeEpochs`; then all layers are trained for `epochs`, those nearer the input at smaller learning rates and batch normalizations left as they are. The optimizer is of
   * the kind that the model was compiled with, at one cycle of the learning rate for each part.
   *
   * @throws StriateError as `fit` does, and when the number of steps of an epoch is not known.
   *
   * @example
   * const pets = newHead(await zoo.create('resnet18', { weights: 'imagenet' }), { classes: ['cat', 'dog'] });
   * pets.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
   * await pets.fineTune(train, 3, { validationData: validation });
   */
  async fineTune(data: DataSet | BatchStream, epochs: number, options: FineTuneOptions = {}): Promise<History> {
    const { fineTune } = await import('./training.js');
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
    const began = performance.now();
    const { compiled, executor } = this.trainingParts('evaluate', data);
    const { checkEvaluateOptions, objectiveFor, testPass, sequentialSource } = await import('./training.js');
    checkEvaluateOptions(options);
    const { steps, callbacks, verbose } = options;
    const batchSize = batchSizeFor(data, options.batchSize);
    const objective = objectiveFor(executor.topology, compiled.options);
    const examples = { where: 'evaluate', topology: executor.topology, objective };
    const source = sequentialSource(data, examples, { batchSize, steps, buffers: this.buffers.get() });
    const means = (await testPass(executor, objective, source, { callbacks })) as Record<string, number> & {
      loss: number;
    };
    if (verbose) (await import('./prediction.js')).printPass('evaluate', began, means);
    return inOrder(means);
  }

  /**
   * One step of training on all examples together: for a training loop of your own.
   *
   * @returns loss and metrics of this batch, as they were before the weights changed
   * @throws StriateError as `fit` does, and when the loss is not a finite number.
   *
   * @example
   * for (const [x, y] of batches) console.log((await model.trainOnBatch(x, y)).loss);
   */
  async trainOnBatch(
    x: InputData,
    y: TargetData,
    options: OnBatchOptions = {},
  ): Promise<Record<string, number> & { loss: number }> {
    const { sampleWeight } = expectOptions({ where: 'trainOnBatch', kinds: onBatchKinds }, options);
    const data = fitData(x, y, sampleWeight);
    const parts = this.trainingParts('trainOnBatch', data);
    const { trainOnBatch } = await import('./training.js');
    return inOrder((await trainOnBatch(parts, data)) as Record<string, number> & { loss: number });
  }

  /** Loss and metrics of all examples as one batch; the weights stay as they are. */
  testOnBatch(
    x: InputData,
    y: TargetData,
    options: OnBatchOptions = {},
  ): Promise<Record<string, number> & { loss: number }> {
    expectOptions({ where: 'testOnBatch', kinds: onBatchKinds }, options);
    return this.evaluate(x, y, { ...options, batchSize: exampleCount(fitData(x, y)) ?? 1 });
  }

  /** The model's output for all examples as one batch. */
  predictOnBatch(x: InputData): Promise<Tensor<'float32'>> {
    return this.predict(x, { batchSize: exampleCount(fitData(x)) ?? 1 });
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
  async predictAll(x: InputData | DataSet, options: PredictOptions = {}): Promise<Tensor<'float32'>[]> {
    const began = performance.now();
    const data = fitData(x);
    const executor = this.executor('predict', data);
    const { checkPredictOptions, predictPass, predictionSource, printPass } = await import('./prediction.js');
    checkPredictOptions(options);
    const { batchSize, callbacks, verbose } = options;
    const source = predictionSource(data, executor.topology, batchSizeFor(data, batchSize));
    const outputs = await predictPass(executor, source, callbacks);
    if (verbose) printPass('predict', began, source.examples);
    return outputs;
  }

  /**
   * Writes the model to one file, whole or not at all: to `.safetensors` weights, configuration and compile options; to
   * `.keras` or `.h5` what `keras.models.load_model` reads.
   *
   * @param options with `optimizer`, training can go on from a safetensors file: `fit(…, { resumeFrom: path })`
   * @throws StriateError when the path ends in something else, a layer of your own has no `config`, Keras has no layer that
   * computes the same, or the file cannot be written.
   *
   * @example
   * await model.save('digits.keras');
   */
  async save(path: string, options: SaveOptions = {}): Promise<void> {
    expectOptions({ where: 'save', kinds: saveKinds }, options);
    const { files, modelFileFormat, modelParts } = await import('./training.js');
    const format = modelFileFormat('save', path);
    if (format === 'safetensors') {
      return files.writeWhole(path, modelParts(this.content(options)).parts);
    }
    if (options.optimizer) {
      throw new StriateError({
        where: 'save',
        rule: "Keras's files are written without the state of the optimizer",
        received: `optimizer: true for '${path}'`,
        advice: 'to go on with the training, save to a file that ends in .safetensors; or leave optimizer out',
      });
    }
    const { kerasBytes } = await kerasWriter();
    return files.writeWhole(path, await kerasBytes(this, format));
  }

  /** What `save` writes. */
  async toBytes(options: SaveOptions = {}): Promise<Uint8Array> {
    expectOptions({ where: 'toBytes', kinds: saveKinds }, options);
    const content = this.content(options);
    const { encodedModel } = await import('./training.js');
    return encodedModel(content);
  }

  /** Takes weights, optimizer variables and the state of training from a file's content. Used by `loadModel`. */
  async useCheckpoint(content: SafeTensors, file: string): Promise<void> {
    const executor = this.executor('load');
    const { restoreCheckpoint } = await import('./training.js');
    const state = await restoreCheckpoint(executor, this.compiledNow?.optimizer, content, file);
    if (state) this.savedState = state;
  }

  /** Takes over resolved compile options. Used by `loadModel`. */
  useCompiled(compiled: Compiled): void {
    if (this.executorNow) chosenObjectives(this.executorNow.topology, compiled.options);
    if (this.compiledNow && this.compiledNow.optimizer !== compiled.optimizer) this.savedState = undefined;
    this.compiledNow = compiled;
    this.executorNow?.forget();
  }

  /** Leaves the model uncompiled, for a reason that training then tells. Used by `loadModel`. */
  leaveUncompiled(reason: string): void {
    this.uncompiled = reason;
  }

  /**
   * What a step of training is made of, checked. Used by `fit`, `evaluate` and `findLearningRate`.
   *
   * @throws StriateError when the model is not compiled, or being trained already.
   */
  trainingParts(where: string, data: FitData): TrainingParts {
    const compiled = this.compiledNow;
    if (!compiled && this.uncompiled !== undefined) {
      throw new StriateError({ where, rule: `the model '${this.name}' was saved with ${this.uncompiled}` });
    }
    if (!compiled) {
      throw new StriateError({ where, rule: "compile the model first: model.compile({ optimizer: 'adam', loss: … })" });
    }
    if ((this.loop || this.starting) && where !== 'evaluate') {
      throw new StriateError({ where, rule: `the model '${this.name}' is being trained already` });
    }
    const executor = this.executor(where, data);
    return { compiled, executor };
  }

  protected checkObjective(topology: Topology): void {
    if (this.compiledNow) chosenObjectives(topology, this.compiledNow.options);
  }

  static {
    refusePythonNames(this.prototype, 'model');
  }

  private part(which: FeaturePart): Model {
    const { name, seed, topology: whole } = this;
    if (this.parts?.of !== whole) this.parts = { of: whole, models: new Map() };
    const { models } = this.parts;
    let part = models.get(which);
    if (!part) {
      const topology = featurePart(name, whole, which);
      part = new Model({ kind: 'Functional', name: `${name}_${which}`, seed, topology });
      models.set(which, part);
    }
    // The same pictures go in, but for the head.
    if (which !== 'head') part.preprocessing = this.preprocessing;
    return part;
  }

  private content({ optimizer = false }: SaveOptions = {}): ModelContent {
    const { name, seed } = this;
    return {
      executor: this.executor('save'),
      description: { className: this.kind, name, seed },
      compiled: this.compiledNow,
      classNames: this.classNames,
      preprocessing: this.preprocessing,
      metadata: this.metadata,
      optimizer,
      state: this.trainingState,
    };
  }

  private async restoreTraining(path: string): Promise<TrainingState> {
    const { files, resumedFrom } = await import('./training.js');
    const { content, state } = resumedFrom(await files.read(path), path);
    await this.useCheckpoint(content, path);
    return state;
  }
}

/** Results by name that can also be taken apart in their order, as Keras gives them: `[loss, accuracy]`. */
function inOrder<T extends Readonly<Record<string, number>>>(results: T): T {
  return Object.defineProperty(results, Symbol.iterator, { value: () => Object.values(results)[Symbol.iterator]() });
}
