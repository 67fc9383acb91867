import { areaOf, labelledPoints, type Annotation, type Detection } from '../../geometry/annotation.js';
import { boxConvert } from '../../geometry/box.js';
import type { AnnotatedPicture } from './annotatedSet.js';

/** What a set's classes and points are called. */
export interface CocoNames {
  readonly classNames: readonly string[];
  readonly pointNames?: readonly string[];
}

/** A file of annotations in COCO's format, as `JSON.stringify` writes it. */
export interface CocoAnnotations {
  readonly images: readonly {
    readonly id: number;
    readonly file_name: string;
    readonly width: number;
    readonly height: number;
  }[];
  readonly categories: readonly {
    readonly id: number;
    readonly name: string;
    readonly keypoints?: readonly string[];
  }[];
  readonly annotations: readonly object[];
}

/** What boxes, masks and points have in common, as COCO writes them. */
function written({ box, mask, points }: Pick<Annotation, 'box' | 'mask' | 'points'>): object {
  return {
    bbox: boxConvert(box, 'xyxy', 'xywh'),
    ...(mask && { segmentation: mask.toCoco() }),
    ...(points && { keypoints: points.flat() }),
  };
}

/**
 * Annotated pictures as one of COCO's files, which `annotatedFolder`, pycocotools and other programs read. Pictures, classes and things
 * are numbered from 1, in their order.
 *
 * @example
 * const { train } = scenes({ seed: 1, train: 2, test: 1 });
 * const text = JSON.stringify(cocoAnnotations([train.picture(0), train.picture(1)], train));
 */
export function cocoAnnotations(pictures: readonly AnnotatedPicture[], names: CocoNames): CocoAnnotations {
  const { classNames, pointNames = [] } = names;
  const annotations: object[] = [];
  pictures.forEach(({ annotations: things }, i) => {
    for (const thing of things) {
      const { label, points, crowd = false } = thing;
      annotations.push({
        id: annotations.length + 1,
        image_id: i + 1,
        category_id: label + 1,
        ...written(thing),
        ...(points && { num_keypoints: labelledPoints(thing).length }),
        area: areaOf(thing),
        iscrowd: Number(crowd),
      });
    }
  });
  const skeleton = pointNames.length > 0 && { keypoints: pointNames };
  return {
    images: pictures.map(({ name, width, height }, i) => ({ id: i + 1, file_name: name, width, height })),
    categories: classNames.map((name, i) => ({ id: i + 1, name, ...skeleton })),
    annotations,
  };
}

/**
 * What was found in pictures as COCO's list of results, which pycocotools' `loadRes` reads.
 *
 * @param pictureIds the numbers of the pictures; from 1 on if omitted, as `cocoAnnotations` numbers them
 *
 * @example
 * cocoResults([[{ label: 0, score: 0.9, box: [10, 20, 40, 60] }]]);
 * // [{ image_id: 1, category_id: 1, score: 0.9, bbox: [10, 20, 30, 40] }]
 */
export function cocoResults(
  found: readonly (readonly Detection[])[],
  pictureIds: readonly number[] = found.map((_, i) => i + 1),
): object[] {
  return found.flatMap((detections, i) =>
    detections.map(({ label, score, ...thing }) => ({
      image_id: pictureIds[i],
      category_id: label + 1,
      score,
      ...written(thing),
    })),
  );
}
