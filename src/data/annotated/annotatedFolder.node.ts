import { open, readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import type { FrameSize } from '../../geometry/letterbox.js';
import { pictureBytes, readPixels } from '../../pictures/decodePicture.js';
import { formatProblem, headerLength, jpegSize, pictureLimits, pngSize } from '../../pictures/pictureHeader.js';
import { BrokenPicture } from '../../pictures/pictureReader.js';
import { expectPreprocessing, type Preprocessing } from '../../pictures/preprocessing.js';
import { systemFailure } from '../../platform/systemErrors.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectNumber } from '../../tensor/check.js';
import { Random, StriateError } from '../../tensor/index.js';
import { scenes } from '../scenes.js';
import { AnnotatedSet, type AnnotatedPicture, type AnnotatedSource } from './annotatedSet.js';
import { heldText, PictureFinder, type AnnotatedPart } from './annotationFiles.js';
import { annotationFormats, type FoundPicture } from './annotationFormats.node.js';
import { AnnotationProblems } from './annotationProblems.js';
import { soundAnnotations } from './soundAnnotations.js';

/** Options of `annotatedFolder`. */
export interface AnnotatedFolderOptions {
  /** [height, width] of an example; or give `preprocessing`. */
  readonly size?: readonly [height: number, width: number];
  /** How pictures become examples; whole, their proportions kept (`fit: 'contain'`), if omitted. */
  readonly preprocessing?: Preprocessing;
  /** A file of annotations in COCO's format that lies elsewhere than the pictures; the folder's own if omitted. */
  readonly annotations?: string;
  /** The share of pictures that is held out for validation where the folder has no parts of its own; 0.2 by default. */
  readonly validationSplit?: number;
  /** Determines which pictures are held out; 0 by default. */
  readonly seed?: number;
  /** What the set is called; the folder's name by default. */
  readonly name?: string;
  /** Whether the first problem is an error instead of being counted; false by default. */
  readonly strict?: boolean;
}

const accepts = {
  where: 'annotatedFolder',
  kinds: {
    size: 'list',
    preprocessing: 'object',
    annotations: 'string',
    validationSplit: 'number',
    seed: 'number',
    name: 'string',
    strict: 'boolean',
  },
} as const satisfies AcceptedOptions<AnnotatedFolderOptions>;

/** An annotated folder in its parts. */
export interface AnnotatedSplits {
  readonly train: AnnotatedSet;
  /** Undefined if the folder has none, and none was held out. */
  readonly validation: AnnotatedSet | undefined;
  /** The validation part if there is no test part. */
  readonly test: AnnotatedSet;
  /** What its files are: `COCO`, `Pascal VOC`, `LabelMe`, `YOLO` or `masks`. */
  readonly format: string;
}

const pictureEndings = /\.(jpe?g|png|webp|gif|tiff?|avif|bmp)$/i;

/**
 * Opens a folder of pictures with annotations, by what its files hold: COCO's JSON (boxes, polygons, run lengths, keypoints), Pascal
 * VOC's XML, LabelMe's JSON, YOLO's text files (boxes, polygons, keypoints, `data.yaml`), or masks as PNG files beside the pictures; what
 * CVAT and others export is one of these. Parts (train, val, test) are those of the folder; without some, a share is held out.
 * What is wrong with annotations is left out, counted and named in `problems`.
 *
 * @throws StriateError when there is no such folder or it has no annotations that are read; with `strict` also for the first problem.
 *
 * @example
 * const { train, validation } = await annotatedFolder('leaves', { size: [320, 320] });
 * console.log(train.size, train.classNames, train.problemLines);
 */
export async function annotatedFolder(path: string, options: AnnotatedFolderOptions = {}): Promise<AnnotatedSplits> {
  const found = await readFolder(path, options);
  if (!('held' in found)) return found;
  throw new StriateError({
    where: `folder '${path}'`,
    rule: 'has no annotations: COCO’s or LabelMe’s JSON, Pascal VOC’s XML, YOLO’s text files with a data.yaml, or masks as PNG files',
    advice: `it holds ${found.held}`,
  });
}

/**
 * Opens annotated data by its name or folder: `scenes` is drawn from the seed.
 *
 * @returns undefined where the folder has no annotations
 * @throws StriateError when annotations are there, but none can be used.
 */
export async function openAnnotated(
  nameOrFolder: string,
  options: AnnotatedFolderOptions,
): Promise<AnnotatedSplits | undefined> {
  if (nameOrFolder === scenesName) {
    const { size = options.preprocessing?.size, seed } = options;
    return { ...scenes({ ...(size && { size }), ...(seed !== undefined && { seed }) }), format: 'drawn' };
  }
  const found = await readFolder(nameOrFolder, options);
  return 'held' in found ? undefined : found;
}

/** The name of the drawn set. */
export const scenesName = 'scenes';

/** What a folder's annotations came to; what it holds where it has none. */
async function readFolder(
  path: string,
  options: AnnotatedFolderOptions,
): Promise<AnnotatedSplits | { readonly held: string }> {
  expectOptions(accepts, options);
  const where = `folder '${path}'`;
  const { validationSplit = 0.2, seed = 0, name = basename(resolve(path)), strict = false } = options;
  if (options.preprocessing) expectPreprocessing(`${where}, preprocessing`, options.preprocessing);
  const size = options.size ?? options.preprocessing?.size;
  if (!size) throw new StriateError({ where, rule: 'needs the size of an example: size: [height, width]' });
  expectNumber(where, 'validationSplit', validationSplit, { least: 0, below: 1 });
  const preprocessing: Preprocessing = { fit: 'contain', ...options.preprocessing, size };
  const problems = new AnnotationProblems(strict);
  const { annotations: elsewhere } = options;
  const files = await listed(path);
  const pictures = files.filter((one) => pictureEndings.test(one));
  // By its name alone: the folders that it lies in say nothing of the parts of the set.
  const alone = elsewhere === undefined ? undefined : basename(elsewhere);
  const paths = alone === undefined ? files : [alone];
  const place = (file: string): string => (file === alone ? elsewhere! : join(path, file));
  const text = async (file: string): Promise<string> =>
    (await readFile(place(file))).toString('utf8').replace(/^\ufeff/, '');
  const bytes = (file: string): Promise<Uint8Array> => readFile(place(file));
  const folder = { paths, pictures, finder: new PictureFinder(pictures), text, bytes, problems };
  for (const { format, read } of annotationFormats) {
    const found = await read(folder);
    if (!found || found.pictures.length === 0) continue;
    const kept: { picture: AnnotatedPicture; part: AnnotatedPart | undefined }[] = [];
    for (const written of found.pictures) {
      const sound = await soundPicture(path, written, problems);
      if (sound) kept.push({ picture: sound, part: written.part });
    }
    if (kept.length === 0) {
      throw new StriateError({
        where,
        rule: `has ${format} annotations of no picture that is there`,
        advice: problems.lines.at(0),
      });
    }
    const source: AnnotatedSource = {
      name,
      classNames: found.classNames,
      pointNames: found.pointNames,
      pictures: kept.map(({ picture }) => picture),
      problems: problems.list,
      problemLines: problems.lines,
      preprocessing,
      read: async (index) =>
        (await readPixels(await pictureBytes(join(path, kept[index].picture.name), pictureLimits), pictureLimits))
          .pixels,
    };
    return {
      ...parted(
        source,
        kept.map(({ part }) => part),
        validationSplit,
        seed,
      ),
      format,
    };
  }
  return { held: heldText(paths) };
}

/** All files of a folder and those below, by their paths from it; hidden ones left out. */
async function listed(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw systemFailure(`cannot read '${path}'`, error);
  });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((one) => !/(^|\/)[._]/.test(one.replace(/(^|\/)_annotations/, '$1annotations')))
    .sort();
}

