import { gradients as emitGradients } from '../autodiff/gradients.js';
import { isApplication, type GraphBuilder, type Node } from '../graph/index.js';
import type { SymbolicTensor } from '../layers/layer.js';
import type { Model } from '../models/index.js';
import { matmul, reduceSum, relu, relu6, reshape } from '../ops/index.js';
import type { Tensor } from '../tensor/index.js';
import { argMaxOf } from '../tensor/row.js';
import { formatShape, sizeOf, StriateError, type Shape } from '../tensor/index.js';
import type { CompletePreprocessing } from '../pictures/preprocessing.js';
import { featureMapOf, featureMapTowards } from '../topology/featureMap.js';
import { inputFeed } from '../topology/predictionGraph.js';
import type { Topology } from '../topology/topology.js';
import type { ScoreForm } from './classScores.js';
import { range, rowsIn, rowsOf, taken, type OwnRows, type Rows } from './rows.js';
import { scoreGraph, targetFeed, type Entry, type ScoreNodes } from './scoreGraph.js';
import { classTarget, layerValue, type ResolvedTarget, type TargetContext } from './target.js';

/** What one pass forwards and backwards gives, a row for each picture. */
export interface GradientResult {
  /** `[R]`: the target's score. */
  readonly scores: Float32Array;
  /** `[R, …]`: how the score changes with the value. */
  readonly gradient: Float32Array;
  /** `[R, …]`: the value that the gradient belongs to. */
  readonly value: Float32Array;
}

/** What a subject is made of. */
export interface SubjectParts {
  readonly context: TargetContext;
  /** What the model takes, [N, …] each. */
  readonly inputs: readonly Tensor<'float32'>[];
  /** Which of the inputs is the picture. */
  readonly pictureInput: number;
  /** One for all pictures, one for each, or undefined: the class that the model finds likeliest in each. */
  readonly targets: readonly ResolvedTarget[] | undefined;
  readonly form: ScoreForm;
  /** The layer that maps are taken from; undefined: the model's last feature map. */
  readonly layer: string | undefined;
  /** How the pictures became numbers; undefined where they were given as such. */
  readonly preprocessing?: CompletePreprocessing | undefined;
  /** Pictures that are computed at once, at most. */
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Where a value is: the picture itself, or what a layer gives. */
export type Place = 'picture' | SymbolicTensor;

/**
 * Pictures, a model, and what is to be explained: what a method of explanation works with. It computes scores, values inside
 * the model and gradients, with programs that the model keeps.
 */
export class Subject {
  readonly model: Model;
  /** [N, H, W, C] as the model takes them. */
  readonly pictures: Tensor<'float32'>;
  readonly batchSize: number;
  readonly signal: AbortSignal | undefined;
  /** Tells how much of the work is done; for methods that take many passes. */
  readonly onProgress: (done: number, total: number) => void;
  private decided: readonly ResolvedTarget[] | undefined;
  /** What the model says of each picture's classes, as far as it was asked. */
  private readonly said: { readonly scores: Float32Array; readonly probabilities: Float32Array }[] = [];

  constructor(private readonly parts: SubjectParts) {
    this.model = parts.context.model;
    this.pictures = parts.inputs[parts.pictureInput];
    this.batchSize = parts.batchSize;
    this.signal = parts.signal;
    this.onProgress = parts.onProgress ?? (() => undefined);
    this.decided = parts.targets;
  }

  /** How many pictures there are. */
  get count(): number {
    return this.pictures.shape[0];
  }

  /** [H, W, C] of a picture. */
  get pictureShape(): Shape {
    return this.pictures.shape.slice(1);
  }

  /** The numbers [H, W, C] of one of the pictures. */
  picture(place: number): Float32Array {
    const size = sizeOf(this.pictureShape);
    return this.pictures.data.subarray(place * size, (place + 1) * size);
  }

