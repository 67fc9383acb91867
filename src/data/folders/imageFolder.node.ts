import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { decodePicture, pictureBytes } from '../../pictures/decodePicture.js';
import { expectWhole } from '../../tensor/check.js';
import { classFolders } from './classFolders.js';
import { DecodeWorkers } from '../threads/decodeWorkers.node.js';
import { DiskCache } from '../threads/diskCache.node.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { pictureFolderOptionKinds, resolveFolderOptions, type PictureFolderOptions } from './folderOptions.js';
import { PictureCache } from '../../pictures/pictureCache.js';
import { LocalReader, type PictureDecoder } from '../../pictures/pictureReader.js';
import { pictureSplits, type FolderSplits } from './pictureSplits.js';
import { checkSignatures, scanFolder } from './scanFolder.node.js';
import { WorkerReader } from '../threads/workerReader.node.js';

/** Options of `imageFolder`. */
export interface ImageFolderOptions extends PictureFolderOptions {
  /** What the set is called; the folder's name by default. */
  readonly name?: string;
  /**
   * Threads that decode and augment; by default one, and up to four on machines with many cores. With 0 the main thread
   * augments. Order and pixels are the same with any number.
   */
  readonly workers?: number;
}

/** The options of `imageFolder`. */
export const imageFolderAccepts = {
  where: 'imageFolder',
  kinds: { ...pictureFolderOptionKinds, name: 'string', workers: 'number' },
} as const satisfies AcceptedOptions<ImageFolderOptions>;

/** Larger folders are not checked before training begins: broken files are found when they are read. */
const checkedAtOnce = 10_000;

/**
 * Labelled pictures of a folder that has a folder for each class, in it or in its `train/`, `val/` (or `validation/`) and
 * `test/`; without such parts, a share of each class is held out for validation. Pictures (JPEG, PNG, WebP, GIF, TIFF,
 * AVIF, recognized by their content) are decoded when they are needed, in threads; broken files are skipped and named in
 * `skipped`.
 *
 * @throws StriateError when there is no such folder, it is empty, or it has fewer than two classes with pictures; with
 *   `strict` also for a file that is not a picture.
 *
 * @example
 * const { train, validation } = await imageFolder('photos', { size: [150, 150], validationSplit: 0.2, seed: 1 });
 * await model.fit(train, { epochs: 30, validationData: validation });
 */
export async function imageFolder(path: string, options: ImageFolderOptions = {}): Promise<FolderSplits> {
  expectOptions(imageFolderAccepts, options);
  const resolved = resolveFolderOptions(`folder '${path}'`, options, ['disk', 'memory', 'none']);
  const { workers = defaultWorkers() } = options;
  expectWhole(`folder '${path}'`, 'workers', workers, 0, 64);
  const listing = await scanFolder(path);
  const files = classFolders(listing, options.parts);
  const few = files.paths.length <= checkedAtOnce;
  const problems = few ? await checkSignatures(path, files.paths) : new Map<string, string>();
  const limits = { maxPixels: resolved.maxPixels, maxBytes: resolved.maxBytes };
  const disk = resolved.cache === 'disk' && resolved.cacheBytes > 0;
  const cache = disk ? new DiskCache(resolved.cacheBytes) : new PictureCache(resolved.cacheBytes);
  return pictureSplits(options.name ?? basename(resolve(path)), files, problems, resolved, ({ paths }) => {
    const pathOf = (file: number): string => join(path, paths[file]);
    if (workers === 0) {
      const decode: PictureDecoder = async (file, geometry) =>
        decodePicture(await pictureBytes(pathOf(file), limits), geometry, limits);
      return new LocalReader(decode, cache, () => (cache instanceof DiskCache ? cache.release()() : undefined));
    }
    return new WorkerReader(
      new DecodeWorkers(workers, limits, disk ? () => (cache as DiskCache).store : undefined),
      pathOf,
      cache,
    );
  });
}

/** Training itself uses all cores; a few threads keep up with it. */
function defaultWorkers(): number {
  return Math.max(1, Math.min(4, Math.floor(availableParallelism() / 4)));
}