/** A picture with the things in it that are sound; undefined where the picture is not. */
async function soundPicture(
  root: string,
  { path, file, size: written, things, ignored, where }: FoundPicture,
  problems: AnnotationProblems,
): Promise<AnnotatedPicture | undefined> {
  if (path === undefined) {
    problems.add('missingPicture', where, file);
    return undefined;
  }
  let size: FrameSize;
  try {
    size = await sizeOf(join(root, path));
  } catch (error) {
    if (!(error instanceof BrokenPicture)) throw error;
    problems.add('brokenPicture', path, error.message);
    return undefined;
  }
  if (written && (written.width !== size.width || written.height !== size.height)) {
    problems.add(
      'otherSize',
      where,
      `${path}: ${written.width} × ${written.height}, and it has ${size.width} × ${size.height}`,
    );
    return undefined;
  }
  const annotations = soundAnnotations(things, size, problems);
  return { name: path, ...size, annotations, ...(ignored && { ignored }) };
}

/** The size of a picture by its header, or by decoding it. */
async function sizeOf(path: string): Promise<FrameSize> {
  const start = new Uint8Array(headerLength);
  const file = await open(path, 'r').catch((error: unknown) => {
    throw systemFailure(`cannot read '${path}'`, error);
  });
  const read = await file.read(start, 0, headerLength, 0).finally(() => file.close());
  const header = start.subarray(0, read.bytesRead);
  const problem = formatProblem(header);
  if (problem !== undefined) throw new BrokenPicture(problem);
  const { width, height } =
    jpegSize(header) ??
    pngSize(header) ??
    (await readPixels(await pictureBytes(path, pictureLimits), pictureLimits)).size;
  return { width, height };
}

/** The parts of a set: its own, or a share held out. */
function parted(
  source: AnnotatedSource,
  parts: readonly (AnnotatedPart | undefined)[],
  validationSplit: number,
  seed: number,
): Omit<AnnotatedSplits, 'format'> {
  const whole = new AnnotatedSet(source);
  const rows = [...parts.keys()];
  const of = (wanted: AnnotatedPart): AnnotatedSet | undefined => {
    const own = rows.filter((row) => (parts[row] ?? 'train') === wanted);
    return own.length > 0 ? whole.subset(own) : undefined;
  };
  const [own, test] = [of('train'), of('test')];
  let [train, validation] = [own ?? whole.subset([]), of('validation')];
  if (own && !validation && !test && validationSplit > 0 && own.size > 1) {
    const order = new Random(seed).shuffle(Int32Array.from({ length: own.size }, (_, i) => i));
    const count = Math.min(own.size - 1, Math.max(1, Math.round(own.size * validationSplit)));
    validation = own.subset(order.slice(0, count).sort());
    train = own.subset(order.slice(count).sort());
  }
  return { train, validation, test: test ?? validation ?? whole.subset([]) };
}
