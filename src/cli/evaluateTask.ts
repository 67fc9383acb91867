import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { files } from '#platform';
import { annotatedFolder, openAnnotated } from '../data/annotated/annotatedFolder.node.js';
import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import { cocoAnnotations, cocoResults } from '../data/annotated/cocoFile.js';
import { labelMapOf } from '../data/annotated/labelMapOf.js';
import { dataSetNames } from '../data/catalogue.node.js';
import type { DataSplits } from '../data/dataSet.js';
import {
  detectionConfusion,
  evaluateDetections,
  evaluateSegmentation,
  type DetectionEvaluation,
  type LabelMap,
} from '../measures/index.js';
import { ProgressLine } from '../platform/progressLine.js';
import { formatCount } from '../platform/textTable.js';
import { csvCell } from '../report/resultsCsv.js';
import { findInSet, rawPicture } from '../tasks/detectorTraining.js';
import { Detector, type Segmenter } from '../tasks/index.js';
import { labelsOfClasses } from '../tasks/taskClasses.js';
import { StriateError } from '../tensor/index.js';
import { engineChoice } from './commandOptions.js';
import { columns, type Output } from './output.js';

/** What the command line asks of the trial of a detector or a segmenter. */
export interface EvaluateTaskOptions {
  readonly part: keyof DataSplits;
  readonly out?: string;
  readonly threads?: number;
  readonly engine?: string;
  readonly json?: boolean;
}

