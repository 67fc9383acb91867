import type { Box } from '../../geometry/index.js';
import { matchedBoxes } from '../../measures/detectionConfusion.js';
import { isNear } from '../../measures/keypointSimilarity.js';
import type { BoxTrial, MaskTrial, PointTrial, TaskTrial } from './taskTrial.js';

/** What became of a box: found and named rightly, found and named otherwise, not found, or of nothing. */
export type Outcome = 'right' | 'mistaken' | 'missed' | 'invented';

/** A box of a picture, with what is to be written beside it. */
export interface JudgedBox {
  readonly outcome: Outcome;
  readonly box: Box;
  readonly name: string;
}

/** A picture and how well it was understood. */
export interface JudgedPicture {
  readonly picture: number;
  /** From 0 to 1, by which pictures are compared. */
  readonly quality: number;
  /** Things that were there, or pixels' classes. */
  readonly things: number;
  /** What went wrong, in words. */
  readonly said: string;
}

/** Boxes that are said with less are not shown, and do not count as found. */
export const shownFrom = 0.5;
const overlapFrom = 0.5;

/** What became of all boxes of a picture. */
export function judgedBoxes({ set, truth, found }: BoxTrial, picture: number): readonly JudgedBox[] {
  const { classNames } = set;
  const things = truth[picture].filter(({ crowd }) => !crowd);
  const detections = found[picture].filter(({ score }) => score >= shownFrom);
  const pairs = matchedBoxes(things, detections, overlapFrom);
  const thingOf = new Map(pairs.map(([thing, detection]) => [detection, things[thing]]));
  const isFound = new Set(pairs.map(([thing]) => thing));
  return [
    ...things.flatMap(({ box, label }, i): JudgedBox[] =>
      isFound.has(i) ? [] : [{ outcome: 'missed', box, name: classNames[label] }],
    ),
    ...detections.map(({ box, label, score }, i): JudgedBox => {
      const thing = thingOf.get(i);
      const name = `${classNames[label]} ${score.toFixed(2)}`;
      if (!thing) return { outcome: 'invented', box, name };
      if (thing.label === label) return { outcome: 'right', box, name };
      return { outcome: 'mistaken', box, name: `${name}, is ${classNames[thing.label]}` };
    }),
  ];
}

function judgeBoxes(trial: BoxTrial): JudgedPicture[] {
  return trial.truth.map((truth, picture) => {
    const boxes = judgedBoxes(trial, picture);
    const count = (outcome: Outcome): number => boxes.filter((one) => one.outcome === outcome).length;
    const [right, mistaken, missed, invented] = [count('right'), count('mistaken'), count('missed'), count('invented')];
    const things = truth.filter(({ crowd }) => !crowd).length;
    // F1 at the scores that are shown; of an empty picture in which nothing was found, all is right.
    const all = right + mistaken + 0.5 * (missed + invented);
    const words = [
      [mistaken, 'named wrongly'],
      [missed, 'missed'],
      [invented, 'of nothing'],
    ].flatMap(([times, what]) => (times === 0 ? [] : `${times} ${what}`));
    const said = words.length === 0 ? `all ${things} found` : `${right} of ${things} found, ${words.join(', ')}`;
    return { picture, quality: all === 0 ? 1 : right / all, things, said };
  });
}

function judgeMasks({ truth, found, classNames }: MaskTrial): JudgedPicture[] {
  return truth.map(({ data }, picture) => {
    const named = found[picture].data;
    const [both, either] = [new Float64Array(classNames.length), new Float64Array(classNames.length)];
    let [right, known] = [0, 0];
    data.forEach((label, at) => {
      if (label === 255) return;
      known++;
      either[label]++;
      if (named[at] === label) {
        both[label]++;
        right++;
      } else either[named[at]]++;
    });
    const present = [...either.keys()].filter((label) => either[label] > 0);
    const iou = present.reduce((sum, label) => sum + both[label] / either[label], 0) / Math.max(1, present.length);
    const said = `IoU ${iou.toFixed(2)}, ${((100 * right) / Math.max(1, known)).toFixed(1)} % of pixels right`;
    return { picture, quality: iou, things: present.filter((label) => label > 0).length, said };
  });
}

function judgePoints({ things, threshold }: PointTrial): JudgedPicture[] {
  return things.map(({ picture, thing, found, oks }) => {
    const { points = [], box } = thing;
    const seen = points.flatMap((point, i) => (point[2] > 0 ? [isNear(point, found[i], box, threshold)] : []));
    const near = seen.filter(Boolean).length;
    return { picture, quality: oks, things: seen.length, said: `${near} of ${seen.length} points near enough` };
  });
}

/** The pictures of a trial that were understood worst and best; of equals those with more things. */
export function worstAndBest(
  trial: TaskTrial,
  { worst, best }: { readonly worst: number; readonly best: number },
): { readonly worst: readonly JudgedPicture[]; readonly best: readonly JudgedPicture[] } {
  const judged =
    trial.task === 'detect' ? judgeBoxes(trial) : trial.task === 'segment' ? judgeMasks(trial) : judgePoints(trial);
  const rising = [...judged].sort((a, b) => a.quality - b.quality || b.things - a.things || a.picture - b.picture);
  const falling = [...judged].sort((a, b) => b.quality - a.quality || b.things - a.things || a.picture - b.picture);
  const bad = rising.filter(({ quality }) => quality < 1).slice(0, worst);
  const shown = new Set(bad.map(({ picture }) => picture));
  return { worst: bad, best: falling.filter(({ picture }) => !shown.has(picture)).slice(0, best) };
}
