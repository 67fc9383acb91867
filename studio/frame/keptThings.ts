import { isModelFile } from '../models/readableModel.js';
import { forgetFile, keptFiles } from '../storage/contents.js';
import type { KeptThing } from '../storage/kept.js';
import { forgetFolder, keptFolders } from '../storage/photoFolders.js';
import { say } from './strings.js';

/** What pages keep besides pictures, models and folders of photos (`pages/NAME/kept.ts`). */
const modules = import.meta.glob<{ readonly keptThings: () => Promise<readonly KeptThing[]> }>('../pages/*/kept.ts');

/** All that this browser keeps for the studio. */
export async function keptThings(): Promise<readonly KeptThing[]> {
  const [files, folders, ...ofPages] = await Promise.all([
    keptFiles(),
    keptFolders(),
    ...Object.values(modules).map(async (load) => (await load()).keptThings()),
  ]);
  return [
    ...folders.map(({ hash, name, count, bytes }) => ({
      what: say.keptPhotos(count),
      name,
      bytes,
      forget: () => forgetFolder(hash),
    })),
    ...files.map((file) => ({
      what: isModelFile(file) ? say.keptModel : say.keptPicture,
      name: file.name,
      bytes: file.blob.size,
      forget: () => forgetFile(file.hash),
    })),
    ...ofPages.flat(),
  ];
}
