import { boxConvert } from '../../geometry/box.js';
import type { CocoRunLengths } from '../../geometry/runLengthMask.js';
import { shown } from '../../tensor/check.js';
import { StriateError } from '../../tensor/index.js';
import type { AnnotationProblems } from './annotationProblems.js';
import type { WrittenAnnotations, WrittenThing } from './soundAnnotations.js';

/** What of COCO's files is read; files may have anything. */
interface CocoFile {
  readonly images: readonly { id?: unknown; file_name?: unknown; width?: number; height?: number }[];
  readonly annotations: readonly {
    readonly id?: unknown;
    readonly image_id?: unknown;
    readonly category_id?: unknown;
    readonly bbox?: readonly number[];
    readonly segmentation?: readonly (readonly number[])[] | CocoRunLengths;
    readonly keypoints?: readonly number[];
    readonly iscrowd?: unknown;
    readonly area?: number;
  }[];
  readonly categories?: readonly { id?: unknown; name?: unknown; keypoints?: readonly string[] }[];
}

const isBox = (bbox: readonly number[]): boolean =>
  Array.isArray(bbox) && bbox.length === 4 && bbox.every((value) => typeof value === 'number');

/** Whether the content of a file is COCO's. */
export function isCoco(content: unknown): content is CocoFile {
  const { images, annotations } = (content ?? {}) as Partial<Record<string, unknown>>;
  return Array.isArray(images) && Array.isArray(annotations);
}

/**
 * Reads COCO's JSON: boxes, polygons, run lengths and keypoints.
 *
 * @param where what messages call the file
 * @throws StriateError when it has no list of categories.
 */
export function readCocoJson(content: CocoFile, where: string, problems: AnnotationProblems): WrittenAnnotations {
  const { images, annotations, categories = [] } = content;
  if (!Array.isArray(categories) || categories.length === 0) {
    throw new StriateError({
      where,
      rule: 'has no list of categories',
      advice: 'it must say what its classes are called',
    });
  }
  const labels = new Map<unknown, number>();
  const names: string[] = [];
  for (const { id, name } of categories) {
    if (labels.has(id)) problems.add('duplicateId', where, `category ${shown(id)}`);
    else labels.set(id, names.push(String(name)) - 1);
  }
  const pictures = new Map<
    unknown,
    { file: string; size?: { width: number; height: number }; things: WrittenThing[] }
  >();
  for (const { id, file_name, width, height } of images) {
    if (typeof file_name !== 'string') problems.add('damaged', `${where}, image ${shown(id)}`, 'it has no file_name');
    else if (pictures.has(id)) problems.add('duplicateId', where, `image ${shown(id)}, ${file_name}`);
    else {
      const size = Number.isInteger(width) && Number.isInteger(height) ? { width: width!, height: height! } : undefined;
      pictures.set(id, { file: file_name, ...(size && { size }), things: [] });
    }
  }
  const seen = new Set<unknown>();
  annotations.forEach((annotation, i) => {
    const { id, image_id, category_id, bbox, segmentation, keypoints, iscrowd, area } = annotation;
    const place = `${where}, annotation ${id === undefined ? `number ${i + 1}` : shown(id)}`;
    if (id !== undefined && seen.has(id)) {
      problems.add('duplicateId', place, `it is there twice, in image ${shown(image_id)}`);
      return;
    }
    seen.add(id);
    const picture = pictures.get(image_id);
    if (!picture) {
      problems.add('unknownPicture', place, `image ${shown(image_id)}`);
      return;
    }
    const listed = Array.isArray(segmentation) ? (segmentation as readonly (readonly number[])[]) : undefined;
    picture.things.push({
      where: place,
      label: labels.get(category_id) ?? -1,
      className: String(category_id),
      // What are no numbers is told of further on.
      box: bbox && (isBox(bbox) ? boxConvert(bbox, 'xywh', 'xyxy') : [bbox].flat()),
      polygons: listed && listed.length > 0 ? listed : undefined,
      runs: segmentation && !listed ? (segmentation as CocoRunLengths) : undefined,
      points: Array.isArray(keypoints) && keypoints.length > 0 ? (keypoints as readonly number[]) : undefined,
      crowd: iscrowd === 1 || iscrowd === true,
      area,
    });
  });
  const pointNames =
    (categories as CocoFile['categories'])?.find(({ keypoints }) => Array.isArray(keypoints))?.keypoints ?? [];
  return { classNames: names, pointNames, pictures: [...pictures.values()] };
}
