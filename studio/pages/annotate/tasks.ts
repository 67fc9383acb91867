import { StriateError } from 'striate';
import type { Tasks } from '../../engine/protocol.js';
import { download, find, learn, learnt, stop } from './learning.js';
import { problem } from './problems.js';
import { storedZip } from './storedZip.js';
import type { ArchivedFile } from './yoloBoxes.js';

/** The files of a zip, by their paths. */
async function unpack({ zip, name }: { readonly zip: Blob; readonly name: string }): Promise<readonly ArchivedFile[]> {
  const { unzipSync } = await import('fflate');
  try {
    const files = Object.entries(unzipSync(new Uint8Array(await zip.arrayBuffer())));
    return files.filter(([path]) => !path.endsWith('/')).map(([path, bytes]) => ({ path, file: new Blob([bytes]) }));
  } catch {
    throw new StriateError({ where: name, rule: problem.noZip, advice: problem.packAgain });
  }
}

/** Files as a zip. */
const pack = ({ files }: { readonly files: readonly ArchivedFile[] }): Promise<Blob> => storedZip(files);

/** What the page has done beside it. */
export const tasks = { pack, unpack, learn, stop, learnt, find, download } satisfies Tasks;
