import type { DroppedFile } from '../../pictures/dropping.js';
import { keepFolder, keptFolder } from '../../storage/photoFolders.js';

/** A class and the pictures that were taken for it, in their order. */
export interface SnapshotClass {
  readonly name: string;
  readonly pictures: readonly Blob[];
}

/** Pictures that each class needs: some are held out. */
export const leastOfClass = 5;
/** Pictures that a class can have. */
export const mostOfClass = 300;
export const leastClasses = 2;
export const mostClasses = 9;
/** The side of a picture that is taken, in pixels: what networks for photos usually want. */
export const snapshotSide = 224;

/** What the pictures are kept by before they are learned from; those that are learned from are called by their content. */
const draft = 'webcam';
const type = 'image/jpeg';

/** Keeps the pictures as they stand, so that a reload loses none. */
export async function keepSnapshots(classes: readonly SnapshotClass[]): Promise<void> {
  const files = classes.flatMap(({ pictures }, at) => pictures.map((file) => ({ path: `${at}`, file })));
  await keepFolder({ hash: draft, name: draft, files, classNames: classes.map(({ name }) => name) });
}

/** The pictures as they stood when the page was left; undefined where none were taken. */
export async function keptSnapshots(): Promise<readonly SnapshotClass[] | undefined> {
  const folder = await keptFolder(draft);
  return folder?.classNames?.map((name, at) => ({
    name,
    pictures: folder.files.filter(({ path }) => path === `${at}`).map(({ file }) => file.slice(0, file.size, type)),
  }));
}

/** What is wrong with a class's name, as it becomes a folder's: the name of the sentence; undefined where nothing is. */
export function nameProblem(classes: readonly SnapshotClass[], at: number): 'nameMissing' | 'nameTaken' | undefined {
  const name = folderName(classes[at].name);
  if (name === '') return 'nameMissing';
  return classes.some((other, i) => i < at && folderName(other.name) === name) ? 'nameTaken' : undefined;
}

/**
 * The pictures as files in folders, as if they had been dropped. The last fifth of each class is held out: pictures taken one right
 * after the other are nearly the same, and among those that are learned from they would tell nothing.
 */
export function snapshotFiles(classes: readonly SnapshotClass[]): readonly DroppedFile[] {
  const names = classes.map(({ name }) => folderName(name));
  const count = classes.reduce((sum, { pictures }) => sum + pictures.length, 0);
  const folder = `${names.join(', ').slice(0, 60)} · ${count}`;
  return classes.flatMap(({ pictures }, at) => {
    const learned = pictures.length - Math.ceil(pictures.length / 5);
    return pictures.map((picture, i) => {
      const file = `${String(i + 1).padStart(4, '0')}.jpg`;
      const part = i < learned ? 'train' : 'validation';
      return { path: `${folder}/${part}/${names[at]}/${file}`, file: new File([picture], file, { type }) };
    });
  });
}

/** A name without what has a meaning in paths: slashes, and dots and underscores at the beginning. */
function folderName(name: string): string {
  return name
    .replace(/[/\\]+/g, ' ')
    .replace(/^[\s._]+|\s+$/g, '')
    .normalize('NFC');
}
