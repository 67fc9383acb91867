import type { Annotation, PlacedThings } from '../../geometry/annotation.js';
import type { FrameSize, PlacedFrame } from '../../geometry/letterbox.js';
import {
  composeMaps,
  invertMap,
  mapOfPlaced,
  moveAnnotation,
  type Move,
  type PlanarMap,
} from '../../geometry/moveAnnotation.js';
import type { RunLengthMask } from '../../geometry/runLengthMask.js';
import { fitPicture, greyPixels } from '../../pictures/fitPicture.js';
import { PictureCache } from '../../pictures/pictureCache.js';
import { placement, type PictureGeometry } from '../../pictures/pictureGeometry.js';
import { resizing } from '../../pictures/pictureResampler.js';
import type { Pixels } from '../../pictures/pictureTransform.js';
import { PlainTransform } from '../../pictures/plainTransform.js';
import { resolvePreprocessing, type Preprocessing } from '../../pictures/preprocessing.js';
import type { PictureNormalization } from '../../pictures/normalization.js';
import { expectNumber, isWhole } from '../../tensor/check.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { Random, StriateError } from '../../tensor/index.js';
import type { AugmentTransform } from '../augmentation/augmentTransform.js';
import type { Affine } from '../augmentation/affineMatrix.js';
import type { DataPass } from '../dataSet.js';
import { splitIndices } from '../selectableSet.js';
import { copyPaste, mosaic, type Examples, type Quarter } from './joinedExamples.js';
import { mirroredPoints } from './mirroredPoints.js';
import type { AnnotationProblem } from './annotationProblems.js';

/** A picture with what is in it. */
export interface AnnotatedPicture {
  /** Its file, or what else it is called. */
  readonly name: string;
  readonly height: number;
  readonly width: number;
  /** The things, in the picture's own pixels. */
  readonly annotations: readonly Annotation[];
  /** Pixels of which nobody knows what they show. */
  readonly ignored?: RunLengthMask;
}

/** What an annotated set is made of. */
export interface AnnotatedSource {
  readonly name: string;
  readonly classNames: readonly string[];
  /** The names of the points that things have, in their order. */
  readonly pointNames: readonly string[];
  readonly pictures: readonly AnnotatedPicture[];
  /** A picture's pixels, of its own size. */
  readonly read: (picture: number) => Pixels | Promise<Pixels>;
  /** What is wrong with the annotations, for all parts of the set together. */
  readonly problems: readonly AnnotationProblem[];
  /** The same, a line for each kind. */
  readonly problemLines: readonly string[];
  /** How pictures become examples. */
  readonly preprocessing: Preprocessing;
}

/** How things move along with augmented pictures. */
export interface AugmentedThingsOptions {
  /** Things of which a smaller share is left in the picture are left out; 0.25 by default. */
  readonly minVisibility?: number;
  /** The share of training pictures that are made of four; 0 by default. */
  readonly mosaic?: number;
  /** The share of training pictures on which things of others are laid, cut out by their masks; 0 by default. */
  readonly copyPaste?: number;
}

const accepts = {
  where: 'augmented',
  kinds: { minVisibility: 'number', mosaic: 'number', copyPaste: 'number' },
} as const satisfies AcceptedOptions<AugmentedThingsOptions>;

/** The random changes of training pictures. */
interface Changes {
  /** Makes the transform, for pictures that are normalized in a certain way. */
  readonly make: ((normalization: PictureNormalization) => AugmentTransform) | undefined;
  readonly minVisibility: number;
  readonly mosaic: number;
  readonly copyPaste: number;
}

const unchanged: Changes = { make: undefined, minVisibility: 0, mosaic: 0, copyPaste: 0 };

/** Decoded pictures that are kept in memory, in bytes. */
const cacheBytes = 256e6;

/**
 * Pictures with the things in them: boxes, masks and points. What `fill` gives is in pixels of the example, as it is after
 * letterboxing and augmentation; `annotations` are in those of the picture itself.
 *
 * @example
 * const { train } = scenes({ seed: 1, train: 20, test: 4 });
 * const x = new Float32Array(2 * 128 * 128 * 3);
 * const things = await train.fill([0, 1], x);
 * things[0].annotations[0].box; // [x1, y1, x2, y2]
 */
export class AnnotatedSet {
  readonly name: string;
  readonly size: number;
  /** [H, W, C] of an example. */
  readonly inputShape: readonly number[];
  readonly classNames: readonly string[];
  /** The names of the points that things have, in their order. */
  readonly pointNames: readonly string[];
  /** How pictures become examples. */
  readonly preprocessing: Preprocessing;
  private readonly geometry: PictureGeometry;
  private readonly normalization: PictureNormalization;
  private readonly transform: AugmentTransform | undefined;
  private readonly mirrored: readonly number[];

