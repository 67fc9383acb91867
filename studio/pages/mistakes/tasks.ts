import {
  alignClasses,
  calibration,
  digits,
  embeddingsOf,
  explain,
  findLabelIssues,
  imageFiles,
  layers,
  openModel,
  project,
  sequential,
  StriateError,
  Tensor,
  type Calibration,
  type DataSet,
  type FolderFile,
  type Model,
  type ProjectOptions,
} from 'striate';
import { probabilitiesOf } from '../../engine/probabilities.js';
import type { TaskContext, Tasks } from '../../engine/protocol.js';

/** What is to be judged. */
export interface JudgedSource {
  /** Names it, so that what was judged before need not be again. */
  readonly key: string;
  readonly part: 'test' | 'train';
  /** A model's file; undefined: a small network that learns drawn digits here. */
  readonly model?: Blob | undefined;
  readonly modelName?: string | undefined;
  /** A folder of photographs; undefined: drawn digits. */
  readonly folder?: readonly FolderFile[] | undefined;
}

/** What a model says of the pictures of a part. */
export interface Judged {
  readonly key: string;
  readonly count: number;
  readonly classNames: readonly string[];
  readonly labels: Int32Array;
  readonly guesses: Int32Array;
  /** What the guess is given, 0 to 1. */
  readonly probabilities: Float32Array;
  /** What the label is given. */
  readonly ofLabel: Float32Array;
  /** Cross-entropy, in nats. */
  readonly losses: Float32Array;
  /** 1 less how good the label is. */
  readonly suspicion: Float32Array;
  /** Whether confident learning counts the label among the wrong ones, and the class that it suggests, or −1. */
  readonly suggested: Int32Array;
  /** How far it lies from the middle of its class, where the class's own mean is 1. */
  readonly distances: Float32Array;
  readonly calibration: Calibration;
  readonly noiseRate: number;
  /** What the pictures are called, of a folder; the part that files are listed of is `part`. */
  readonly files?: readonly string[] | undefined;
  readonly part: string;
  /** Rows and columns of the pictures below, and their channels. */
  readonly shape: readonly [number, number, number];
  /** Bytes of all pictures, one after the other. */
  readonly pictures: Uint8Array;
  /** How many of the pictures the model has learned from. */
  readonly learned: number;
}

interface Kept {
  readonly judged: Judged;
  readonly model: Model;
  readonly data: DataSet;
  readonly vectors: Tensor<'float32'>;
}

/** What was judged last; the page asks further questions of it. */
let kept: Kept | undefined;

/** The network of the digits, once it has learned. */
let digitNet: Promise<Model> | undefined;

/** Pictures that the digit net learns from: few, so that it takes seconds, and leaves mistakes to look at. */
const learned = 3000;

/** The largest side at which pictures are shown. */
const mostShown = 64;

async function judge(source: JudgedSource, context: TaskContext): Promise<Judged> {
  if (kept?.judged.key === source.key) return kept.judged;
  const { model, data, files, part } = await opened(source, context);
  const { signal } = context;
  const { size, classNames } = data;
  const [height, width, channels] = data.inputShape;
  const step = Math.max(1, Math.ceil(Math.max(height, width) / mostShown));
  const shape = [Math.ceil(height / step), Math.ceil(width / step), channels] as const;
  const bytes = shape[0] * shape[1] * channels;
  const pictures = new Uint8Array(size * bytes);
  const { vectors, labels } = await embeddingsOf(model, data, {
    signal,
    onProgress: (done, total) => context.progress({ done, total }),
    onPictures: ({ start, count, x }) => {
      for (let i = 0; i < count; i++) {
        const picture = x.subarray(i * height * width * channels, (i + 1) * height * width * channels);
        shrink(picture, pictures.subarray((start + i) * bytes, (start + i + 1) * bytes), width, shape, step);
      }
    },
  });
  const rows = await predictedRows(model, data, context);
  const classes = classNames.length;
  const at = (i: number, k: number): number => rows[i * classes + k];
  const guesses = Int32Array.from({ length: size }, (_, i) => {
    let best = 0;
    for (let k = 1; k < classes; k++) if (at(i, k) > at(i, best)) best = k;
    return best;
  });
  const ofLabel = Float32Array.from({ length: size }, (_, i) => at(i, labels[i]));
  const table = new Tensor('float32', [size, classes], rows);
  const issues = findLabelIssues(labels, table);
  const suggested = new Int32Array(size).fill(-1);
  for (const issue of issues.issues) suggested[issue.index] = issue.suggested;
  const judged: Judged = {
    key: source.key,
    count: size,
    classNames,
    labels,
    guesses,
    probabilities: Float32Array.from({ length: size }, (_, i) => at(i, guesses[i])),
    ofLabel,
    losses: ofLabel.map((share) => -Math.log(Math.max(share, 1e-7))),
    suspicion: Float32Array.from(issues.quality, (quality) => 1 - quality),
    suggested,
    distances: distancesToClass(vectors, labels, classes),
    calibration: calibration(labels, table, { bins: 10 }),
    noiseRate: issues.noiseRate,
    files,
    part,
    shape,
    pictures,
    learned: source.model || part !== 'train' ? 0 : learned,
  };
  kept = { judged, model, data, vectors };
  return judged;
}

