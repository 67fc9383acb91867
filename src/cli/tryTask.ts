import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import { labelMapOf } from '../data/annotated/labelMapOf.js';
import {
  detectionConfusion,
  evaluateDetections,
  evaluateSegmentation,
  objectKeypointSimilarity,
  pck,
  type LabelMap,
} from '../measures/index.js';
import { ProgressLine } from '../platform/progressLine.js';
import type { BoxTrial, MaskTrial, PointedThing, PointTrial, TaskTrial } from '../report/task/taskTrial.js';
import { findInSet, rawPicture } from '../tasks/detectorTraining.js';
import { Detector, Segmenter, type KeypointDetector } from '../tasks/index.js';
import { onlyThing, usualSigmas } from '../tasks/keypointTraining.js';
import type { Task } from '../tasks/loadTask.js';
import { labelsOfClasses } from '../tasks/taskClasses.js';
import { StriateError } from '../tensor/index.js';

/** How far off a point may be, as a share of the longer side of its thing's box. */
const pointThreshold = 0.1;

/**
 * Tries a model for boxes, masks or points on annotated pictures, at the pictures' own size.
 *
 * @param argument what messages call the model
 * @throws StriateError when it does not know the set's classes or points.
 */
export function tryTask(task: Task, set: AnnotatedSet, argument: string): Promise<TaskTrial> {
  if (task instanceof Detector) return tryDetector(task, set, argument);
  return task instanceof Segmenter ? trySegmenter(task, set, argument) : tryPoints(task, set, argument);
}

async function tryDetector(detector: Detector, set: AnnotatedSet, argument: string): Promise<BoxTrial> {
  const { classNames } = set;
  const own = labelsOfClasses(argument, set, detector.classNames, 'model');
  using progress = new ProgressLine('pictures', set.size);
  const { truth, found } = await findInSet(detector, set, own, (done) => progress.update(done));
  const result = evaluateDetections(truth, found, { classNames });
  const confusion = detectionConfusion(truth, found, { classNames });
  return { task: 'detect', set, truth, found, result, confusion };
}

async function trySegmenter(segmenter: Segmenter, set: AnnotatedSet, argument: string): Promise<MaskTrial> {
  const { classNames } = segmenter;
  const own = labelsOfClasses(argument, set, classNames, 'model');
  const [truth, found]: [LabelMap[], LabelMap[]] = [[], []];
  using progress = new ProgressLine('pictures', set.size);
  for (let i = 0; i < set.size; i++) {
    const { height, width, labels } = await segmenter.segment(await rawPicture(set, i));
    const real = labelMapOf(set.picture(i), { height, width }).data;
    truth.push({ height, width, data: real.map((label) => (label === 0 || label === 255 ? label : own[label - 1])) });
    found.push({ height, width, data: Uint8Array.from(labels) });
    progress.update(i + 1);
  }
  const result = evaluateSegmentation(truth, found, classNames.length);
  return { task: 'segment', set, classNames, truth, found, result };
}

async function tryPoints(detector: KeypointDetector, set: AnnotatedSet, argument: string): Promise<PointTrial> {
  const { pointNames } = detector;
  if (set.pointNames.join('\n') !== pointNames.join('\n')) {
    throw new StriateError({
      where: argument,
      rule: `finds the points ${pointNames.join(', ')}`,
      received: `the data '${set.name}' with points ${set.pointNames.join(', ') || 'none'}`,
      advice: 'give data with these points, in this order',
    });
  }
  const sigmas = usualSigmas(pointNames);
  const things: PointedThing[] = [];
  using progress = new ProgressLine('pictures', set.size);
  for (let picture = 0; picture < set.size; picture++) {
    const thing = onlyThing(`data '${set.name}'`, set.annotations(picture), set.picture(picture).name);
    if (thing) {
      const named = await detector.detect(await rawPicture(set, picture));
      const found = named.map(({ x, y, score }) => [x, y, score] as const);
      things.push({ picture, thing, found, oks: objectKeypointSimilarity(thing, found, sigmas) });
    }
    progress.update(picture + 1);
  }
  const measured = pck(
    things.map(({ thing }) => thing),
    things.map(({ found }) => found),
    { threshold: pointThreshold },
  );
  const oks = things.reduce((sum, one) => sum + one.oks, 0) / things.length;
  return { task: 'keypoints', set, things, ...measured, threshold: pointThreshold, oks };
}
