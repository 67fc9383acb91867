import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import type { DataSet } from '../data/dataSet.js';
import { Model } from '../models/index.js';
import type { Tensor } from '../tensor/index.js';
import type { Detector, NamedDetection } from './detector.js';
import type { KeypointDetector, NamedPoint } from './keypointDetector.js';
import type { SegmentedPicture } from './pixelLabels.js';
import type { Segmenter } from './segmenter.js';

/** What stands on a backbone: what finds boxes, masks or points; or a model with one output, its classifier or its embedding. */
export type TaskHead = Detector | Segmenter | KeypointDetector | Model;

/** Heads on one backbone, by names of your own. */
export type TaskHeads = Readonly<Record<string, TaskHead>>;

/** What heads say of a picture: things, each pixel's class, points; of a model its output, without the batch. */
export type FoundByHeads<Heads extends TaskHeads> = {
  readonly [Name in keyof Heads]: Heads[Name] extends Detector
    ? NamedDetection[]
    : Heads[Name] extends Segmenter
      ? SegmentedPicture
      : Heads[Name] extends KeypointDetector
        ? NamedPoint[]
        : Tensor<'float32'>;
};

/**
 * What heads learn of, by their names: the same set for several, or another for each. A classifier takes labelled pictures, too, and of
 * annotated ones the class of the one thing in each. Heads that are left out are not trained.
 */
export type MultiTaskData<Heads extends TaskHeads> = {
  readonly [Name in keyof Heads]?: Heads[Name] extends Model ? AnnotatedSet | DataSet : AnnotatedSet;
};

/** The network of a head. */
export const networkOf = (head: TaskHead): Model => (head instanceof Model ? head : head.model);

/** Which of the outputs of all heads are those of one, by their places. */
export function placesOfHeads(heads: TaskHeads): ReadonlyMap<string, readonly [begin: number, end: number]> {
  let begin = 0;
  return new Map(
    Object.entries(heads).map(([name, head]) => {
      const end = begin + networkOf(head).outputs.length;
      const places = [begin, end] as const;
      begin = end;
      return [name, places];
    }),
  );
}
