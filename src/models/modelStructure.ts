import type { Layer, SymbolicTensor } from '../layers/layer.js';
import type { Shape } from '../tensor/index.js';
import { featurePart, type FeaturePart } from '../topology/featureSplit.js';
import { freezeLayers, unfreezeLayers, type UnfreezeOptions } from '../topology/freezing.js';
import type { Model } from './model.js';
import { parameterCounts, summarizeTopology, summaryTable } from '../topology/modelSummary.js';
import type { ModelSummary, ParameterCounts } from '../topology/modelSummary.js';
import type { Preprocessing } from '../pictures/index.js';
import { applyTopology, layerCalled, type Topology } from '../topology/topology.js';

/** What a model is, apart from how it is trained and where its weights are: layers, parts, numbers. */
export abstract class ModelStructure {
  private readonly partsNow = new Map<FeaturePart, Model>();

  constructor(
    readonly name: string,
    /** What its weights' starting values and its random layers follow from. */
    readonly seed: number,
  ) {}

  /** The layers and how values flow through them. */
  abstract get topology(): Topology;

  /** How its pictures are prepared. */
  abstract preprocessing: Preprocessing | undefined;

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
   * model.unfreeze('layer4.0.conv1', { batchNormalization: false });
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
    return summaryTable(this.name, this.topology, this.kind === 'Functional');
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

  /** Keras's name for this kind of model. */
  protected abstract get kind(): string;

  /** A model over layers of this one. */
  protected abstract partOf(name: string, topology: Topology): Model;

  /** To be called when the layers have changed. */
  protected forgetParts(): void {
    this.partsNow.clear();
  }

  private part(which: FeaturePart): Model {
    let part = this.partsNow.get(which);
    if (!part) {
      const { name, seed, topology } = this;
      part = this.partOf(`${name}_${which}`, featurePart(name, topology, seed, which));
      this.partsNow.set(which, part);
    }
    // The same pictures go in, but for the head.
    if (which !== 'head') part.preprocessing = this.preprocessing;
    return part;
  }
}
