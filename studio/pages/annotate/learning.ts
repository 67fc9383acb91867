import {
  annotatedPictures,
  augmentation,
  createDetector,
  createKeypointDetector,
  createSegmenter,
  exportOnnx,
  input,
  layers,
  loadDetector,
  loadKeypointDetector,
  loadSegmenter,
  model,
  nms,
  openModel,
  RunLengthMask,
  StriateError,
  type AnnotatedSet,
  type Callback,
  type Detector,
  type Engine,
  type KeypointDetector,
  type Model,
  type Segmenter,
} from 'striate';
import type { TaskContext } from '../../engine/protocol.js';
import { namedModel } from '../../models/namedModel.js';
import { smallLayers, smallSide, type LearnKind, type LearnSettings } from './learnKinds.js';
import { keepLearnt, keptLearnt, type Found, type LearntModel } from './learnt.js';
import { problem } from './problems.js';
import { teaching, type Work } from './work.js';

/** What is to be learned from. */
export interface LearnInput extends LearnSettings {
  readonly work: Work;
  /** The address of the server's data up to a file's path; undefined where there is no server. */
  readonly server: string | undefined;
}

/** How far a training is. */
export type LearnNews = Omit<LearntModel, 'bytes'>;

type Learner = Detector | Segmenter | KeypointDetector;

/** Pictures that are learned from at once. */
const batchSize = 8;
/** A pass has so many examples at least: a few pictures are seen again and again, changed each time. */
const leastExamples = 16;

/** 3×3 filters with maps of a quarter, an eighth and a sixteenth of the side: learns drawn shapes within seconds. */
function smallBackbone(): Model {
  const inputs = input({ shape: [smallSide, smallSide, 3] });
  let y = inputs;
  for (const [filters, strides] of smallLayers) {
    y = layers.conv2d({ filters, kernelSize: 3, strides, padding: 'same', useBias: false }).apply(y);
    // By groups of channels rather than by batches, of which the first ones would say little.
    y = layers.groupNormalization({ groups: filters / 8 }).apply(y);
    y = layers.relu().apply(y);
  }
  return model({ inputs, outputs: y, name: 'small' });
}

/** How each kind's network is made; on a backbone, or without one. */
const made: Readonly<Record<LearnKind, (work: Work, backbone: Model | undefined) => Learner>> = {
  boxes: ({ classNames: classes }, backbone = smallBackbone()) => createDetector({ backbone, head: 'fcos', classes }),
  masks: ({ classNames: classes }, backbone) =>
    backbone
      ? createSegmenter({ backbone, head: 'unet', classes })
      : createSegmenter('unet', { classes, inputShape: [smallSide, smallSide, 3], filters: 8 }),
  points: ({ pointNames: points }, backbone = smallBackbone()) => createKeypointDetector({ backbone, points }),
};

const opened = { boxes: loadDetector, masks: loadSegmenter, points: loadKeypointDetector } as const satisfies Readonly<
  Record<LearnKind, (bytes: Uint8Array) => Promise<Learner>>
>;

/** What sees pictures now: it is being trained, was trained last, or was kept. */
const learners = new Map<LearnKind, Learner>();
let abort: AbortController | undefined;

/** The learner of a kind; undefined where nothing was learned yet. */
async function learnerOf(kind: LearnKind, engine: Engine): Promise<Learner | undefined> {
  const known = learners.get(kind);
  if (known) return known;
  const kept = await keptLearnt(kind);
  if (!kept) return undefined;
  const learner = await opened[kind](kept.bytes);
  learner.model.useEngine({ engine });
  // Another question may have opened it meanwhile.
  return learners.get(kind) ?? (learners.set(kind, learner), learner);
}

/** Trains on all pictures that teach this kind, until it is done or stopped; what came of it is kept. */
export async function learn({ work, server, ...settings }: LearnInput, context: TaskContext): Promise<LearnNews> {
  const { engine, signal } = context;
  abort?.abort();
  const own = new AbortController();
  abort = own;
  const { kind, backbone: name, passes } = settings;
  const backbone = name === 'fresh' ? undefined : await trained(name, server, engine);
  signal.throwIfAborted();
  const learner = made[kind](work, backbone);
  learner.model.useEngine({ engine });
  if (backbone) learner.backbone?.freeze();
  const [height, width] = learner.model.inputShape;
  const { set, pictures } = await examples(kind, work, [height, width]);
  learners.set(kind, learner);
  const began = performance.now();
  const curve: [number, number][] = [];
  const perEpoch = Math.ceil(set.size / batchSize);
  const steps = passes * perEpoch;
  let [step, told] = [0, 0];
  const state = (): LearnNews => ({
    ...settings,
    ...{ inputShape: learner.model.inputShape, pictures, step, steps, curve: [...curve] },
    seconds: (performance.now() - began) / 1000,
  });
  const watch: Callback = {
    onTrainBatchEnd: (batch, logs) => {
      step++;
      // The mean of the epoch so far: of one batch it says little.
      if (batch + 1 === perEpoch || curve.length < 4) curve.push([step, logs.loss]);
      if (performance.now() - told < 100) return;
      told = performance.now();
      context.news(state());
    },
  };
  signal.addEventListener('abort', () => own.abort());
  context.news(state());
  const options = { epochs: passes, batchSize, callbacks: [watch], signal: own.signal, verbose: 0 } as const;
  await learner.fit(set.augmented(augmentation(changes(backbone !== undefined))), options);
  const end = state();
  await keepLearnt({ ...end, bytes: await learner.toBytes() });
  return end;
}

