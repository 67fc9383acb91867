import { StriateError } from 'striate';
import { tasksOf } from '../../engine/engineThread.js';
import { isPicture } from '../../pictures/dropping.js';
import { hashOf } from '../../storage/contents.js';
import { readCoco } from './cocoBoxes.js';
import { problem } from './problems.js';
import type { tasks } from './tasks.js';
import { withAnnotations, withPictures, type AnnotatedFile, type ReadAnnotations, type Work } from './work.js';
import { readYolo, type ArchivedFile } from './yoloBoxes.js';

export const engine = tasksOf<typeof tasks>('annotate');

/** What was in files that came in: pictures, and annotations of them or of those that were there. */
export interface DroppedWork {
  readonly pictures: readonly Omit<AnnotatedFile, 'order'>[];
  readonly annotations: readonly ReadAnnotations[];
}

/**
 * Opens pictures, folders, zips, COCO's JSON and YOLO's folders.
 *
 * @param here the names of the pictures that are there
 * @throws StriateError where there is neither a picture nor an annotation among them.
 */
export async function openDropped(dropped: readonly ArchivedFile[], here: readonly string[]): Promise<DroppedWork> {
  const unpacked = await Promise.all(
    dropped.map(async (one) => (/\.zip$/i.test(one.path) ? engine.unpack({ zip: one.file, name: one.path }) : [one])),
  );
  const files = unpacked.flat().filter(({ path }) => !path.split('/').some((part) => /^[._]/.test(part)));
  const found = await Promise.all(files.map(openPicture));
  const pictures = found.filter((one) => one !== undefined);
  const coco = files.filter(({ path }) => /\.json$/i.test(path));
  const annotations = await Promise.all(coco.map(async ({ path, file }) => readCoco(await file.text(), path)));
  const yolo = await readYolo(files, [...here, ...pictures.map(({ name }) => name)]);
  if (yolo.pictures.size > 0) annotations.push(yolo);
  if (pictures.length + annotations.length === 0) {
    throw new StriateError({ where: problem.dropped, rule: problem.noPictures, advice: problem.dropThese });
  }
  return { pictures, annotations };
}

/** Work with all that came in; `unknown` are annotated pictures that are not here. */
export function withDropped(work: Work, { pictures, annotations }: DroppedWork): { work: Work; unknown: number } {
  let [now, unknown] = [pictures.length > 0 ? withPictures(work, pictures) : work, 0];
  for (const one of annotations) {
    const read = withAnnotations(now, one);
    now = read.work;
    unknown += read.unknown;
  }
  return { work: now, unknown };
}

/** A picture to annotate; undefined where browsers cannot read it. */
export async function openPicture({ path, file }: ArchivedFile): Promise<Omit<AnnotatedFile, 'order'> | undefined> {
  const name = path.split('/').at(-1)!;
  if (!isPicture(new File([file], name, { type: file.type }))) return undefined;
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  if (!bitmap) return undefined;
  const { width, height } = bitmap;
  bitmap.close();
  const hash = await hashOf(new Uint8Array(await file.arrayBuffer()));
  return { hash, name, blob: file, width, height, boxes: [] };
}