  /**
   * The map [h, w, C] that class activation maps are read from: the layer's that was asked for, else the last one of the
   * features.
   *
   * @throws StriateError when there is none.
   */
  get map(): SymbolicTensor {
    const { layer } = this.parts;
    const value = layer === undefined ? this.featureMap() : layerValue(layer, this.model);
    if (!value.source) {
      throw new StriateError({
        where: 'explain',
        rule: `class activation maps are read from a layer's map; the model '${this.model.name}' has none before its classifier`,
        advice: "use a method over the picture's pixels, such as 'saliency' or 'integrated-gradients'",
      });
    }
    if (value.shape.length === 3) return value;
    throw new StriateError({
      where: 'explain',
      rule: `a map needs a layer that gives [height, width, channels]; '${layer}' gives ${formatShape(value.shape)}`,
      advice: 'choose a layer before the flattening or global pooling',
    });
  }

  /** What of the model the target is computed from. */
  get targetValues(): readonly SymbolicTensor[] {
    const { outputs } = this.model.topology;
    const [target] = this.parts.targets ?? [];
    return target?.kind === 'own' ? outputs : [target?.kind === 'unit' ? target.value : outputs[0]];
  }

  /** A black pixel as the model takes it, a number for each channel; zeros where pictures were given as numbers. */
  get black(): readonly number[] {
    const { mean, std } = this.parts.preprocessing ?? {};
    return Array.from({ length: this.pictureShape[2] }, (_, c) => (mean && std ? (0 - mean[c]) / std[c] : 0));
  }

  /** Whether a target is the difference of two classes, so that both signs count. */
  get compares(): boolean {
    return (
      this.parts.targets?.some(
        (one) =>
          one.kind === 'class' && one.weights.some((weight) => weight < 0) && one.weights.some((weight) => weight > 0),
      ) ?? false
    );
  }

  /** What the target of a picture is called, once it is known. */
  async targetOf(picture: number): Promise<ResolvedTarget> {
    const targets = await this.targets();
    return targets[targets.length === 1 ? 0 : picture];
  }

  /** How probable the model finds each class in a picture; undefined where its first output is not [classes]. */
  async probabilitiesOf(picture: number): Promise<Float32Array | undefined> {
    if (this.model.outputs[0].shape.length !== 1) return undefined;
    if (this.said.length < this.count) await this.ask();
    return this.said[picture].probabilities;
  }

  /** The target's score for each row: [R]. */
  async scores(rows: Rows): Promise<Float32Array> {
    await this.targets();
    const { score } = await this.run('score', rows, outputScore, this.given(rows));
    return taken(score, rows);
  }

  /** `[R, …]`: what layers give for each row, in one pass. */
  async values(places: readonly SymbolicTensor[], rows: Rows): Promise<Float32Array[]> {
    const key = `values/${places.map((place) => this.keyOf(place)).join('+')}`;
    const emit: Emit = (graph, { nodeOf }) => {
      places.forEach((place, i) => graph.output(`value:${i}`, nodeOf(place)));
    };
    const found = await this.run(key, rows, emit, this.given(rows));
    return places.map((_, i) => taken(found[`value:${i}`], rows));
  }

  /**
   * The target's score for each row, where what a layer gives is replaced by the rows' numbers: only the layers behind it are
   * computed. `[R]`
   *
   * @param rows.data `[R, …]` of the layer's shape
   */
  async scoresBehind(place: SymbolicTensor, rows: Rows): Promise<Float32Array> {
    await this.targets();
    const { score } = await this.run(`behind/${this.keyOf(place)}`, rows, outputScore, {
      place,
      node: (graph, size) => graph.input(replacedFeed, [size, ...place.shape]),
      feeds: { [replacedFeed]: rows.data },
      size: rows.data.length / sizeOf(place.shape),
    });
    return taken(score, rows);
  }

