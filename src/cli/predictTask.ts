import { mkdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { files } from '#platform';
import { cocoResults } from '../data/annotated/cocoFile.js';
import { formatCount } from '../platform/textTable.js';
import { ProgressLine } from '../platform/progressLine.js';
import { foundPicture, type ShownThing } from '../report/foundPicture.js';
import { sheetFormat } from '../report/pictureSheet.js';
import { boxAround } from '../geometry/box.js';
import type { Detection } from '../geometry/annotation.js';
import { Detector, KeypointDetector, type SegmentedPicture, type Segmenter } from '../tasks/index.js';
import type { Task } from '../tasks/loadTask.js';
import { StriateError } from '../tensor/index.js';
import { engineChoice } from './commandOptions.js';
import { UsageError } from './failure.js';
import { columns, type Output } from './output.js';
import { reportUnread, type UnreadPicture } from './unreadPictures.js';

/** What the command line asks of a model for boxes, masks or points. */
export interface PredictTaskOptions {
  readonly output?: string;
  readonly threshold?: number;
  readonly threads?: number;
  readonly engine?: string;
  readonly json?: boolean;
}

/** With less a detector's boxes are not shown; files for measuring have all that it says. Points are there, however unsure. */
const shownFrom = 0.5;

/** Where what was found goes. */
type Destination =
  | { readonly kind: 'coco'; readonly path: string }
  | { readonly kind: 'picture'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string };

function destinationOf(path: string | undefined, pictures: number, task: Task): Destination | undefined {
  if (path === undefined) return undefined;
  const extension = extname(path).toLowerCase();
  if (extension === '') return { kind: 'folder', path };
  if (extension === '.json') {
    if ('detect' in task) return { kind: 'coco', path };
    throw new UsageError({
      where: `--output ${path}`,
      rule: 'COCO’s results are of boxes and points, and this model gives masks of classes',
      advice: 'name a folder, for drawn pictures and masks as PNG files',
    });
  }
  sheetFormat(path, '--output');
  if (pictures === 1) return { kind: 'picture', path };
  throw new UsageError({
    where: `--output ${path}`,
    rule: `is one file for ${pictures} pictures`,
    advice: 'name a folder',
  });
}

/** Names for files of pictures, each once. */
function fileNames(pictures: readonly string[]): string[] {
  const taken = new Map<string, number>();
  return pictures.map((picture) => {
    const name = basename(picture, extname(picture));
    const before = taken.get(name) ?? 0;
    taken.set(name, before + 1);
    return before === 0 ? name : `${name}-${before + 1}`;
  });
}

/** COCO numbers its pictures as its files are called; others are numbered in order. */
function pictureIds(pictures: readonly string[]): number[] {
  const stems = pictures.map((picture) => basename(picture, extname(picture)));
  const areNumbers = stems.every((stem) => /^\d{1,15}$/.test(stem)) && new Set(stems.map(Number)).size === stems.length;
  return stems.map((stem, i) => (areNumbers ? Number(stem) : i + 1));
}

/** What was found in one picture. */
interface FoundThings {
  readonly things: readonly ShownThing[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly json: object;
  /** For COCO's results, by its numbers of classes, less one. */
  readonly detections?: readonly Detection[];
  readonly segmented?: SegmentedPicture;
}

const round = (value: number): number => Math.round(value * 100) / 100;
const percent = (share: number): string => `${(share * 100).toFixed(1).padStart(5)} %`;
const corners = (box: readonly number[]): string => `[${box.map((edge) => Math.round(edge)).join(', ')}]`;

async function boxesIn(detector: Detector, picture: string, scoreThreshold: number | undefined): Promise<FoundThings> {
  const detections = await detector.detect(picture, scoreThreshold === undefined ? {} : { scoreThreshold });
  return {
    // Place 0 is the background, which COCO does not number.
    detections: detections.map(({ label, score, box }) => ({ label: label - 1, score, box })),
    things: detections.map((found) => ({ ...found, name: `${found.name} ${found.score.toFixed(2)}` })),
    rows: detections.map(({ name, score, box }) => [name, percent(score), corners(box)]),
    json: {
      detections: detections.map(({ name, label: index, score, box }) => ({
        ...{ name, index },
        ...{ score: Number(score.toPrecision(6)), box: box.map(round) },
      })),
    },
  };
}

async function pointsIn(detector: KeypointDetector, picture: string, least: number | undefined): Promise<FoundThings> {
  const all = await detector.detect(picture);
  const sure = all.filter(({ score }) => score >= (least ?? 0));
  const points = all.map(({ x, y, score }) => [x, y, score >= (least ?? 0) ? 2 : 0] as const);
  const score = all.reduce((sum, point) => sum + point.score, 0) / all.length;
  return {
    detections: [{ label: 0, score, box: boxAround(points)!, points }],
    // Each point has a colour and a name of its own.
    things: sure.map(({ name, x, y }) => {
      const label = detector.pointNames.indexOf(name) + 1;
      return { label, name, points: [[x, y, 2]] as const };
    }),
    rows: sure.map((point) => [point.name, percent(point.score), `(${Math.round(point.x)}, ${Math.round(point.y)})`]),
    json: {
      points: sure.map(({ name, x, y, score: own }) => {
        return { name, x: round(x), y: round(y), score: Number(own.toPrecision(6)) };
      }),
    },
  };
}

async function masksIn(segmenter: Segmenter, picture: string): Promise<FoundThings> {
  const segmented = await segmenter.segment(picture);
  const { height, width, areas, classNames, mask } = segmented;
  const present = areas.flatMap((pixels, label) => (pixels > 0 ? [{ label, pixels, name: classNames[label] }] : []));
  const all = present.map(({ label, pixels, name }) => ({ label, pixels, name, mask: mask(label) }));
  const share = (pixels: number): number => pixels / (height * width);
  const things = all.filter(({ label }) => label > 0).map((thing) => ({ ...thing, box: thing.mask.box }));
  return {
    segmented,
    things,
    rows: all.map(({ name, pixels, mask: own }) => [name, percent(share(pixels)), corners(own.box)]),
    json: {
      ...{ height, width },
      classes: all.map(({ name, label: index, pixels, mask: own }) => ({
        ...{ name, index, pixels, box: own.box },
        share: Number(share(pixels).toPrecision(6)),
      })),
    },
  };
}

function thingsIn(task: Task, picture: string, least: number | undefined): Promise<FoundThings> {
  if (task instanceof Detector) return boxesIn(task, picture, least);
  return task instanceof KeypointDetector ? pointsIn(task, picture, least) : masksIn(task, picture);
}

/** Writes each pixel's class as a grey PNG file. */
async function writeLabels({ labels, height, width }: SegmentedPicture, path: string): Promise<void> {
  const { default: sharp } = await import('sharp');
  const raw = { width, height, channels: 1 } as const;
  const grey = sharp(Uint8Array.from(labels), { raw }).toColourspace('b-w');
  await files.writeWhole(path, await grey.png().toBuffer());
}

/** Looks for things in pictures, prints them and draws them where it is asked to. */
export async function predictTask(
  { argument, task, pictures }: { argument: string; task: Task; pictures: readonly string[] },
  options: PredictTaskOptions,
  output: Output,
): Promise<void> {
  const { json, threshold } = options;
  const kind = task instanceof Detector ? 'detect' : task instanceof KeypointDetector ? 'keypoints' : 'segment';
  if (threshold !== undefined && kind === 'segment') {
    const rule = 'is of boxes and points, and this model gives each pixel the class that it is most likely of';
    throw new UsageError({ where: '--threshold', rule, advice: 'leave it out' });
  }
  const destination = destinationOf(options.output, pictures.length, task);
  if (destination?.kind === 'folder') await mkdir(destination.path, { recursive: true });
  task.model.useEngine(engineChoice(options));
  const names = fileNames(pictures);
  const ids = pictureIds(pictures);
  const least = threshold ?? (destination?.kind === 'coco' || kind === 'keypoints' ? undefined : shownFrom);
  const unread: UnreadPicture[] = [];
  const kept: object[] = [];
  const results: object[] = [];
  const several = pictures.length > 1;
  using progress = new ProgressLine('pictures', pictures.length);
  for (const [i, picture] of pictures.entries()) {
    let found: FoundThings;
    try {
      found = await thingsIn(task, picture, least);
    } catch (error) {
      if (!(error instanceof StriateError)) throw error;
      unread.push({ picture, reason: error.message });
      continue;
    }
    if (json) kept.push({ picture, ...found.json });
    if (destination?.kind === 'coco') {
      results.push(...cocoResults([found.detections!], [ids[i]]));
    } else if (destination) {
      const { path, kind } = destination;
      const file = kind === 'picture' ? path : join(path, `${names[i]}.png`);
      await foundPicture(picture, found.things, file);
      if (found.segmented) {
        await writeLabels(found.segmented, join(file, '..', `${basename(file, extname(file))}-labels.png`));
      }
    }
    if (!json) {
      if (several) output.data(picture);
      if (found.rows.length === 0) output.data(`${several ? '  ' : ''}nothing`);
      for (const line of columns(found.rows)) output.data(several ? `  ${line}` : line);
    }
    if (!process.stdout.isTTY && i + 1 < pictures.length) progress.update(i + 1);
  }
  if (destination?.kind === 'coco') {
    await files.writeWhole(destination.path, new TextEncoder().encode(JSON.stringify(results)));
  }
  reportUnread(unread, pictures.length, output);
  if (destination) {
    const drawn = pictures.length - unread.length;
    const what =
      destination.kind === 'coco'
        ? `${formatCount(results.length)} things in COCO’s format`
        : `${formatCount(drawn)} drawn`;
    output.progress(`${what}: ${destination.path}`);
  }
  if (json) {
    const written = destination?.path ?? null;
    output.json({ command: 'predict', model: argument, task: kind, predictions: kept, unread, output: written });
  }
}
