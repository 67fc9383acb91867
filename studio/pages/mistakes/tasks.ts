import { explain, project, StriateError, type ProjectOptions } from 'striate';
import type { CanvasPicture } from 'striate/explain';
import type { TaskContext, Tasks } from '../../engine/protocol.js';
import type { HeatMap } from '../../parts/PictureCanvas.js';
import { takePhotos } from '../../storage/takePhotos.js';
import { nearestByAngle, nearestByDifference } from './distances.js';
import { inputOf, judge as judged, shownPicture, type Judged, type Kept } from './judge.js';
import type { JudgedSource } from './openSource.js';
import { problem } from './problems.js';

export type { Judged } from './judge.js';
export type { JudgedSource, SourceData } from './openSource.js';

/** What a heat map of a picture is about: its guess, its label, what speaks against the guess, or for the label rather than the guess. */
export type HeatOf = 'guess' | 'label' | 'against' | 'rather';

/** By what pictures are alike: as the model sees them, or pixel by pixel. */
export type AlikeBy = 'model' | 'pixels';

/** What was judged last; the page asks further questions of it. */
let kept: Kept | undefined;

async function judge(source: JudgedSource, context: TaskContext): Promise<Judged> {
  if (kept?.judged.key !== source.key) kept = await judged(source, context);
  return kept.judged;
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
  const onProgress = (done: number, total: number): void => {
    context.signal.throwIfAborted();
    context.progress({ done, total, what: options.method ?? 'pca' });
  };
  const found = await project(vectors, { ...options, onProgress });
  return { points: found.points.data, parameters: found.parameters, explained: found.explainedVarianceRatio ?? [] };
}

/** Small pictures, one after the other, as `Judged.shape` says. */
function thumbnails({ key, indices }: { key: string; indices: readonly number[] }): Uint8Array {
  const { judged: of, thumbnails: all } = judgedAs(key);
  const bytes = of.shape[0] * of.shape[1] * of.shape[2];
  const out = new Uint8Array(indices.length * bytes);
  indices.forEach((index, i) => out.set(all.subarray(index * bytes, (index + 1) * bytes), i * bytes));
  return out;
}

/** A picture as large as the model takes it. */
function picture({ key, index }: { key: string; index: number }): Promise<CanvasPicture> {
  return shownPicture(judgedAs(key), index);
}

/** The most similar pictures, the picture itself first: by the angle between their vectors, or by their pixels. */
function similar(asked: { key: string; index: number; count: number; by: AlikeBy }): Int32Array {
  const { index, count, by } = asked;
  const { judged: of, vectors, thumbnails: pixels } = judgedAs(asked.key);
  if (by === 'model') {
    const [size, width] = vectors.shape;
    return nearestByAngle({ count: size, width, data: vectors.data }, index, count);
  }
  return nearestByDifference({ count: of.count, width: pixels.length / of.count, data: pixels }, index, count);
}

/** A heat map of what counts in a picture. */
export interface FoundHeat extends HeatMap {
  /** How it was found: Grad-CAM, or the gradient where a model has no maps. */
  readonly method: string;
}

/** What counts in a picture. */
async function heat(
  { key, index, of }: { key: string; index: number; of: HeatOf },
  { signal }: TaskContext,
): Promise<FoundHeat> {
  const { data, model, judged: about } = judgedAs(key);
  const [guess, label] = [about.guesses[index], about.labels[index]];
  const target = { guess, label, against: { against: guess }, rather: { class: label, minus: guess } }[of];
  const x = await inputOf(data, index);
  const input = x.reshape(x.shape.slice(1));
  const found = await explain(model, input, { target, signal }).catch((error: unknown) => {
    // A model without maps has no class activation map; what its input's numbers count for can be told of any.
    if (error instanceof StriateError) return explain(model, input, { target, signal, method: 'saliency' });
    throw error;
  });
  const [height, width] = data.inputShape;
  return { height, width, data: Float32Array.from(found.heat().data), signed: found.signed, method: found.method };
}

function judgedAs(key: string): Kept {
  if (kept?.judged.key === key) return kept;
  throw new StriateError({ where: problem.mistakes, rule: problem.notHeld, advice: problem.reload });
}

/** What the page has computed. */
export const tasks = { judge, place, thumbnails, picture, similar, heat, takePhotos } satisfies Tasks;