  /**
   * The target's score for each row, with its gradient by the picture or by what a layer gives.
   *
   * @param rule 'guided': rectifiers let only what is positive back
   */
  async gradients(by: Place, rows: Rows, rule: 'plain' | 'guided' = 'plain'): Promise<GradientResult> {
    // The subject's own pictures decide what the likeliest class is, in the same pass.
    if (!rows.own) await this.targets();
    const emit: Emit = (graph, { score, nodeOf }) => {
      const node = nodeOf(by === 'picture' ? this.pictureValue : by);
      graph.output('score', score);
      graph.output('gradient', this.gradientOf(score, node, by, rule));
      if (by !== 'picture') graph.output('value', node);
    };
    const found = await this.run(`${rule}/${this.keyOf(by)}`, rows, emit, this.given(rows));
    const value =
      by === 'picture' ? rows.data.subarray(0, taken(found.gradient, rows).length) : taken(found.value, rows);
    return { scores: taken(found.score, rows), gradient: taken(found.gradient, rows), value };
  }

  /**
   * `[H × W × C]`: each row's gradient by the picture times the row's weight, summed: what comes back does not grow with the batch.
   *
   * @param weights as many as rows, or fewer: what is behind them counts nothing
   */
  async gradientSum(rows: Rows, weights: Float64Array): Promise<Float32Array> {
    await this.targets();
    const given = this.given(rows);
    const counts = new Float32Array(given.size);
    counts.set(weights);
    const emit: Emit = (graph, { score, nodeOf }) => {
      const gradient = this.gradientOf(score, nodeOf(this.pictureValue), 'picture', 'plain');
      const flat = reshape(gradient, { shape: [given.size, sizeOf(this.pictureShape)] });
      const weighted = matmul(graph.input('weights', [1, given.size]), flat, { transposeA: false, transposeB: false });
      graph.output('sum', weighted);
    };
    const entry = { ...given, feeds: { ...given.feeds, weights: counts } };
    const { sum } = await this.run('gradient-sum', rows, emit, entry);
    return sum.data as Float32Array;
  }

  /** The subject's own pictures, a batch at a time. */
  *batches(): Generator<OwnRows> {
    const size = sizeOf(this.pictureShape);
    const { data } = this.pictures;
    if (this.count <= this.batchSize) {
      yield { data, of: range(0, this.count), own: this.count, start: 0 };
      return;
    }
    for (let start = 0; start < this.count; start += this.batchSize) {
      const end = Math.min(start + this.batchSize, this.count);
      const padded = new Float32Array(this.batchSize * size);
      padded.set(data.subarray(start * size, end * size));
      yield { data: padded, of: range(start, end), own: end - start, start };
    }
  }

  /** What each picture's explanation is about: one for all, or one for each. */
  private async targets(): Promise<readonly ResolvedTarget[]> {
    if (this.decided) return this.decided;
    if (this.said.length < this.count) await this.ask();
    return (this.decided = this.said.map(({ scores }) => classTarget(argMaxOf(scores), this.parts.context)));
  }

  /** Lets the model say what it sees in the subject's pictures. */
  private async ask(): Promise<void> {
    for (const rows of this.batches()) await this.run('classes', rows, () => undefined, this.given(rows));
  }

  /** The last map on the way to the target: for a class of a model with one input and one output, its features' last. */
  private featureMap(): SymbolicTensor {
    const { name, topology } = this.model;
    const { inputs, outputs } = topology;
    const ends = this.targetValues;
    try {
      if (inputs.length === 1 && outputs.length === 1 && ends[0] === outputs[0]) return featureMapOf(name, topology);
    } catch (error) {
      if (!(error instanceof StriateError)) throw error;
    }
    const towards = featureMapTowards(topology, inputs[this.parts.pictureInput], ends);
    if (towards) return towards;
    throw new StriateError({
      where: 'explain',
      rule: `the model '${name}' has no feature map [height, width, channels] that all paths from the picture to the target go through`,
      advice:
        "name a layer that gives one (layer), or use a method that works on the picture, as 'integrated-gradients'",
    });
  }

  /** What the model takes the pictures as. */
  private get pictureValue(): SymbolicTensor {
    return this.model.topology.inputs[this.parts.pictureInput];
  }

