import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import type { PlacedThings } from '../geometry/annotation.js';
import { labelMapOf } from '../data/annotated/labelMapOf.js';
import type { History } from '../fit/history.js';
import { evaluateSegmentation, type LabelMap, type SegmentationEvaluation } from '../measures/index.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectWhole } from '../tensor/check.js';
import { Tensor } from '../tensor/index.js';
import {
  fitTask,
  measureOn,
  taskFitKinds,
  taskFitOptions,
  type LearningTask,
  type TaskFitOptions,
  type TaskObjective,
} from './fitTask.js';
import { labelsOf } from './pixelLabels.js';
import { segmentationLoss, unknownPixel, type SegmentationLossOptions } from './segmentationLoss.js';
import { labelsOfClasses } from './taskClasses.js';
import type { TaskMeasure } from './taskSet.js';

/** Options of `Segmenter.fit`. */
export interface SegmenterFitOptions extends TaskFitOptions, SegmentationLossOptions {}

const fitAccepts = {
  where: 'Segmenter.fit',
  kinds: { ...taskFitKinds, classWeight: 'list', dice: 'number' },
} as const satisfies AcceptedOptions<SegmenterFitOptions>;

/** Options of `Segmenter.evaluate`. */
export interface SegmenterEvaluateOptions {
  /** Pictures that are looked at together; 16 by default. */
  readonly batchSize?: number;
}

const evaluateAccepts = {
  where: 'Segmenter.evaluate',
  kinds: { batchSize: 'number' },
} as const satisfies AcceptedOptions<SegmenterEvaluateOptions>;

/** What of a segmenter its training and its tests need. */
interface LearningSegmenter extends LearningTask {
  /** By label, the background first. */
  readonly classNames: readonly string[];
}

/** What a segmenter learns, and what is measured: mean intersection over union, pixel accuracy. */
export function segmenterObjective(
  where: string,
  segmenter: LearningSegmenter,
  options: SegmentationLossOptions = {},
): TaskObjective {
  const [height, width] = segmenter.model.inputShape;
  return {
    where,
    loss: segmentationLoss(options),
    figures: ['meanIou', 'pixelAccuracy'],
    unknown: (labels) => labels.fill(unknownPixel),
    on(set) {
      const own = ownLabels(where, set, segmenter.classNames);
      return {
        targets(things) {
          const labels = new Int32Array(things.length * height * width);
          things.forEach((one, i) => {
            labels.set(
              labelMapOf(one, { height, width }).data.map((label) => own[label]),
              i * height * width,
            );
          });
          return new Tensor('int32', [things.length, height, width], labels);
        },
        measure: () => new SegmentationMeasure(where, segmenter, set),
      };
    },
  };
}

/** Trains a segmenter; `Segmenter.fit`. */
export async function fitSegmenter(
  segmenter: LearningSegmenter,
  set: AnnotatedSet,
  options: SegmenterFitOptions,
): Promise<History> {
  const { where } = fitAccepts;
  const { classWeight, dice, ...rest } = taskFitOptions(fitAccepts, options);
  expectNumber(where, 'dice', dice ?? 0, { least: 0 });
  const loss = { ...(classWeight && { classWeight }), ...(dice !== undefined && { dice }) };
  return fitTask(segmenter, set, segmenterObjective(where, segmenter, loss), rest);
}

/** How well a segmenter names the pixels of a set; `Segmenter.evaluate`. */
export async function evaluateSegmenter(
  segmenter: LearningSegmenter,
  set: AnnotatedSet,
  options: SegmenterEvaluateOptions,
): Promise<SegmentationEvaluation> {
  const { where } = evaluateAccepts;
  const { batchSize = 16 } = expectOptions(evaluateAccepts, options);
  expectWhole(where, 'batchSize', batchSize);
  const prepared = set.prepared(segmenter.preprocessing);
  const measure = new SegmentationMeasure(where, segmenter, prepared);
  await measureOn(where, segmenter.model, prepared, measure, batchSize);
  return measure.evaluation();
}

/** Compares labels with those of the things, in pixels of the network's input, without margins. */
class SegmentationMeasure implements TaskMeasure {
  private readonly own: Uint8Array;
  private readonly truth: LabelMap[] = [];
  private readonly found: LabelMap[] = [];

  constructor(
    where: string,
    private readonly segmenter: LearningSegmenter,
    private readonly set: AnnotatedSet,
  ) {
    this.own = ownLabels(where, set, segmenter.classNames);
  }

  add(
    indices: ArrayLike<number>,
    things: readonly PlacedThings[],
    [{ data, shape }]: readonly Tensor<'float32'>[],
  ): void {
    const [height, width] = this.segmenter.model.inputShape;
    const { set, own, truth, found } = this;
    things.forEach((one, i) => {
      const real = labelMapOf(one, { height, width }).data.map((label) => own[label]);
      const { left, top, scaleX, scaleY } = set.placed(indices[i]);
      const picture = set.picture(indices[i]);
      const [right, bottom] = [left + scaleX * picture.width, top + scaleY * picture.height];
      const outside = (y: number, at: number): boolean => at < left || at >= right || y < top || y >= bottom;
      for (let at = 0; at < real.length; at++) if (outside(Math.floor(at / width), at % width)) real[at] = unknownPixel;
      const size = shape.slice(1).reduce((a, b) => a * b, 1);
      const frame = { size: { height, width }, place: { height, width, top: 0, left: 0 } };
      truth.push({ height, width, data: real });
      const labels = labelsOf(data.subarray(i * size, (i + 1) * size), shape.slice(1), frame);
      found.push({ height, width, data: Uint8Array.from(labels) });
    });
  }

  figures(): { meanIou: number; pixelAccuracy: number } {
    const { meanIou, pixelAccuracy } = this.evaluation();
    return { meanIou, pixelAccuracy };
  }

  evaluation(): SegmentationEvaluation {
    return evaluateSegmentation(this.truth, this.found, this.segmenter.classNames.length);
  }
}

/**
 * The classes of a set's things by their names here: place 0 is the background, place i + 1 class i.
 *
 * @throws StriateError when the network does not know one.
 */
function ownLabels(where: string, set: AnnotatedSet, classNames: readonly string[]): Uint8Array {
  const own = Uint8Array.from({ length: 256 }, () => unknownPixel).fill(0, 0, 1);
  own.set(labelsOfClasses(where, set, classNames), 1);
  return own;
}
