import type { Tasks } from '../../engine/protocol.js';
import { download, find, learn, learnt, stop } from './learning.js';
import { unzip } from '../../storage/unzip.js';
import { storedZip } from './storedZip.js';
import type { ArchivedFile } from './yoloBoxes.js';

/** The files of a zip, by their paths. */
const unpack = ({ zip, name }: { readonly zip: Blob; readonly name: string }): Promise<readonly ArchivedFile[]> =>
  unzip(zip, name, (path) => !path.endsWith('/'));

/** Files as a zip. */
const pack = ({ files }: { readonly files: readonly ArchivedFile[] }): Promise<Blob> => storedZip(files);

/** What the page has done beside it. */
export const tasks = { pack, unpack, learn, stop, learnt, find, download } satisfies Tasks;