/** The model and the pictures of a source. */
async function opened(
  { model: file, modelName, folder, part }: JudgedSource,
  context: TaskContext,
): Promise<{ model: Model; data: DataSet; files: string[] | undefined; part: string }> {
  const { engine } = context;
  if (!file && folder) {
    throw new StriateError({
      where: 'a folder of photos',
      rule: 'needs a model that knows its classes',
      advice: 'drop a model’s file, too (safetensors, ONNX), or choose a run',
    });
  }
  if (!file) {
    const model = await (digitNet ??= learnDigits(context).catch((error: unknown) => {
      digitNet = undefined;
      throw error;
    }));
    const { train, test } = digits(part === 'train' ? { test: 1 } : { train: 1 });
    return { model, data: part === 'train' ? train : test, files: undefined, part };
  }
  const { model, preparation } = await openModel(file, { name: modelName ?? 'the model' });
  model.useEngine({ engine });
  if (!folder) {
    const { train, test } = digits(part === 'train' ? { test: 1 } : { train: 1 });
    const { data } = await alignClasses(model, part === 'train' ? train : test);
    return { model, data, files: undefined, part };
  }
  const inputShape = model.inputs[0].shape;
  const splits = await imageFiles(folder, {
    inputShape,
    ...(preparation && { preprocessing: preparation.preprocessing }),
  });
  // A folder of few pictures is judged whole where it has no part of its own for that.
  const [set, name] = part === 'train' ? [splits.train, 'train'] : [splits.validation ?? splits.test, 'validation'];
  const { data } = await alignClasses(model, set);
  return { model, data, files: Array.from({ length: set.size }, (_, i) => set.path(i)), part: name };
}

/** A small network that learns drawn digits for some seconds. */
async function learnDigits(context: TaskContext): Promise<Model> {
  const { engine, signal } = context;
  const { train } = digits({ train: learned, test: 1 });
  const model = sequential({
    layers: [
      layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 32, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
    seed: 1,
  });
  model.classNames = train.classNames;
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', engine });
  await model.fit(train, {
    epochs: 2,
    batchSize: 32,
    seed: 1,
    verbose: 0,
    signal,
    callbacks: [{ onTrainBatchEnd: (batch) => context.progress({ done: batch * 32, total: learned }) }],
  });
  signal.throwIfAborted();
  return model;
}

/** The probabilities of all classes of all pictures, row by row. */
async function predictedRows(model: Model, data: DataSet, { signal }: TaskContext): Promise<Float32Array> {
  const classes = data.classNames.length;
  const [height, width, channels] = data.inputShape;
  const rows = new Float32Array(data.size * classes);
  const batch = 64;
  for (let start = 0; start < data.size; start += batch) {
    signal.throwIfAborted();
    const count = Math.min(batch, data.size - start);
    const x = new Float32Array(count * height * width * channels);
    await data.fill(
      Int32Array.from({ length: count }, (_, i) => start + i),
      x,
      new Int32Array(count),
    );
    const said = await model.predict(new Tensor('float32', [count, height, width, channels], x), { batchSize: batch });
    const values = said.data;
    for (let i = 0; i < count; i++)
      rows.set(probabilitiesOf(values.subarray(i * classes, (i + 1) * classes)), (start + i) * classes);
  }
  return rows;
}

/** A picture at a smaller size, from the darkest to the lightest number that it has. */
function shrink(
  from: Float32Array,
  to: Uint8Array,
  width: number,
  [rows, columns, channels]: readonly [number, number, number],
  step: number,
): void {
  let [low, high] = [Infinity, -Infinity];
  for (const value of from) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const scale = high > low ? 255 / (high - low) : 0;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let c = 0; c < channels; c++) {
        to[(y * columns + x) * channels + c] = (from[(y * step * width + x * step) * channels + c] - low) * scale;
      }
    }
  }
}

