import type { Annotation } from '../../geometry/annotation.js';
import type { RunLengthMask } from '../../geometry/runLengthMask.js';
import { pictureLimits } from '../../pictures/pictureHeader.js';
import { BrokenPicture } from '../../pictures/pictureReader.js';
import { readSource, type PictureSource } from '../../pictures/pictureSource.js';
import { expectPreprocessing, type Preprocessing } from '../../pictures/preprocessing.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { StriateError } from '../../tensor/index.js';
import { AnnotatedSet, type AnnotatedPicture } from './annotatedSet.js';
import { AnnotationProblems } from './annotationProblems.js';
import { soundAnnotations } from './soundAnnotations.js';

/** A picture wherever it comes from, and what is in it. */
export interface GivenPicture {
  /** A file, its bytes or address, a canvas, decoded pixels; it is read again when it is needed. */
  readonly picture: PictureSource;
  /** The things, in the picture's own pixels. */
  readonly annotations: readonly Annotation[];
  /** What messages and files call it; `picture 1`, … by default. */
  readonly name?: string;
  /** Pixels of which nobody knows what they show. */
  readonly ignored?: RunLengthMask;
}

/** Options of `annotatedPictures`. */
export interface AnnotatedPicturesOptions {
  /** What the classes are called, by the things' labels. */
  readonly classNames: readonly string[];
  /** What the things' points are called, in their order; none by default. */
  readonly pointNames?: readonly string[];
  /** [height, width] of an example; or give `preprocessing`. */
  readonly size?: readonly [height: number, width: number];
  /** How pictures become examples; whole, their proportions kept (`fit: 'contain'`), if omitted. */
  readonly preprocessing?: Preprocessing;
  /** What the set is called; `pictures` by default. */
  readonly name?: string;
  /** Whether the first problem is an error instead of being counted; false by default. */
  readonly strict?: boolean;
}

const accepts = {
  where: 'annotatedPictures',
  kinds: {
    classNames: 'list',
    pointNames: 'list',
    size: 'list',
    preprocessing: 'object',
    name: 'string',
    strict: 'boolean',
  },
} as const satisfies AcceptedOptions<AnnotatedPicturesOptions>;

/**
 * Pictures in memory with what is in them, as models learn from: files that were dropped on a page, a camera's frames, canvases.
 * What is wrong with annotations is left out, counted and named in `problems`, as are pictures that cannot be read.
 *
 * @throws StriateError when there is no picture, or no size; with `strict` also for the first problem.
 *
 * @example
 * const photo = { width: 64, height: 48, data: new Uint8ClampedArray(4 * 64 * 48).fill(200) }; // or a File, a canvas, a video
 * const annotations = [{ label: 0, box: [8, 8, 40, 40] }] as const;
 * const set = await annotatedPictures([{ picture: photo, annotations }], { classNames: ['cat'], size: [64, 64] });
 * console.log(set.size, set.annotations(0));
 */
export async function annotatedPictures(
  pictures: readonly GivenPicture[],
  options: AnnotatedPicturesOptions,
): Promise<AnnotatedSet> {
  const { where } = accepts;
  const { classNames, pointNames = [], name = 'pictures', strict = false, ...rest } = expectOptions(accepts, options);
  if (rest.preprocessing) expectPreprocessing(`${where}, preprocessing`, rest.preprocessing);
  const size = rest.size ?? rest.preprocessing?.size;
  // Programs in JavaScript may have forgotten them.
  if (!(classNames as Partial<typeof classNames> | undefined)?.length)
    throw new StriateError({ where, rule: 'needs the names of the classes: classNames' });
  if (!size) throw new StriateError({ where, rule: 'needs the size of an example: size: [height, width]' });
  const problems = new AnnotationProblems(strict);
  const sources: PictureSource[] = [];
  const sound: AnnotatedPicture[] = [];
  for (const [i, given] of pictures.entries()) {
    const { picture, annotations, name: own = `picture ${i + 1}`, ignored } = given;
    const read = await readSource(picture, pictureLimits).catch((error: unknown) => {
      if (!(error instanceof BrokenPicture)) throw error;
      problems.add('brokenPicture', own, error.message);
      return undefined;
    });
    if (!read) continue;
    const { height, width } = read.size;
    const written = annotations.map(({ label, points, ...thing }, k) => ({
      ...thing,
      where: `${own}, thing ${k + 1}`,
      label: Number.isInteger(label) && label < classNames.length ? label : -1,
      className: String(label),
      points: points?.flat(),
    }));
    sources.push(picture);
    sound.push({
      name: own,
      height,
      width,
      annotations: soundAnnotations(written, { height, width }, problems),
      ...(ignored && { ignored }),
    });
  }
  if (sound.length === 0) {
    throw new StriateError({ where, rule: 'needs a picture that can be read', advice: problems.lines.at(0) });
  }
  return new AnnotatedSet({
    name,
    classNames,
    pointNames,
    pictures: sound,
    problems: problems.list,
    problemLines: problems.lines,
    preprocessing: { fit: 'contain', ...rest.preprocessing, size },
    read: async (index) => (await readSource(sources[index], pictureLimits)).pixels,
  });
}
