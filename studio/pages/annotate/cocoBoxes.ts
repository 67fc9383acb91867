import { cocoAnnotations, RunLengthMask, StriateError, type CocoRunLengths, type Keypoint } from 'striate';
import { boxOf, type Extent, type LabelledBox } from './boxes.js';
import { problem } from './problems.js';
import type { ReadAnnotations, Work } from './work.js';

/** What is drawn in all pictures as COCO's JSON: boxes, masks as run lengths, points. */
export function cocoText({ pictures, classNames, pointNames }: Work): string {
  const isPlaced = pictures.some(({ boxes }) => boxes.some(({ points }) => points));
  const written = pictures.map(({ boxes, ...one }) => ({
    ...one,
    annotations: boxes.map(({ mask, ...thing }) => ({ ...thing, ...(mask && { mask: RunLengthMask.fromCoco(mask) }) })),
  }));
  return JSON.stringify(cocoAnnotations(written, { classNames, ...(isPlaced && { pointNames }) }));
}

/** What of COCO's files is read here. */
interface CocoBoxes {
  readonly images?: readonly { readonly id: unknown; readonly file_name: unknown }[];
  readonly categories?: readonly { readonly id: unknown; readonly name: unknown; readonly keypoints?: unknown }[];
  readonly annotations?: readonly {
    readonly image_id: unknown;
    readonly category_id: unknown;
    readonly bbox?: readonly number[];
    readonly segmentation?: readonly (readonly number[])[] | CocoRunLengths;
    readonly keypoints?: readonly number[];
  }[];
}

/**
 * Reads boxes, masks and points of COCO's JSON. Things whose box is none, or lies outside its picture, are left out, as are masks that
 * are damaged.
 *
 * @throws StriateError when it is no such file.
 */
export function readCoco(text: string, where: string): ReadAnnotations {
  const { images, categories, annotations } = parsed(text);
  if (![images, categories, annotations].every(Array.isArray)) {
    throw new StriateError({ where, rule: problem.noCoco, advice: problem.cocoHas });
  }
  const labels = new Map(categories!.map(({ id }, i) => [id, i]));
  const byImage = new Map(images!.map(({ id }) => [id, [] as NonNullable<CocoBoxes['annotations']>[number][]]));
  for (const one of annotations!) byImage.get(one.image_id)?.push(one);
  const pictures = new Map(
    images!.map(({ id, file_name }) => {
      const own = byImage.get(id)!;
      const boxes = (extent: Extent): readonly LabelledBox[] =>
        own.flatMap(({ category_id, bbox, segmentation, keypoints }) => {
          const label = labels.get(category_id);
          if (label === undefined || !Array.isArray(bbox)) return [];
          const [x, y, width, height] = bbox as readonly number[];
          const mask = segmentation && maskOf(segmentation, extent);
          const points = Array.isArray(keypoints) && pointsOf(keypoints as readonly number[]);
          return boxOf(label, [x, y, x + width, y + height], extent).map((one) => ({
            ...one,
            ...(mask && { mask }),
            ...(points && points.some(([, , seen]) => seen > 0) && { points }),
          }));
        });
      return [String(file_name).split('/').at(-1)!, boxes] as const;
    }),
  );
  const named = categories!.find(({ keypoints }) => Array.isArray(keypoints))?.keypoints as
    readonly unknown[] | undefined;
  return { classNames: categories!.map(({ name }) => String(name)), pointNames: (named ?? []).map(String), pictures };
}

/** A mask of polygons or run lengths; undefined where it is damaged, empty or of a picture of another size. */
function maskOf(
  segmentation: readonly (readonly number[])[] | CocoRunLengths,
  { width, height }: Extent,
): CocoRunLengths | undefined {
  try {
    const mask = Array.isArray(segmentation)
      ? RunLengthMask.fromPolygons(segmentation as readonly (readonly number[])[], height, width)
      : RunLengthMask.fromCoco(segmentation as CocoRunLengths);
    return mask.area > 0 && mask.width === width && mask.height === height ? mask.toCoco() : undefined;
  } catch {
    return undefined;
  }
}

function pointsOf(numbers: readonly number[]): readonly Keypoint[] {
  return Array.from({ length: Math.floor(numbers.length / 3) }, (_, i): Keypoint => {
    const [x, y, seen] = numbers.slice(3 * i, 3 * i + 3);
    return [x, y, seen].every(Number.isFinite) ? [x, y, seen] : [0, 0, 0];
  });
}

function parsed(text: string): CocoBoxes {
  try {
    return (JSON.parse(text) ?? {}) as CocoBoxes;
  } catch {
    return {};
  }
}
