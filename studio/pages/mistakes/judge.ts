/** In the worker: what a model says of a set of pictures, and all that is measured of it. */
import {
  calibration,
  embeddingsOf,
  findLabelIssues,
  Tensor,
  type Calibration,
  type DataSet,
  type Model,
} from 'striate';
import type { CanvasPicture } from 'striate/explain';
import { probabilitiesOf } from '../../engine/probabilities.js';
import type { TaskContext } from '../../engine/protocol.js';
import { shownPictures } from '../../pictures/shownPictures.js';
import { thumbnail, thumbnailShape, type PictureShape } from '../../pictures/thumbnail.js';
import { distancesToClass } from './distances.js';
import { openSource, type JudgedSource } from './openSource.js';

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
  /** What a folder that was dropped is called. */
  readonly folder?: string | undefined;
  /** Rows and columns of the pictures as they are shown small, and their channels. */
  readonly shape: PictureShape;
  /** How many of the pictures the model has learned from. */
  readonly learned: number;
}

/** What was judged, with what further questions are answered from. */
export interface Kept {
  readonly judged: Judged;
  readonly model: Model;
  readonly data: DataSet;
  /** What the model decides from, a row for each picture. */
  readonly vectors: Tensor<'float32'>;
  /** All pictures at a small size, one after the other. */
  readonly thumbnails: Uint8Array;
}

/** The largest side of small pictures, and how many bytes all of them may have: of very many each is smaller. */
const mostShown = 64;
const mostBytes = 64e6;
const leastShown = 20;

/** @throws StriateError where model and pictures do not suit each other, or a picture cannot be read. */
export async function judge(source: JudgedSource, context: TaskContext): Promise<Kept> {
  const { model, data, files, folder, part, learned } = await openSource(source, context);
  const { signal } = context;
  const { size } = data;
  const own = pictureShape(data);
  const side = Math.floor(Math.sqrt(mostBytes / (size * own[2])));
  const shape = thumbnailShape(own, Math.max(leastShown, Math.min(mostShown, side)));
  const bytes = shape[0] * shape[1] * shape[2];
  const thumbnails = new Uint8Array(size * bytes);
  let rows: Float32Array = new Float32Array(0);
  const progress = (done: number): void => context.progress({ done, total: size });
  const { vectors, labels, predicted } = await embeddingsOf(model, data, {
    signal,
    onProgress: progress,
    onPictures: ({ start, count, x, probabilities }) => {
      const seen = shownPictures(new Tensor('float32', [count, ...own], x), data.preprocessing);
      seen.forEach((picture, i) => {
        thumbnail(picture, shape, thumbnails.subarray((start + i) * bytes, (start + i + 1) * bytes));
      });
      probabilities?.forEach((row, i) => {
        if (rows.length === 0) rows = new Float32Array(size * row.length);
        rows.set(row, (start + i) * row.length);
      });
    },
  });
  if (!predicted) rows = await predictedRows(model, data, context);
  const measured = measuredOf(rows, labels, data.classNames.length);
  const points = { count: size, width: vectors.shape[1], data: vectors.data };
  const judged: Judged = {
    key: source.key,
    count: size,
    classNames: data.classNames,
    labels,
    ...measured,
    distances: distancesToClass(points, labels, data.classNames.length),
    files,
    folder,
    part,
    shape,
    learned,
  };
  return { judged, model, data, vectors, thumbnails };
}

/** A picture of the set, as large as the model takes it, in bytes as they are drawn. */
export async function shownPicture({ data }: Kept, index: number): Promise<CanvasPicture> {
  const [shown] = shownPictures(await inputOf(data, index), data.preprocessing);
  return { height: shown.height, width: shown.width, data: shown.rgba };
}

/** A picture of the set as the model takes it, [1, H, W, C]. */
export async function inputOf(data: DataSet, index: number): Promise<Tensor<'float32'>> {
  const shape = pictureShape(data);
  const x = new Float32Array(shape[0] * shape[1] * shape[2]);
  await data.fill([index], x, new Int32Array(1));
  return new Tensor('float32', [1, ...shape], x);
}

const pictureShape = ({ inputShape }: DataSet): PictureShape => inputShape as unknown as PictureShape;

/** What follows from the probabilities of all classes of all pictures, row by row. */
function measuredOf(rows: Float32Array, labels: Int32Array, classes: number) {
  const count = labels.length;
  const at = (i: number, k: number): number => rows[i * classes + k];
  const guesses = Int32Array.from({ length: count }, (_, i) => {
    let best = 0;
    for (let k = 1; k < classes; k++) if (at(i, k) > at(i, best)) best = k;
    return best;
  });
  const ofLabel = Float32Array.from({ length: count }, (_, i) => at(i, labels[i]));
  const table = new Tensor('float32', [count, classes], rows);
  const issues = findLabelIssues(labels, table);
  const suggested = new Int32Array(count).fill(-1);
  for (const issue of issues.issues) suggested[issue.index] = issue.suggested;
  return {
    guesses,
    probabilities: Float32Array.from({ length: count }, (_, i) => at(i, guesses[i])),
    ofLabel,
    losses: ofLabel.map((share) => -Math.log(Math.max(share, 1e-7))),
    suspicion: Float32Array.from(issues.quality, (quality) => 1 - quality),
    suggested,
    calibration: calibration(labels, table, { bins: 10 }),
    noiseRate: issues.noiseRate,
  };
}

/** The probabilities of a model that decides from its outputs alone, so that its embeddings tell none. */
async function predictedRows(model: Model, data: DataSet, context: TaskContext): Promise<Float32Array> {
  const classes = data.classNames.length;
  const rows = new Float32Array(data.size * classes);
  const shape = pictureShape(data);
  const batch = 32;
  for (let start = 0; start < data.size; start += batch) {
    context.signal.throwIfAborted();
    const count = Math.min(batch, data.size - start);
    const x = new Float32Array(count * shape[0] * shape[1] * shape[2]);
    await data.fill(
      Int32Array.from({ length: count }, (_, i) => start + i),
      x,
      new Int32Array(count),
    );
    const said = await model.predict(new Tensor('float32', [count, ...shape], x), { batchSize: batch });
    for (let i = 0; i < count; i++)
      rows.set(probabilitiesOf(said.data.subarray(i * classes, (i + 1) * classes)), (start + i) * classes);
    context.progress({ done: start + count, total: data.size });
  }
  return rows;
}