  constructor(
    private readonly source: AnnotatedSource,
    /** Which of the source's pictures belong to the set, in order. */
    private readonly rows: Int32Array = Int32Array.from(source.pictures.keys()),
    private readonly changes: Changes = unchanged,
    private readonly cache = new PictureCache(cacheBytes),
  ) {
    const { geometry, normalization } = resolvePreprocessing(source.preprocessing, `data '${source.name}'`);
    this.geometry = geometry;
    this.normalization = normalization;
    this.transform = changes.make?.(normalization);
    this.name = source.name;
    this.size = rows.length;
    this.inputShape = [geometry.height, geometry.width, geometry.channels];
    this.classNames = source.classNames;
    this.pointNames = source.pointNames;
    this.preprocessing = source.preprocessing;
    this.mirrored = mirroredPoints(source.pointNames);
  }

  /** What is wrong with the annotations, for all parts of the set together. */
  get problems(): readonly AnnotationProblem[] {
    return this.source.problems;
  }

  /** The same in sentences, one for each kind. */
  get problemLines(): readonly string[] {
    return this.source.problemLines;
  }

  /** Whether training sees changed pictures. */
  get varies(): boolean {
    return this.changes !== unchanged;
  }

  /** A picture's name, size and things, in its own pixels. */
  picture(index: number): AnnotatedPicture {
    return this.source.pictures[this.row(index)];
  }

  /** The things in a picture, in its own pixels. */
  annotations(index: number): readonly Annotation[] {
    return this.picture(index).annotations;
  }

  /** A picture's pixels, of its own size. */
  async pixels(index: number): Promise<Pixels> {
    return this.source.read(this.row(index));
  }

  /** Where a picture lies in its example, so that what is found there can be brought back: `unplaceBox(box, set.placed(0))`. */
  placed(index: number): PlacedFrame {
    const { height, width } = this.picture(index);
    const { height: rows, width: columns, top, left } = placement(this.geometry, width, height);
    // A picture that does not fill its example is put in the middle; of one that does, a part is taken.
    return { scaleX: columns / width, scaleY: rows / height, left: -left, top: -top };
  }

  /**
   * The same pictures prepared in another way, as a model wants them: brought to another size, normalized otherwise.
   *
   * @throws StriateError when an option of the preparation is unknown or out of range.
   */
  prepared(preprocessing: Preprocessing): AnnotatedSet {
    return new AnnotatedSet({ ...this.source, preprocessing }, this.rows, this.changes, this.cache);
  }

  /** The pictures with these numbers, in this order. */
  subset(indices: ArrayLike<number>): AnnotatedSet {
    const rows = Int32Array.from(indices, (index) => this.row(index));
    return new AnnotatedSet(this.source, rows, this.changes, this.cache);
  }

  /**
   * Two sets, the first with `fraction` of the pictures.
   *
   * @param seed shuffles the pictures first; without it the first set is the beginning and the second the end
   * @throws StriateError when one of the two would be empty.
   */
  split(fraction: number, seed?: number): [AnnotatedSet, AnnotatedSet] {
    const [first, second] = splitIndices(this, fraction, seed, 'pictures');
    return [this.subset(first), this.subset(second)];
  }

  /**
   * The same set with random changes in training, which move things along: whatever `augmentation` has, mosaics, and things laid on
   * other pictures.
   *
   * @param make what `augmentation` gives
   * @throws StriateError when an option is unknown or out of range.
   *
   * @example
   * const { train } = scenes({ seed: 1, train: 20, test: 4 });
   * const varied = train.augmented(augmentation({ horizontalFlip: true, scaleJitter: { scale: [0.5, 1.5] } }), { mosaic: 0.5 });
   */
  augmented(
    make: (normalization: PictureNormalization) => AugmentTransform,
    options: AugmentedThingsOptions = {},
  ): AnnotatedSet {
    const { where } = accepts;
    const { minVisibility = 0.25, mosaic = 0, copyPaste = 0 } = expectOptions(accepts, options);
    for (const [name, share] of Object.entries({ minVisibility, mosaic, copyPaste })) {
      expectNumber(where, name, share, { least: 0, most: 1 });
    }
    if (copyPaste > 0 && !this.source.pictures.some(({ annotations }) => annotations.some(({ mask }) => mask))) {
      const advice = 'leave copyPaste out, or annotate masks';
      throw new StriateError({
        where,
        rule: 'copyPaste cuts things out by their masks',
        received: 'things without masks',
        advice,
      });
    }
    return new AnnotatedSet(this.source, this.rows, { make, minVisibility, mosaic, copyPaste }, this.cache);
  }

