import { StriateError } from 'striate';
import type { DroppedFile } from '../../pictures/dropping.js';
import { hashOf } from '../../storage/contents.js';
import { engine } from './liveTraining.js';
import { problem } from './problems.js';
import { keepFolder } from './trainingRuns.js';

const picture = /\.(jpe?g|png|webp|gif|bmp|avif|tiff?)$/i;

/** Bytes at the beginning of a file that its folder's name follows from: of a thousand photos all would take too long. */
const beginning = 4096;

/**
 * Keeps photos that were dropped, in folders or in a zip, in this browser.
 *
 * @returns the hash that they are called by
 * @throws StriateError where there are no pictures among them.
 */
export async function keepPhotos(dropped: readonly DroppedFile[]): Promise<string> {
  const archive = dropped.find(({ file }) => /\.zip$/i.test(file.name));
  const files = archive ? await engine.unpack({ zip: archive.file, name: archive.file.name }) : dropped;
  const photos = files.filter(({ path }) => picture.test(path) && !path.split('/').some((part) => /^[._]/.test(part)));
  if (photos.length === 0) {
    throw new StriateError({
      where: archive?.file.name ?? dropped[0].path.split('/')[0],
      rule: problem.hasNoPictures,
      advice: problem.folderForEach,
    });
  }
  const name = photos[0].path.split('/')[0];
  const starts = await Promise.all(photos.map(({ file }) => file.slice(0, beginning).arrayBuffer()));
  const described = photos.map(({ path, file }) => `${path}\0${file.size}`).join('\n');
  const parts = new Blob([described, ...starts]);
  const hash = await hashOf(new Uint8Array(await parts.arrayBuffer()));
  await keepFolder({ hash, name, files: photos.map(({ path, file }) => ({ path, file })) });
  return hash;
}
