import type { AnnotatedSet } from '../../data/annotated/annotatedSet.js';
import type { Annotation, Detection } from '../../geometry/annotation.js';
import type {
  DetectionConfusion,
  DetectionEvaluation,
  LabelMap,
  SegmentationEvaluation,
} from '../../measures/index.js';

/** What a detector found in the pictures of a set, and how good that is. */
export interface BoxTrial {
  readonly task: 'detect';
  readonly set: AnnotatedSet;
  /** By picture, in pixels of the picture, by the set's labels. */
  readonly truth: readonly (readonly Annotation[])[];
  readonly found: readonly (readonly Detection[])[];
  readonly result: DetectionEvaluation;
  readonly confusion: DetectionConfusion;
}

/** What a segmenter made of the pixels of a set's pictures. */
export interface MaskTrial {
  readonly task: 'segment';
  readonly set: AnnotatedSet;
  /** By the segmenter's labels, the background first. */
  readonly classNames: readonly string[];
  readonly truth: readonly LabelMap[];
  readonly found: readonly LabelMap[];
  readonly result: SegmentationEvaluation;
}

/** A thing whose points were looked for. */
export interface PointedThing {
  /** The number of its picture. */
  readonly picture: number;
  readonly thing: Annotation;
  /** [x, y, score] in pixels of the picture, in the order of the set's points. */
  readonly found: readonly (readonly [x: number, y: number, score: number])[];
  /** How alike they are: object keypoint similarity. */
  readonly oks: number;
}

/** Where a keypoint detector sees the points of a set's things. */
export interface PointTrial {
  readonly task: 'keypoints';
  readonly set: AnnotatedSet;
  readonly things: readonly PointedThing[];
  /** The share of points within `threshold` of the box's longer side, of all and of each point. */
  readonly pck: number;
  readonly perPoint: ArrayLike<number>;
  readonly threshold: number;
  /** The mean similarity. */
  readonly oks: number;
}

/** How a model for boxes, masks or points does on annotated pictures. */
export type TaskTrial = BoxTrial | MaskTrial | PointTrial;

/** The measure by which a trial is known, and its value. */
export function headline(trial: TaskTrial): readonly [name: string, value: number] {
  if (trial.task === 'detect') return ['mAP@50', trial.result.figures.map50];
  if (trial.task === 'segment') return ['mean IoU', trial.result.meanIou];
  return [`PCK@${trial.threshold}`, trial.pck];
}
