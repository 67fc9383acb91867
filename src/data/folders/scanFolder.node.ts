import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, systemFailure } from '../../platform/systemErrors.js';
import { StriateError } from '../../tensor/index.js';
import { isIgnored, type FolderListing } from './classFolders.js';
import { formatProblem, signatureLength } from '../../pictures/pictureHeader.js';

/** How many files are checked before yielding to the event loop. */
const slice = 256;

/**
 * Lists a folder and the folders in it. Links are followed, but never into a folder that they lie in.
 *
 * @param deepest folders deeper than this are not visited
 * @throws StriateError when there is no such folder.
 */
export async function scanFolder(path: string, deepest = 16): Promise<FolderListing> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new StriateError({ where: path, rule: 'there is no such folder', advice: 'check its path' });
  if (!found.isDirectory()) {
    throw new StriateError({
      where: path,
      rule: 'must be a folder with a folder of pictures for each class',
      advice: 'it is a file',
    });
  }
  const files: string[] = [];
  const folders: string[] = [];
  const visit = async (inside: string, depth: number, above: readonly string[]): Promise<void> => {
    const here = join(path, inside);
    const real = await realpath(here);
    if (above.includes(real) || depth > deepest) return;
    const entries = await readdir(here, { withFileTypes: true }).catch((error: unknown) => {
      throw systemFailure(`cannot read '${here}'`, error);
    });
    const below: string[] = [];
    for (const entry of entries) {
      if (isIgnored(entry.name)) continue;
      const own = inside === '' ? entry.name : `${inside}/${entry.name}`;
      const target = entry.isSymbolicLink() ? await stat(join(path, own)).catch(() => undefined) : entry;
      if (target?.isDirectory()) below.push(own);
      // A dangling link is listed like a file and found to be broken when it is read; sockets and pipes are ignored.
      else if (!target || target.isFile()) files.push(own);
    }
    for (const own of below) {
      if (depth < 2) folders.push(own);
      await visit(own, depth + 1, [...above, real]);
    }
  };
  await visit('', 0, []);
  return { name: path, files, folders };
}

/** Why files are not pictures, judging by their first bytes; files that are pictures are left out. */
export async function checkSignatures(folder: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const problems = new Map<string, string>();
  const bytes = new Uint8Array(signatureLength);
  for (let i = 0; i < paths.length; i++) {
    const problem = signatureProblem(join(folder, paths[i]), bytes);
    if (problem) problems.set(paths[i], problem);
    if (i % slice === slice - 1) await new Promise((resolve) => setImmediate(resolve));
  }
  return problems;
}

function signatureProblem(path: string, bytes: Uint8Array): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    if (!fstatSync(file).isFile()) return 'it is not a file';
    return formatProblem(bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0)));
  } catch (error) {
    return `it cannot be read (${reasonOf(error)})`;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