/** Ends the training under way after its step. */
export function stop(_: object): void {
  abort?.abort();
}

/** How pictures vary: photos may be mirrored, which drawn letters may not. */
const changes = (isOfPhotos: boolean): Parameters<typeof augmentation>[0] => ({
  horizontalFlip: isOfPhotos,
  scaleJitter: { scale: [0.6, 1.5] },
  colorJitter: { brightness: 0.2, contrast: 0.2, saturation: 0.3, hue: 0.5 },
});

/** A network that has learned before. */
async function trained(name: string, server: string | undefined, engine: Engine): Promise<Model> {
  const given = await namedModel(name, server);
  return (await openModel(given.file, { name: given.name, engine })).model;
}

/** The pictures that teach a kind as examples, and how many there are. */
async function examples(
  kind: LearnKind,
  { pictures, classNames, pointNames }: Work,
  size: readonly [number, number],
): Promise<{ readonly set: AnnotatedSet; readonly pictures: number }> {
  const taught = pictures.filter((picture) => teaching[kind](picture));
  if (taught.length === 0) {
    const advice = { boxes: problem.drawBoxes, masks: problem.paintMasks, points: problem.placePoints }[kind];
    throw new StriateError({ where: problem.learning, rule: problem.nothingToLearn, advice });
  }
  const given = taught.map(({ blob, name, boxes }) => ({
    picture: blob,
    name,
    annotations: boxes.flatMap(({ mask, ...thing }) => {
      if (kind === 'masks' && !mask) return [];
      return [{ ...thing, ...(mask && { mask: RunLengthMask.fromCoco(mask) }) }];
    }),
  }));
  const all = await annotatedPictures(given, { classNames, pointNames, size });
  const rows = Array.from({ length: Math.max(leastExamples, all.size) }, (_, i) => i % all.size);
  return { set: all.subset(rows), pictures: all.size };
}

/** What was learned of a kind, without the weights; undefined where nothing was. */
export async function learnt({ kind }: { readonly kind: LearnKind }): Promise<LearnNews | undefined> {
  const kept = await keptLearnt(kind);
  if (!kept) return undefined;
  const { bytes: _, ...news } = kept;
  return news;
}

/** A picture that is looked at: a file, or four bytes a pixel. */
export type SeenPicture =
  Blob | { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray<ArrayBuffer> };

/** What the learner of a kind sees in a picture; undefined where nothing was learned yet. */
export async function find(
  { kind, picture }: { readonly kind: LearnKind; readonly picture: SeenPicture },
  { engine }: TaskContext,
): Promise<Found | undefined> {
  const learner = await learnerOf(kind, engine);
  if (!learner) return undefined;
  if ('segment' in learner) {
    const { width, height, labels, areas, classNames } = await learner.segment(picture);
    return { masks: { width, height, labels, areas, classNames } };
  }
  if ('defaults' in learner) {
    const boxes = await learner.detect(picture, { scoreThreshold: 0.1, maxDetections: 50 });
    // Of a thing that may be of two classes, the likelier one: two boxes at one place cannot be read.
    const best = nms(
      boxes.map(({ box }) => box),
      boxes.map(({ score }) => score),
      { iouThreshold: 0.4 },
    );
    return { boxes: Array.from(best, (i) => boxes[i]) };
  }
  return { points: await learner.detect(picture) };
}

/** The model of a kind as a file. */
export async function download(
  { kind, format }: { readonly kind: LearnKind; readonly format: 'safetensors' | 'onnx' },
  { engine }: TaskContext,
): Promise<Uint8Array> {
  const learner = (await learnerOf(kind, engine))!;
  if (format === 'safetensors') return learner.toBytes();
  return exportOnnx('pointNames' in learner ? learner.model : learner);
}
