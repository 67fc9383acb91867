import { gradients as emitGradients } from '../autodiff/gradients.js';
import { isApplication, type GraphBuilder, type Node } from '../graph/index.js';
import type { SymbolicTensor } from '../layers/layer.js';
import type { Model } from '../models/index.js';
import { argMax, mul, oneHot, reduceSum, relu, relu6, reshape } from '../ops/index.js';
import type { Tensor } from '../tensor/index.js';
import { argMaxOf } from '../tensor/row.js';
import { formatShape, sizeOf, StriateError, type Shape } from '../tensor/index.js';
import type { CompletePreprocessing } from '../pictures/preprocessing.js';
import { featureMapOf, featureMapTowards } from '../topology/featureMap.js';
import { inputFeed } from '../topology/predictionGraph.js';
import type { Topology } from '../topology/topology.js';
import { classScores, type ScoreForm } from './classScores.js';
import { range, rowsIn, rowsOf, taken, type OwnRows, type Rows } from './rows.js';
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
    const { score } = await this.run('score', rows, (graph, emitted) => {
      graph.output('score', emitted.score);
    });
    return taken(score, rows);
  }

  /** `[R, …]`: what layers give for each row, in one pass. */
  async values(places: readonly SymbolicTensor[], rows: Rows): Promise<Float32Array[]> {
    const key = `values/${places.map((place) => this.keyOf(place)).join('+')}`;
    const found = await this.run(key, rows, (graph, emitted) => {
      places.forEach((place, i) => graph.output(`value:${i}`, emitted.nodeOf(place)));
    });
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
    const { score } = await this.run(
      `behind/${this.keyOf(place)}`,
      rows,
      (graph, emitted) => {
        graph.output('score', emitted.score);
      },
      place,
    );
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
    const found = await this.run(`${rule}/${this.keyOf(by)}`, rows, (graph, emitted) => {
      const node = emitted.nodeOf(by);
      const [gradient] = emitGradients(
        reduceSum(emitted.score, { axes: [0], keepDims: false }),
        [node],
        rule === 'guided' ? rectified : undefined,
      );
      if (!gradient) throw this.independent(by);
      graph.output('score', emitted.score);
      graph.output('gradient', gradient);
      if (by !== 'picture') graph.output('value', node);
    });
    const value =
      by === 'picture' ? rows.data.subarray(0, taken(found.gradient, rows).length) : taken(found.value, rows);
    return { scores: taken(found.score, rows), gradient: taken(found.gradient, rows), value };
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
    for (const rows of this.batches()) await this.run('classes', rows, () => undefined);
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

  private independent(by: Place): StriateError {
    const what = by === 'picture' ? 'the picture' : `'${by.source?.layer.name ?? by.name}'`;
    return new StriateError({
      where: 'explain',
      rule: `the target does not depend on ${what}`,
      advice: 'choose a layer on the way from the picture to the target',
    });
  }

  private bypassed(place: SymbolicTensor): never {
    throw new StriateError({
      where: 'explain',
      rule: `there is a path around '${place.source?.layer.name ?? place.name}' to the outputs of '${this.model.name}'`,
      advice: 'name a layer that every path goes through (layer)',
    });
  }

  private keyOf(place: Place): string {
    if (place === 'picture') return 'picture';
    return String(this.model.topology.predictionCalls.findIndex(({ output }) => output === place));
  }

  /** Runs a program over rows; the model keeps it under its key, but for targets that are functions. */
  private async run(
    what: string,
    rows: Rows,
    build: (graph: GraphBuilder, emitted: Emitted) => void,
    from?: SymbolicTensor,
  ): Promise<Record<string, Tensor>> {
    this.signal?.throwIfAborted();
    const { parts, decided } = this;
    const size = rows.data.length / sizeOf(from?.shape ?? this.pictureShape);
    const [first] = decided ?? [];
    const key = ['explain', what, size, parts.form, parts.pictureInput, this.targetKey(first)].join('/');
    const emit = (graph: GraphBuilder, topology: Topology): void => {
      build(graph, this.emitted(graph, topology, size, first, from));
    };
    const feeds: Record<string, Float32Array> = {};
    parts.inputs.forEach((input, i) => {
      const name = inputFeed(this.model.topology.inputNames[i]);
      if (i !== parts.pictureInput) feeds[name] = rowsOf(input.data, input.shape, rows.of, size);
    });
    feeds[from ? replacedFeed : inputFeed(this.model.topology.inputNames[parts.pictureInput])] = rows.data;
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

  /** The model's forward pass and the target's score, in a graph. */
  private emitted(
    graph: GraphBuilder,
    topology: Topology,
    size: number,
    target: ResolvedTarget | undefined,
    from: SymbolicTensor | undefined,
  ): Emitted {
    const { pictureInput } = this.parts;
    const inputs = topology.inputs.map(({ shape }, i) =>
      from && i === pictureInput ? undefined : graph.input(inputFeed(topology.inputNames[i]), [size, ...shape]),
    );
    const given = from && new Map([[from, graph.input(replacedFeed, [size, ...from.shape])]]);
    const values = topology.emitValues(graph, inputs, undefined, given);
    const valueOf = (value: SymbolicTensor): Node => values.get(value) ?? this.bypassed(from!);
    const first = values.get(topology.outputs[0]);
    const weighted = (value: Node, weights: Node): Node => {
      const rest = sizeOf(value.type.shape) / size;
      const flat = reshape(value, { shape: [size, rest] });
      return reduceSum(mul(flat, weights), { axes: [1], keepDims: false });
    };
    const classes = first?.type.shape.length === 2 ? classScores(first, this.parts.form) : undefined;
    if (first && classes) {
      graph.output('classes', classes);
      graph.output('probabilities', classScores(first, 'probabilities'));
    }
    const score = (): Node => {
      if (target?.kind === 'own') return checkedScore(target.emit(topology.outputs.map(valueOf)), size);
      const value =
        target?.kind === 'unit' ? valueOf(target.value) : (classes ?? this.noClasses(valueOf(topology.outputs[0])));
      if (target) return weighted(value, graph.input(targetFeed, [size, target.weights.length]));
      return weighted(value, oneHot(argMax(value), { depth: value.type.shape[1] }));
    };
    return {
      score: score(),
      nodeOf: (place) => values.get(place === 'picture' ? topology.inputs[pictureInput] : place)!,
    };
  }

  private noClasses({ type: { shape } }: Node): never {
    throw new StriateError({
      where: 'explain',
      rule: `a class is a target where the model's first output is [classes]; that of '${this.model.name}' is ${formatShape(shape.slice(1))}`,
      advice:
        `name a unit of it: { output: 0, unit: [row, column, channel] }, or give a function of the outputs; on the command line ` +
        `--target '${this.model.topology.outputNames[0]}:ROW,COLUMN,CHANNEL'`,
    });
  }
}

/** What guided backpropagation lets through a rectifier. */
function rectified(node: Node, gradient: Node): Node {
  return isApplication(node, relu) || isApplication(node, relu6) ? relu(gradient) : gradient;
}

const targetFeed = 'target';
const replacedFeed = 'replaced';

/** The parts of a graph that what is computed is built from. */
interface Emitted {
  /** `[R]`: the target's score. */
  readonly score: Node;
  readonly nodeOf: (place: Place) => Node;
}

function checkedScore(score: Node, size: number): Node {
  const { shape, dtype } = score.type;
  if (dtype === 'float32' && shape.length === 1 && shape[0] === size) return score;
  throw new StriateError({
    where: 'explain',
    rule: `a target function must give a number for each of the ${size} pictures, float32 [${size}]`,
    received: `${dtype} ${formatShape(shape)}`,
    advice: 'reduce the other axes: operators.reduceSum(value, { axes: [1], keepDims: false })',
  });
}
