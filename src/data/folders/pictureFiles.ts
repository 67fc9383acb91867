import { isWhole } from '../../tensor/check.js';
import { StriateError } from '../../tensor/index.js';
import type { DataPass } from '../dataSet.js';
import { DataSetParts } from '../selectableSet.js';
import type { PictureGeometry } from '../../pictures/pictureGeometry.js';
import type { PictureReader, PictureRequest, PictureStage } from '../../pictures/pictureReader.js';
import { resolvePreprocessing, type Preprocessing } from '../../pictures/preprocessing.js';
import { PlainTransform } from '../../pictures/plainTransform.js';
import type { PictureNormalization } from '../../pictures/normalization.js';
import type { PictureTransform } from '../../pictures/pictureTransform.js';
import type { SkippedFile, SkippedFiles } from './skippedFiles.js';

/** What the parts of a folder share. */
export interface PictureFolder {
  readonly name: string;
  readonly classNames: readonly string[];
  /** The path of each file, as messages name it. */
  readonly paths: readonly string[];
  /** The class of each file. */
  readonly labels: Int32Array;
  readonly reader: PictureReader;
  readonly skipped: SkippedFiles;
  /** What was taken for what, and which part lacks classes, in sentences for the user. */
  readonly notes: readonly string[];
  /** How files become examples. */
  readonly preprocessing: Preprocessing;
  /** How bytes become numbers. */
  readonly normalization: PictureNormalization;
  /** How pictures are read without augmentation. */
  readonly plain: PictureStage;
}

/** Batches that are prefetched while one is computed, so that a slow file does not stall training. */
const ahead = 2;

/**
 * Labelled picture files, read when they are needed. A broken file is replaced by the next one of its class, which depends
 * on nothing but the files themselves.
 */
export class PictureFiles extends DataSetParts {
  readonly name: string;
  readonly size: number;
  readonly inputShape: readonly number[];
  readonly classNames: readonly string[];
  readonly ahead = ahead;

  constructor(
    private readonly folder: PictureFolder,
    /** Which of the folder's files belong to the set, in order. */
    private readonly files: Int32Array,
    /** How pictures are read in training; without augmentation by default. */
    private readonly training: PictureStage = folder.plain,
  ) {
    super();
    const { height, width, channels } = folder.plain.geometry;
    this.name = folder.name;
    this.classNames = folder.classNames;
    this.size = files.length;
    this.inputShape = [height, width, channels];
  }

  /** How a file becomes an example, apart from augmentation. */
  get preprocessing(): Preprocessing {
    return this.folder.preprocessing;
  }

  /** The files of the whole folder that have been skipped so far, whichever part they belong to. */
  get skipped(): readonly SkippedFile[] {
    return this.folder.skipped.list;
  }

  get varies(): boolean {
    return this.training !== this.folder.plain;
  }

  /** What the folder leaves open and how it was taken, and which part lacks classes, in sentences for the user. */
  get notes(): readonly string[] {
    return this.folder.notes;
  }

  /** One line about the skipped files; undefined if there are none. */
  get skippedLine(): string | undefined {
    return this.folder.skipped.describe();
  }

  /** The path of an example's file, inside the folder. */
  path(index: number): string {
    return this.folder.paths[this.fileOf(index)];
  }

  /** The class of an example. */
  label(index: number): number {
    return this.folder.labels[this.fileOf(index)];
  }

  /** The indices of the examples of each class. */
  indicesByClass(): Int32Array[] {
    const classes = this.classNames.map((): number[] => []);
    for (let i = 0; i < this.size; i++) classes[this.label(i)].push(i);
    return classes.map((indices) => Int32Array.from(indices));
  }

  /**
   * The examples with these numbers, in this order.
   *
   * @throws StriateError when a number lies outside the set.
   */
  subset(indices: ArrayLike<number>): PictureFiles {
    const files = Int32Array.from(indices, (index) => this.fileOf(index));
    return new PictureFiles(this.folder, files, this.training);
  }

  /** The same files, some of them of other classes, by their places in the set. */
  withLabels(changed: ReadonlyMap<number, number>): PictureFiles {
    const labels = this.folder.labels.slice();
    for (const [index, label] of changed) labels[this.fileOf(index)] = label;
    return new PictureFiles({ ...this.folder, labels }, this.files, this.training);
  }

  /**
   * The same pictures, augmented in training by a transform, in the threads that decode.
   *
   * @param make receives the normalization
   */
  augmented(make: (normalization: PictureNormalization) => PictureTransform): PictureFiles {
    const transform = make(this.folder.normalization);
    const { geometry } = this.folder.plain;
    const { enlarge } = transform;
    const larger: PictureGeometry = { ...geometry, fit: 'whole', margin: Math.max(1, enlarge ?? 1) };
    const training = { geometry: enlarge === undefined ? geometry : larger, transform };
    return new PictureFiles(this.folder, this.files, training);
  }

  /**
   * The same files, not augmented, prepared otherwise; read by the same threads.
   *
   * @throws StriateError for sizes, channels or numbers that cannot be.
   */
  prepared(preprocessing: Preprocessing): PictureFiles {
    const { geometry, normalization } = resolvePreprocessing(preprocessing, `data '${this.name}'`);
    const plain = { geometry, transform: new PlainTransform(normalization) };
    return new PictureFiles({ ...this.folder, preprocessing, normalization, plain }, this.files);
  }

  async fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array, pass?: DataPass): Promise<void> {
    const { reader, skipped, paths } = this.folder;
    const stage = pass ? this.training : this.folder.plain;
    let requests = Array.from(indices, (index, place): PictureRequest => {
      y[place] = this.label(index);
      return { file: this.sound(index), place, random: pass ? [pass.seed, pass.epoch, index] : [0] };
    });
    while (requests.length > 0) {
      const unread = await reader.read(stage, requests, x);
      for (const { request, reason } of unread) skipped.add(paths[request.file], reason);
      requests = unread.map(({ request }) => ({ ...request, file: this.sound(indices[request.place]) }));
    }
  }

  /**
   * Ends the threads that read files and releases the pictures cached on disk, for all parts of the folder; the end of the
   * process does so, too.
   */
  close(): Promise<void> {
    return this.folder.reader.close();
  }

  private fileOf(index: number): number {
    if (isWhole(index, 0, this.size - 1)) return this.files[index];
    throw new StriateError({
      where: `data set '${this.name}'`,
      rule: `has examples 0 to ${this.size - 1}`,
      received: index,
    });
  }

  /** The example's file, or the next one of its class that is not known to be broken. */
  private sound(index: number): number {
    const { paths, labels, skipped, classNames } = this.folder;
    const own = this.fileOf(index);
    for (let k = 0; k < this.size; k++) {
      const file = this.files[(index + k) % this.size];
      if (labels[file] === labels[own] && !skipped.has(paths[file])) return file;
    }
    throw new StriateError({
      where: `data set '${this.name}'`,
      rule: `no file of class '${classNames[labels[own]]}' can be read`,
      advice: skipped.describe() ?? 'none was found',
    });
  }
}
