import { digits, StriateError, type RgbaPicture } from 'striate';
import { tasksOf } from '../../engine/engineThread.js';
import type { ShownPicture } from '../../pictures/shownPictures.js';
import { thumbnailColours } from '../../pictures/thumbnail.js';
import { listData, listRuns, server, dataFile } from '../../server/studioServer.js';
import { keepFile } from '../../storage/contents.js';
import { say } from './strings.js';
import type { tasks } from './tasks.js';

const engine = tasksOf<typeof tasks>('inside');

/** A picture of a set, for the worker, and the way to it. */
export interface SetPicture {
  readonly source: Blob | RgbaPicture;
  /** Its name in an address, kept first where it has none yet. */
  readonly address: () => Promise<string>;
}

/** Pictures of a set that are looked through, and drawn digits. */
const [mostFiles, drawnDigits] = [240, 600];
/** Folders inside folders that are looked into. */
const deepest = 3;

/** The set that is looked through where the address names none: a run's own data, photographs of the server's, or digits. */
export async function usualSet(model: string): Promise<string> {
  if (model.startsWith('run:') && server.value?.runs) {
    const run = (await listRuns()).find(({ name }) => `run:${name}` === model);
    if (typeof run?.data === 'string') return `data:${run.data}`;
  }
  const isDigits = model === 'digits' || model.startsWith('run:');
  return server.value?.data && !isDigits ? 'data:photos' : 'digits';
}

/**
 * The pictures of a set by its name in an address: `digits`, `data:FOLDER` of the server's, `photos:HASH` of this browser's.
 *
 * @throws StriateError where there are none, with what to do.
 */
export async function pictureSet(name: string, abort: AbortSignal): Promise<readonly SetPicture[]> {
  if (name === 'digits') return drawn();
  if (name.startsWith('photos:')) {
    const { files } = await engine.photos({ address: name });
    return spread(files).map(({ path, file }) => fileOf(file, path.split('/').at(-1)!));
  }
  const folder = name.replace(/^data:/, '');
  const paths = spread(await picturesIn(folder, deepest));
  if (paths.length === 0) {
    const api = new URL('api/', document.baseURI).href;
    const set = await engine.servedPictures({ api, folder, count: mostFiles }, { signal: abort }).catch(() => []);
    if (set.length > 0) return set.map(({ name, picture }) => drawnPicture(picture, name));
    throw new StriateError({ where: say.among, rule: say.noPictures, received: folder, advice: say.dropPictures });
  }
  return Promise.all(
    paths.map(async (path) => {
      abort.throwIfAborted();
      return { source: await dataFile(path), address: () => Promise.resolve(`data:${path}`) };
    }),
  );
}

function drawn(): SetPicture[] {
  const { x } = digits({ seed: 7, train: drawnDigits, test: 1 }).train.arrays;
  return Array.from({ length: drawnDigits }, (_, n) => {
    const rgba = thumbnailColours(x.data.subarray(784 * n, 784 * (n + 1)), [28, 28, 1]);
    return drawnPicture({ height: 28, width: 28, rgba }, `digit ${n + 1}.png`);
  });
}

function drawnPicture({ height, width, rgba }: ShownPicture, name: string): SetPicture {
  const address = async (): Promise<string> => {
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext('2d')!.putImageData(new ImageData(rgba, width, height), 0, 0);
    return `file:${(await keepFile(await canvas.convertToBlob({ type: 'image/png' }), name)).hash}`;
  };
  return { source: { height, width, data: rgba }, address };
}

function fileOf(blob: Blob, name: string): SetPicture {
  return { source: blob, address: async () => `file:${(await keepFile(blob, name)).hash}` };
}

/** Pictures of a folder of the server's and of those in it. */
async function picturesIn(folder: string, depth: number): Promise<string[]> {
  const { entries } = await listData(folder);
  const inFolder = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
  const own = entries.filter(({ kind }) => kind === 'picture').map(({ name }) => inFolder(name));
  if (depth === 0) return own;
  const folders = entries.filter(({ kind }) => kind === 'folder').map(({ name }) => inFolder(name));
  return [...own, ...(await Promise.all(folders.map((one) => picturesIn(one, depth - 1)))).flat()];
}

/** As many as are looked through, from everywhere. */
function spread<T>(all: readonly T[]): T[] {
  const step = Math.max(1, all.length / mostFiles);
  return Array.from({ length: Math.min(mostFiles, all.length) }, (_, i) => all[Math.floor(i * step)]);
}