/** What a trial came to: numbers, lines for people, and files for a folder. */
interface Trial {
  readonly numbers: object;
  readonly lines: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

/** What people read for each of COCO's figures. */
const figureNames: Readonly<Record<string, string>> = {
  map: 'average precision, IoU 0.50 to 0.95',
  map50: 'average precision, IoU 0.50',
  map75: 'average precision, IoU 0.75',
  mapSmall: 'average precision, things below 32² pixels',
  mapMedium: 'average precision, things up to 96² pixels',
  mapLarge: 'average precision, larger things',
  mar1: 'average recall, 1 box a picture',
  mar10: 'average recall, 10 boxes a picture',
  mar100: 'average recall, 100 boxes a picture',
  marSmall: 'average recall, things below 32² pixels',
  marMedium: 'average recall, things up to 96² pixels',
  marLarge: 'average recall, larger things',
};

/** −1 and NaN say that there was nothing to measure. */
const shown = (value: number): string => (value >= 0 ? value.toFixed(3) : '–');
const measured = (value: number): number | null => (value >= 0 ? value : null);

/** The part of annotated data that a trial is on. */
async function annotatedPart(name: string, { part }: EvaluateTaskOptions, task: Detector | Segmenter) {
  if (dataSetNames.includes(name)) {
    throw new StriateError({
      where: `data '${name}'`,
      rule: 'has pictures of one thing each, without boxes or masks',
      advice: 'give scenes, or a folder of annotated pictures: COCO, Pascal VOC, YOLO, LabelMe, masks as PNG files',
    });
  }
  const [height, width] = task.model.inputShape;
  const options = { size: [height, width] as const };
  const data = (await openAnnotated(name, options)) ?? (await annotatedFolder(name, options));
  const set = data[part];
  if (set && set.size > 0) return { set, format: data.format };
  throw new StriateError({ where: `data '${name}'`, rule: `has no ${part} part`, advice: 'leave --part out' });
}

async function detectorTrial(detector: Detector, set: AnnotatedSet, own: readonly number[]): Promise<Trial> {
  const { classNames } = set;
  using progress = new ProgressLine('pictures', set.size);
  const { truth, found } = await findInSet(detector, set, own, (done) => progress.update(done));
  const result = evaluateDetections(truth, found, { classNames });
  const { counts, missed, invented } = detectionConfusion(truth, found, { classNames });
  const pictures = Array.from({ length: set.size }, (_, i) => set.picture(i));
  const figures = Object.entries(result.figures);
  const rows = result.perClass.map(({ className, things, averagePrecision, averagePrecision50, averageRecall }) => [
    ...[className, things],
    ...[averagePrecision, averagePrecision50, averageRecall].map(shown),
  ]);
  return {
    numbers: {
      task: 'detect',
      test: Object.fromEntries(figures.map(([name, value]) => [name, measured(value)])),
      classes: result.perClass.map(({ className: name, things, ...measures }) => ({
        ...{ name, things },
        ...Object.fromEntries(Object.entries(measures).map(([key, value]) => [key, measured(value)])),
      })),
      confusion: counts.map((row) => [...row]),
      ...{ missed: [...missed], invented: [...invented] },
    },
    lines: [
      ...columns(figures.map(([name, value]) => [figureNames[name] ?? name, shown(value)])),
      ...columns([['class', 'things', 'AP', 'AP at 0.5', 'AR'], ...rows]),
    ],
    files: {
      'annotations.json': JSON.stringify(cocoAnnotations(pictures, set)),
      'detections.json': JSON.stringify(cocoResults(found)),
      'curves.csv': curvesCsv(result),
    },
  };
}

/** Precision by recall at an overlap of 0.5, a column for each class. */
function curvesCsv({ curves }: DetectionEvaluation): string {
  const known = curves.filter((curve) => curve !== undefined);
  const header = ['recall', ...known.map(({ className }) => csvCell(className))];
  const recalls = known.length === 0 ? [] : [...known[0].recall];
  const rows = recalls.map((recall, i) => [
    recall.toFixed(2),
    ...known.map(({ precision }) => precision[i].toFixed(6)),
  ]);
  return `${[header, ...rows].map((row) => row.join(',')).join('\n')}\n`;
}

async function segmenterTrial(segmenter: Segmenter, set: AnnotatedSet, own: readonly number[]): Promise<Trial> {
  const { classNames } = segmenter;
  const [truth, found]: [LabelMap[], LabelMap[]] = [[], []];
  using progress = new ProgressLine('pictures', set.size);
  for (let i = 0; i < set.size; i++) {
    const { height, width, labels } = await segmenter.segment(await rawPicture(set, i));
    const real = labelMapOf(set.picture(i), { height, width }).data;
    truth.push({ height, width, data: real.map((label) => (label === 0 || label === 255 ? label : own[label - 1])) });
    found.push({ height, width, data: Uint8Array.from(labels) });
    progress.update(i + 1);
  }
  const { counts, iou, boundaryF, ...result } = evaluateSegmentation(truth, found, classNames.length);
  const { meanIou, pixelAccuracy, meanAccuracy, frequencyWeightedIou, meanBoundaryF } = result;
  const means = { meanIou, pixelAccuracy, meanAccuracy, frequencyWeightedIou, meanBoundaryF };
  const pixels = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const present = classNames.flatMap((name, label) => (iou[label] >= 0 ? [{ name, label }] : []));
  return {
    numbers: {
      task: 'segment',
      test: Object.fromEntries(Object.entries(means).map(([name, value]) => [name, measured(value)])),
      classes: present.map(({ name, label }) => ({
        ...{ name, pixels: pixels[label] },
        ...{ iou: measured(iou[label]), boundaryF: measured(boundaryF[label]) },
      })),
      confusion: counts.map((row) => [...row]),
    },
    lines: [
      `mean IoU ${shown(meanIou)}, pixel accuracy ${shown(pixelAccuracy)}, boundary F ${shown(meanBoundaryF)}`,
      ...columns([
        ['class', 'pixels', 'IoU', 'boundary F'],
        ...present.map(({ name, label }) => [name, pixels[label], shown(iou[label]), shown(boundaryF[label])]),
      ]),
    ],
    files: {},
  };
}

/** Tries a detector or a segmenter on annotated pictures, at the pictures' own size, and prints how it did. */
export async function evaluateTask(
  { argument, task, data }: { argument: string; task: Detector | Segmenter; data: string },
  options: EvaluateTaskOptions,
  output: Output,
): Promise<void> {
  const { part, out, json } = options;
  const { set, format } = await annotatedPart(data, options, task);
  const own = labelsOfClasses(argument, set, task.classNames, 'model');
  task.model.useEngine(engineChoice(options));
  const kind = part === 'train' ? 'training' : part;
  output.progress(`Trying ${argument} on ${formatCount(set.size)} ${kind} pictures of ${set.name} (${format}) …`);
  for (const line of set.problemLines) output.progress(line);
  const trial = task instanceof Detector ? await detectorTrial(task, set, own) : await segmenterTrial(task, set, own);
  const { parameters } = task.model.parameterCounts();
  const about = { command: 'evaluate', model: argument, parameters, data: set.name, part, pictures: set.size };
  const result = { ...about, ...trial.numbers, out: out ?? null };
  if (out !== undefined) {
    await mkdir(out, { recursive: true });
    const all = { ...trial.files, 'evaluation.json': `${JSON.stringify(result, null, 2)}\n` };
    for (const [name, text] of Object.entries(all)) {
      await files.writeWhole(join(out, name), new TextEncoder().encode(text));
    }
    output.progress(`The numbers of this evaluation: ${out}`);
  }
  if (json) output.json(result);
  else for (const line of trial.lines) output.data(line);
}
