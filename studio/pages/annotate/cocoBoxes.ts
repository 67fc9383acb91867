import { cocoAnnotations, StriateError } from 'striate';
import { boxOf, type Extent, type LabelledBox } from './boxes.js';
import { problem } from './problems.js';
import type { ReadAnnotations, Work } from './work.js';

/** Boxes of all pictures as COCO's JSON. */
export function cocoText({ pictures, classNames }: Work): string {
  const written = pictures.map(({ boxes, ...one }) => ({ ...one, annotations: boxes }));
  return JSON.stringify(cocoAnnotations(written, { classNames }));
}

/** What of COCO's files is read here. */
interface CocoBoxes {
  readonly images?: readonly { readonly id: unknown; readonly file_name: unknown }[];
  readonly categories?: readonly { readonly id: unknown; readonly name: unknown }[];
  readonly annotations?: readonly {
    readonly image_id: unknown;
    readonly category_id: unknown;
    readonly bbox?: readonly number[];
  }[];
}

/**
 * Reads the boxes of COCO's JSON. Those that are none, or lie outside their picture, are left out.
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
        own.flatMap(({ category_id, bbox }) => {
          const label = labels.get(category_id);
          if (label === undefined || !Array.isArray(bbox)) return [];
          const [x, y, width, height] = bbox as readonly number[];
          return boxOf(label, [x, y, x + width, y + height], extent);
        });
      return [String(file_name).split('/').at(-1)!, boxes] as const;
    }),
  );
  return { classNames: categories!.map(({ name }) => String(name)), pictures };
}

function parsed(text: string): CocoBoxes {
  try {
    return (JSON.parse(text) ?? {}) as CocoBoxes;
  } catch {
    return {};
  }
}
