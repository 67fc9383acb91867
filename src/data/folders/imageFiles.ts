import { classFolders, isIgnored, type FolderListing } from './classFolders.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { decodePicture } from '../../pictures/decodePicture.js';
import { pictureFolderOptionKinds, resolveFolderOptions, type PictureFolderOptions } from './folderOptions.js';
import { PictureCache } from '../../pictures/pictureCache.js';
import { formatProblem, signatureLength } from '../../pictures/pictureHeader.js';
import { LocalReader } from '../../pictures/pictureReader.js';
import { pictureSplits, type FolderSplits } from './pictureSplits.js';

/** Options of `imageFiles`. */
export interface ImageFilesOptions extends PictureFolderOptions {
  /** 'memory' (the default) keeps decoded pictures at their small size for the next epochs, 'none' keeps none. */
  readonly cache?: 'memory' | 'none';
  /** What the set is called; the chosen folder's name by default. */
  readonly name?: string;
}

const accepts = {
  where: 'imageFiles',
  kinds: { ...pictureFolderOptionKinds, name: 'string' },
} as const satisfies AcceptedOptions<ImageFilesOptions>;

/** A file with its path inside the folder that was chosen. */
export interface FolderFile {
  /** `photos/train/cats/1.jpg`; the first part is the folder that was chosen. */
  readonly path: string;
  /** The file, or what brings it when it is needed: from a server, for example. */
  readonly file: Blob | (() => Promise<Blob>);
}

/** Larger folders are not checked before training begins. */
const checkedAtOnce = 10_000;

/**
 * Labelled pictures of a folder that a visitor chose in a page: `imageFolder` for browsers. The folder has a folder for
 * each class, in it or in its `train/`, `val/` and `test/`.
 *
 * @param files of an `<input type="file" webkitdirectory>`, or with their paths; those that are yet to be brought are not
 *   looked at before they are needed
 * @throws StriateError when the files are not in folders of at least two classes; with `strict` also for a file that is
 *   not a picture.
 *
 * @example
 * const { files } = document.querySelector<HTMLInputElement>('#folder')!; // <input id="folder" type="file" webkitdirectory>
 * const { train, validation } = await imageFiles(files!, { size: [96, 96] });
 * await model.fit(train, { epochs: 10, validationData: validation });
 */
export async function imageFiles(
  files: Iterable<File | FolderFile> | ArrayLike<File | FolderFile>,
  options: ImageFilesOptions = {},
): Promise<FolderSplits> {
  expectOptions(accepts, options);
  const all = Array.from(files, withPath);
  const name = options.name ?? all[0]?.path.split('/', 1)[0] ?? 'the chosen folder';
  const resolved = resolveFolderOptions(`folder '${name}'`, options);
  const inside = new Map(all.map(({ path, file }) => [path.slice(path.indexOf('/') + 1), file]));
  const classed = classFolders(listing(name, [...inside.keys()]), options.parts);
  const problems = new Map<string, string>();
  if (classed.paths.length <= checkedAtOnce) {
    for (const path of classed.paths) {
      const file = inside.get(path)!;
      if (typeof file === 'function') continue;
      const start = await file
        .slice(0, signatureLength)
        .arrayBuffer()
        .catch(() => undefined);
      const problem = start ? formatProblem(new Uint8Array(start)) : 'it cannot be read';
      if (problem) problems.set(path, problem);
    }
  }
  const limits = { maxPixels: resolved.maxPixels, maxBytes: resolved.maxBytes };
  const cache = new PictureCache(resolved.cacheBytes);
  return pictureSplits(name, classed, problems, resolved, ({ paths }) => {
    const bring = async (file: number): Promise<Blob> => {
      const found = inside.get(paths[file])!;
      return typeof found === 'function' ? found() : found;
    };
    return new LocalReader(async (file, geometry) => decodePicture(await bring(file), geometry, limits), cache);
  });
}

function withPath(entry: File | FolderFile): FolderFile {
  if ('path' in entry) return entry;
  return { path: entry.webkitRelativePath || entry.name, file: entry };
}

/** Files and the folders that their paths name; browsers do not list empty folders. */
function listing(name: string, paths: readonly string[]): FolderListing {
  const files = paths.filter((path) => !path.split('/').some(isIgnored));
  const folders = new Set<string>();
  for (const path of files) {
    const parts = path.split('/');
    for (const depth of [1, 2]) if (parts.length > depth) folders.add(parts.slice(0, depth).join('/'));
  }
  return { name, files, folders: [...folders] };
}
