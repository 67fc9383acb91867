import { cocoAnnotations, cocoResults } from '../data/annotated/cocoFile.js';
import type { DetectionEvaluation } from '../measures/index.js';
import { csvCell } from '../report/resultsCsv.js';
import type { BoxTrial, MaskTrial, PointTrial, TaskTrial } from '../report/task/taskTrial.js';
import { columns } from './output.js';

/** What a trial came to: numbers, lines for people, and files for a folder. */
export interface TrialOutput {
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
const allMeasured = (values: Readonly<Record<string, number>>): Record<string, number | null> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, measured(value)]));

/** What a trial came to, for the terminal, as JSON and as files. */
export function trialOutput(trial: TaskTrial): TrialOutput {
  if (trial.task === 'detect') return boxOutput(trial);
  return trial.task === 'segment' ? maskOutput(trial) : pointOutput(trial);
}

function boxOutput({ set, found, result, confusion }: BoxTrial): TrialOutput {
  const { counts, missed, invented } = confusion;
  const pictures = Array.from({ length: set.size }, (_, i) => set.picture(i));
  const rows = result.perClass.map(({ className, things, averagePrecision, averagePrecision50, averageRecall }) => [
    ...[className, things],
    ...[averagePrecision, averagePrecision50, averageRecall].map(shown),
  ]);
  return {
    numbers: {
      task: 'detect',
      test: allMeasured(result.figures),
      classes: result.perClass.map(({ className: name, things, ...measures }) => ({
        ...{ name, things },
        ...allMeasured(measures),
      })),
      confusion: counts.map((row) => [...row]),
      ...{ missed: [...missed], invented: [...invented] },
    },
    lines: [
      ...columns(Object.entries(result.figures).map(([name, value]) => [figureNames[name] ?? name, shown(value)])),
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

function maskOutput({ classNames, result: evaluation }: MaskTrial): TrialOutput {
  const { counts, iou, boundaryF, ...result } = evaluation;
  const { meanIou, pixelAccuracy, meanAccuracy, frequencyWeightedIou, meanBoundaryF } = result;
  const pixels = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const present = classNames.flatMap((name, label) => (iou[label] >= 0 ? [{ name, label }] : []));
  return {
    numbers: {
      task: 'segment',
      test: allMeasured({ meanIou, pixelAccuracy, meanAccuracy, frequencyWeightedIou, meanBoundaryF }),
      classes: present.map(({ name, label }) => ({
        ...{ name, pixels: pixels[label] },
        ...allMeasured({ iou: iou[label], boundaryF: boundaryF[label] }),
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

function pointOutput({ set, things, pck, perPoint, threshold, oks }: PointTrial): TrialOutput {
  const points = set.pointNames.map((name, i) => ({
    name,
    labelled: things.filter(({ thing }) => (thing.points?.[i]?.[2] ?? 0) > 0).length,
    pck: perPoint[i] ?? NaN,
  }));
  return {
    numbers: {
      task: 'keypoints',
      test: { ...allMeasured({ pck, oks }), threshold },
      points: points.map((point) => ({ ...point, pck: measured(point.pck) })),
    },
    lines: [
      `PCK@${threshold} ${shown(pck)}, object keypoint similarity ${shown(oks)}`,
      ...columns([
        ['point', 'labelled', `PCK@${threshold}`],
        ...points.map((point) => [point.name, point.labelled, shown(point.pck)]),
      ]),
    ],
    files: {},
  };
}