  /**
   * Writes examples into a batch, and says what is in them.
   *
   * @param x receives indices.length × H × W × C numbers
   * @param pass given in training only: augmentation is seeded by (seed, epoch, example) and nothing else
   * @throws BrokenPicture when a file cannot be read any more.
   */
  async fill(indices: ArrayLike<number>, x: Float32Array, pass?: DataPass): Promise<PlacedThings[]> {
    const length = this.inputShape.reduce((a, b) => a * b, 1);
    const changes = pass ? this.changes : unchanged;
    if (changes.make) await this.transform?.ready();
    const out: PlacedThings[] = [];
    for (let i = 0; i < indices.length; i++) {
      const random = new Random(pass ? [pass.seed, pass.epoch, indices[i]] : [0]);
      out.push(await this.changed(indices[i], changes, random, x.subarray(i * length, (i + 1) * length)));
    }
    return out;
  }

  /** One example, or several joined, as the changes have it. */
  private changed(index: number, changes: Changes, random: Random, out: Float32Array): Promise<PlacedThings> {
    const examples: Examples = {
      size: this.size,
      shape: this.inputShape,
      draw: (own, ownRandom, into, quarter) => this.example(own, changes, ownRandom, into, quarter),
    };
    if (changes.mosaic > 0 && random.uniform() < changes.mosaic) return mosaic(index, examples, random, out);
    if (changes.copyPaste > 0 && random.uniform() < changes.copyPaste) {
      return copyPaste(index, examples, random, out, changes.minVisibility);
    }
    return this.example(index, changes, random, out);
  }

  /** One example, written into its place. */
  private async example(
    index: number,
    changes: Changes,
    random: Random,
    out: Float32Array,
    quarter?: Quarter,
  ): Promise<PlacedThings> {
    const transform = changes.make && this.transform;
    const { minVisibility } = changes;
    const { geometry } = this;
    const whole = transform?.enlarge !== undefined;
    const pixels = whole ? this.inChannels(await this.pixels(index)) : await this.fitted(index);
    let map = whole ? identity : mapOfPlaced(this.placed(index));
    if (transform) map = composeMaps(planarOf(transform.applyTo(pixels, geometry, random, out, 0)), map);
    else new PlainTransform(this.normalization).apply(pixels, geometry, random, out, 0);
    if (quarter) map = composeMaps(quarter.moved, map);
    const frame: FrameSize = { height: geometry.height, width: geometry.width };
    const region = quarter?.region;
    const move: Move = { map, frame, minVisibility, mirrored: this.mirrored, ...(region && { region }) };
    const { annotations, ignored } = this.picture(index);
    // Nothing moves where a picture is its own example.
    const same = map.every((value, i) => value === identity[i]) && !quarter && sameSize(this.picture(index), frame);
    if (same) return { annotations, ...(ignored && { ignored }) };
    const left =
      ignored && moveAnnotation({ label: 0, box: ignored.box, mask: ignored }, { ...move, minVisibility: 0 })?.mask;
    return {
      annotations: annotations.flatMap((annotation) => moveAnnotation(annotation, move) ?? []),
      ...(left && { ignored: left }),
    };
  }

  /** A picture brought to the example's size. */
  private async fitted(index: number): Promise<Pixels> {
    const row = this.row(index);
    const kept = this.cache.get(row, this.geometry);
    if (kept) return kept;
    const pixels = await this.source.read(row);
    const { height, width } = pixels;
    const fitted = fitPicture({ pixels, size: { height, width } }, this.geometry, await resizing());
    this.cache.offer(row, this.geometry, fitted);
    return fitted;
  }

  private inChannels(pixels: Pixels): Pixels {
    return this.geometry.channels === 1 && pixels.channels === 3 ? greyPixels(pixels) : pixels;
  }

  private row(index: number): number {
    if (isWhole(index, 0, this.size - 1)) return this.rows[index];
    throw new StriateError({
      where: `data set '${this.name}'`,
      rule: `has pictures 0 to ${this.size - 1}`,
      received: index,
    });
  }
}

const sameSize = (a: FrameSize, b: FrameSize): boolean => a.height === b.height && a.width === b.width;

const identity: PlanarMap = [1, 0, 0, 0, 1, 0];

/** Where pixels go, of a matrix that says where they come from, rows first and whole numbers at pixels' centres. */
function planarOf([rr, rc, r, cr, cc, c]: Affine): PlanarMap {
  // In x and y, with whole numbers at pixels' edges: a centre lies at a half.
  const x = (sx: number, sy: number, move: number): [number, number, number] => [sx, sy, move + 0.5 - 0.5 * (sx + sy)];
  return invertMap([...x(cc, cr, c), ...x(rc, rr, r)]);
}