  /** Rows of pictures, as they are fed. */
  private given({ data }: Rows): Entry {
    const { topology } = this.model;
    const name = inputFeed(topology.inputNames[this.parts.pictureInput]);
    return {
      place: this.pictureValue,
      node: (graph, size) => graph.input(name, [size, ...this.pictureShape]),
      feeds: { [name]: data },
      size: data.length / sizeOf(this.pictureShape),
    };
  }

  private gradientOf(score: Node, node: Node, by: Place, rule: 'plain' | 'guided'): Node {
    const sum = reduceSum(score, { axes: [0], keepDims: false });
    const [gradient] = emitGradients(sum, [node], rule === 'guided' ? rectified : undefined);
    if (!gradient) throw this.independent(by);
    return gradient;
  }

  private independent(by: Place): StriateError {
    const what = by === 'picture' ? 'the picture' : `'${by.source?.layer.name ?? by.name}'`;
    return new StriateError({
      where: 'explain',
      rule: `the target does not depend on ${what}`,
      advice: 'choose a layer on the way from the picture to the target',
    });
  }

  private keyOf(place: Place): string {
    if (place === 'picture') return 'picture';
    return String(this.model.topology.predictionCalls.findIndex(({ output }) => output === place));
  }

  /** Runs a program over rows; the model keeps it under its key, but for targets that are functions. */
  private async run(what: string, rows: Rows, build: Emit, entry: Entry): Promise<Record<string, Tensor>> {
    this.signal?.throwIfAborted();
    const { parts, decided } = this;
    const { pictureInput, form } = parts;
    const { size } = entry;
    const [first] = decided ?? [];
    const key = ['explain', what, size, form, pictureInput, this.targetKey(first)].join('/');
    const emit = (graph: GraphBuilder, topology: Topology): void => {
      const { name } = this.model;
      build(graph, scoreGraph(graph, { name, topology, pictureInput, form, target: first, entry }));
    };
    const feeds: Record<string, Float32Array> = { ...entry.feeds };
    parts.inputs.forEach((input, i) => {
      const name = inputFeed(this.model.topology.inputNames[i]);
      if (i !== pictureInput) feeds[name] = rowsOf(input.data, input.shape, rows.of, size);
    });
    if (first && first.kind !== 'own') feeds[targetFeed] = this.targetRows(rows.of, size, first.weights.length);
    const program = await this.model.program(first?.kind === 'own' ? undefined : key, emit);
    try {
      const found = await program.run(feeds);
      if (rows.own && found.classes) {
        const [scores, probabilities] = [found.classes, found.probabilities].map((one) => rowsIn(one));
        rows.of.slice(0, rows.own).forEach((picture, i) => {
          this.said[picture] = { scores: scores[i], probabilities: probabilities[i] };
        });
      }
      return found;
    } finally {
      if (first?.kind === 'own') program.dispose();
    }
  }

  private targetKey(target: ResolvedTarget | undefined): string {
    if (!target) return 'likeliest';
    return target.kind === 'unit' ? `unit ${this.keyOf(target.value)}` : target.kind;
  }

  /** How much each number of the target's value counts, for each row. */
  private targetRows(of: readonly number[], size: number, width: number): Float32Array {
    const rows = new Float32Array(size * width);
    of.forEach((picture, row) => {
      const target = this.decided![this.decided!.length === 1 ? 0 : picture];
      if (target.kind !== 'own') rows.set(target.weights, row * width);
    });
    return rows;
  }
}

/** What guided backpropagation lets through a rectifier. */
function rectified(node: Node, gradient: Node): Node {
  return isApplication(node, relu) || isApplication(node, relu6) ? relu(gradient) : gradient;
}

const replacedFeed = 'replaced';

/** What a program gives, of the score and of what layers give. */
type Emit = (graph: GraphBuilder, nodes: ScoreNodes) => void;

const outputScore: Emit = (graph, { score }) => {
  graph.output('score', score);
};
