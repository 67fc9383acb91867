import { classify, exportOnnx, type PredictedClass, type Engine } from 'striate';
import type { TaskContext, Tasks } from '../../engine/protocol.js';
import { fresh } from './makeModel.js';
import { batchOf, openData, type DataChoice } from './openData.js';
import { shownPictures, spread, type ShownPicture } from '../../pictures/shownPictures.js';
import { takePhotos } from '../../storage/takePhotos.js';
import { TrainingSession, type SessionInput, type TrainingNews } from './TrainingSession.js';
import { isTrained, type TrainSettings } from './recipe.js';

/** What data have in them. */
export interface DataSummary {
  readonly classNames: readonly string[];
  /** Training pictures of each class; undefined where the data do not tell. */
  readonly counts: readonly number[] | undefined;
  readonly train: number;
  readonly held: number;
  readonly inputShape: readonly number[];
  /** A few pictures of the first classes. */
  readonly samples: readonly { readonly label: number; readonly picture: ShownPicture }[];
}

/** Pictures of the strip of samples. */
const sampled = 20;

async function lookAtData(choice: DataChoice): Promise<DataSummary> {
  const { train, held } = await openData(choice);
  const { classNames, inputShape } = train;
  const { x, labels } = await batchOf(train, spread(train, Math.max(sampled, classNames.length)).slice(0, sampled));
  const counts = train.label && new Array<number>(classNames.length).fill(0);
  if (counts) for (let i = 0; i < train.size; i++) counts[train.label!(i)]++;
  return {
    classNames,
    counts,
    train: train.size,
    held: held.size,
    inputShape,
    samples: shownPictures(x, train.preprocessing).map((picture, i) => ({ label: labels[i], picture })),
  };
}

/** The shapes and parameters of a network's layers. */
export interface ModelShape {
  readonly layers: readonly { readonly name: string; readonly shape: readonly number[]; readonly parameters: number }[];
  readonly parameters: number;
}

async function describe({
  settings,
  server,
}: {
  readonly settings: TrainSettings;
  readonly server: string | undefined;
}): Promise<ModelShape | undefined> {
  if (isTrained(settings)) return undefined;
  const { data, pictures, held, side } = settings;
  const { train } = await openData({ data, pictures, held, side, server });
  const model = fresh(settings, train);
  const { layers } = model.summarize();
  return {
    layers: layers.map(({ name, output, parameters }) => ({ name, shape: output, parameters })),
    parameters: model.parameterCounts().trainable,
  };
}

/** The training that is open; one at a time, as it takes the whole engine. */
let session: TrainingSession | undefined;
/** Trainings are opened and begun one after the other. */
let before: Promise<unknown> = Promise.resolve();

async function sessionOf(input: SessionInput, engine: Engine): Promise<TrainingSession> {
  if (session?.input.id !== input.id) {
    const left = session;
    session = undefined;
    left?.pause();
    await left?.model.dispose();
    session = await TrainingSession.open(input, engine);
  }
  return session;
}

/** Trains to the end, or until it is paused; with `batches`, so many. */
function train(
  { batches, ...input }: SessionInput & { readonly batches?: number },
  context: TaskContext,
): Promise<TrainingNews> {
  session?.pause();
  const result = before.then(async () => (await sessionOf(input, context.engine)).train(context, batches));
  before = result.catch(() => undefined);
  return result;
}

/** Ends the training under way after its step. */
function pause(_: object): void {
  session?.pause();
}

/** A picture to be tried: four bytes a pixel. */
export interface TriedPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

async function tryPicture(
  { picture, ...input }: SessionInput & { readonly picture: TriedPicture | Blob },
  { engine }: TaskContext,
): Promise<readonly PredictedClass[]> {
  const { model } = await sessionOf(input, engine);
  return classify(model, picture, { top: 5 });
}

/** What a model can be taken away as. */
export type DownloadFormat = 'safetensors' | 'onnx';

async function download(
  { format, ...input }: SessionInput & { readonly format: DownloadFormat },
  { engine }: TaskContext,
): Promise<Uint8Array> {
  const { model } = await sessionOf(input, engine);
  return format === 'safetensors' ? model.toBytes() : exportOnnx(model);
}

/** What the page has computed. */
export const tasks = { lookAtData, describe, train, pause, tryPicture, download, takePhotos } satisfies Tasks;
