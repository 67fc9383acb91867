import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkSignatures, scanFolder } from '../data/folders/scanFolder.node.js';
import { StriateError } from '../tensor/index.js';

/** What is called so is meant as a picture: if it is none by its content, that is told. */
const pictureName = /\.(jpe?g|jpe|jfif|png|webp|gif|tiff?|avif|svg)$/i;

/** Folders deeper than this are not gone into. */
const deepest = 32;

/**
 * The pictures that paths name: files as they are, and of folders all files in them, however deep, that are pictures by their
 * content, whatever they are called, or that are called so; by name in order.
 * Links are followed, but never into a folder that they lie in.
 *
 * @throws StriateError when a folder cannot be listed, or none of the folders has a picture.
 */
export async function listPictures(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const isFolder = await stat(path).then(
      (entry) => entry.isDirectory(),
      () => false,
    );
    if (isFolder) for (const picture of await picturesOf(path)) found.push(picture);
    else found.push(path);
  }
  if (found.length > 0) return found;
  throw new StriateError({
    where: paths.join(', '),
    rule: `there is no picture (JPEG, PNG, WebP, GIF, TIFF, AVIF or SVG) in ${paths.length === 1 ? 'this folder' : 'these folders'}`,
  });
}

/** The pictures of one folder, as its folders and files follow each other by name. */
async function picturesOf(folder: string): Promise<string[]> {
  const { files } = await scanFolder(folder, deepest);
  const named = files.filter((file) => pictureName.test(file));
  const others = files.filter((file) => !pictureName.test(file));
  const problems = await checkSignatures(folder, others);
  const parts = [...named, ...others.filter((file) => !problems.has(file))].map((file) => file.split('/'));
  return parts.sort(byName).map((names) => join(folder, ...names));
}

function byName(a: readonly string[], b: readonly string[]): number {
  const differing = a.findIndex((name, i) => name !== b[i]);
  return a[differing] < b[differing] ? -1 : 1;
}