/** How far each vector lies from the mean of its class, in that class's mean distances. */
function distancesToClass({ shape, data }: Tensor<'float32'>, labels: Int32Array, classes: number): Float32Array {
  const [count, width] = shape;
  const means = new Float64Array(classes * width);
  const counts = new Float64Array(classes);
  for (let i = 0; i < count; i++) {
    counts[labels[i]]++;
    for (let d = 0; d < width; d++) means[labels[i] * width + d] += data[i * width + d];
  }
  for (let k = 0; k < classes * width; k++) means[k] /= Math.max(1, counts[Math.floor(k / width)]);
  const usual = new Float64Array(classes);
  const distances = Float32Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += (data[i * width + d] - means[labels[i] * width + d]) ** 2;
    usual[labels[i]] += Math.sqrt(sum) / counts[labels[i]];
    return Math.sqrt(sum);
  });
  return distances.map((distance, i) => (usual[labels[i]] > 0 ? distance / usual[labels[i]] : 0));
}

/** Places of all pictures in a plane, and every parameter as it was used. */
async function place(
  { key, options }: { key: string; options: ProjectOptions },
  context: TaskContext,
): Promise<{
  points: Float32Array;
  parameters: Readonly<Record<string, number | string>>;
  explained: readonly number[];
}> {
  const { vectors } = judgedAs(key);
  const onProgress = (done: number, total: number): void =>
    context.progress({ done, total, what: options.method ?? 'pca' });
  const found = await project(vectors, { ...options, onProgress });
  return { points: found.points.data, parameters: found.parameters, explained: found.explainedVarianceRatio ?? [] };
}

/** The pictures that the model sees as most alike, the picture itself first: by the angle between their vectors. */
function similar({ key, index, count }: { key: string; index: number; count: number }): Int32Array {
  const { vectors } = judgedAs(key);
  const [size, width] = vectors.shape;
  const { data } = vectors;
  const dot = (a: number, b: number): number => {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += data[a * width + d] * data[b * width + d];
    return sum;
  };
  const own = Math.sqrt(dot(index, index)) || 1;
  const alike = Float64Array.from({ length: size }, (_, i) =>
    i === index ? Infinity : dot(i, index) / (own * (Math.sqrt(dot(i, i)) || 1)),
  );
  const order = Int32Array.from({ length: size }, (_, i) => i).sort((a, b) => alike[b] - alike[a]);
  return order.subarray(0, count).slice();
}

/** What speaks for a class in a picture (Grad-CAM). */
async function heat({
  key,
  index,
  target,
}: {
  key: string;
  index: number;
  target: number;
}): Promise<{ height: number; width: number; data: Float32Array }> {
  const { data, model } = judgedAs(key);
  const [height, width, channels] = data.inputShape;
  const x = new Float32Array(height * width * channels);
  await data.fill([index], x, new Int32Array(1));
  const found = await explain(model, new Tensor('float32', [height, width, channels], x), { target });
  return { height, width, data: Float32Array.from(found.heat().data) };
}

function judgedAs(key: string): Kept {
  if (kept?.judged.key === key) return kept;
  throw new StriateError({ where: 'Mistakes', rule: 'these pictures are no longer held', advice: 'reload the page' });
}

/** What the page has computed. */
export const tasks = { judge, place, similar, heat } satisfies Tasks;
