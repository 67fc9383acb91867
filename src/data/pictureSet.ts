import { isWhole } from '../tensor/check.js';
import { formatShape, sameShape, sizeOf, StriateError, Tensor } from '../tensor/index.js';
import type { DataSplits, PictureArrays } from './dataSet.js';
import { DataSetParts, type SelectableSet } from './selectableSet.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectPreprocessing, type Preprocessing } from '../pictures/preprocessing.js';

/** Options of `PictureSet`. */
export interface PictureSetOptions {
  readonly name: string;
  /** [N, H, W, C], bytes 0–255, or floats in the model's range. */
  readonly x: Tensor<'uint8'> | Tensor<'float32'>;
  /** [N] class numbers. */
  readonly y: Tensor<'int32'>;
  readonly classNames: readonly string[];
  /** How files become such pictures, where that is known; it goes into the models that are trained on them. */
  readonly preprocessing?: Preprocessing | undefined;
}

const accepts = {
  where: 'PictureSet',
  kinds: { name: 'string', x: 'object', y: 'object', classNames: 'list', preprocessing: 'object' },
} as const satisfies AcceptedOptions<PictureSetOptions>;

/** A data set's parts, all in memory. */
export interface PictureSplits extends DataSplits<SelectableSet> {
  readonly train: PictureSet;
  readonly test: PictureSet;
}

/** Byte / 255 for each byte: a table lookup is as fast as a product and rounds like the division. */
function byteScale(): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
}

/**
 * Labelled pictures in memory. Bytes stay bytes and are scaled to 0–1 only when they are written into a batch; floats are
 * copied unchanged. Parts of a set share its memory.
 *
 * @throws StriateError when x is not [N, H, W, C], x and y differ in length, or a label has no class name.
 *
 * @example
 * const set = new PictureSet({ name: 'mine', x, y, classNames: ['cat', 'dog'] });
 * const [train, validation] = set.split(0.8, 1);
 */
export class PictureSet extends DataSetParts {
  readonly name: string;
  readonly size: number;
  readonly inputShape: readonly number[];
  readonly classNames: readonly string[];
  readonly preprocessing?: Preprocessing;
  private readonly x: Tensor<'uint8'> | Tensor<'float32'>;
  private readonly y: Tensor<'int32'>;
  private readonly scale: Float32Array | undefined;

  constructor(
    options: PictureSetOptions,
    /** Which rows of x and y belong to the set, in order; all if omitted. */
    private readonly rows?: Int32Array,
  ) {
    super();
    const { name, x, y, classNames, preprocessing } = expectOptions(accepts, options);
    if (preprocessing) expectPreprocessing(`data set '${name}', preprocessing`, preprocessing);
    if (x.shape.length !== 4) {
      throw new StriateError({
        where: `data set '${name}'`,
        rule: 'pictures must have the shape [N, H, W, C]',
        received: formatShape(x.shape),
        advice: 'grey pictures need a last axis of 1: x.reshape([n, height, width, 1])',
      });
    }
    if (!sameShape(y.shape, [x.shape[0]])) {
      throw new StriateError({
        where: `data set '${name}'`,
        rule: 'needs one label for each picture',
        received: `pictures ${formatShape(x.shape)} and labels ${formatShape(y.shape)}`,
        advice: `pass labels of shape [${x.shape[0]}]`,
      });
    }
    this.name = name;
    this.x = x;
    this.y = y;
    this.classNames = classNames;
    if (preprocessing) this.preprocessing = preprocessing;
    this.inputShape = x.shape.slice(1);
    this.size = rows?.length ?? x.shape[0];
    this.scale = x.dtype === 'uint8' ? byteScale() : undefined;
    if (rows === undefined) checkLabels(name, y.data, classNames.length);
  }

  /** Pictures and labels as tensors; a whole set shares its memory, a part is copied. */
  get arrays(): PictureArrays {
    const { rows } = this;
    if (rows === undefined) return { x: this.x, y: this.y };
    const row = sizeOf(this.inputShape);
    const shape = [rows.length, ...this.inputShape];
    const y = new Tensor(
      'int32',
      [rows.length],
      Int32Array.from(rows, (at) => this.y.data[at]),
    );
    if (this.x.dtype === 'uint8') return { x: new Tensor('uint8', shape, gather(this.x.data, rows, row)), y };
    return { x: new Tensor('float32', shape, gather(this.x.data, rows, row)), y };
  }

  fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array): void {
    const row = sizeOf(this.inputShape);
    const source = this.x.data;
    const { scale } = this;
    for (let i = 0; i < indices.length; i++) {
      const at = this.rowOf(indices[i]);
      y[i] = this.y.data[at];
      const from = at * row;
      const to = i * row;
      if (scale === undefined) x.set((source as Float32Array).subarray(from, from + row), to);
      else for (let k = 0; k < row; k++) x[to + k] = scale[source[from + k]];
    }
  }

  /** The label of one example. */
  label(index: number): number {
    return this.y.data[this.rowOf(index)];
  }

  /**
   * The examples with these numbers, in this order.
   *
   * @throws StriateError when a number lies outside the set.
   */
  subset(indices: ArrayLike<number>): PictureSet {
    const rows = Int32Array.from(indices, (index) => this.rowOf(index));
    const { name, x, y, classNames, preprocessing } = this;
    return new PictureSet({ name, x, y, classNames, preprocessing }, rows);
  }

  private rowOf(index: number): number {
    if (!isWhole(index, 0, this.size - 1)) {
      throw new StriateError({
        where: `data set '${this.name}'`,
        rule: `has examples 0 to ${this.size - 1}`,
        received: index,
      });
    }
    return this.rows === undefined ? index : this.rows[index];
  }
}

function gather<A extends Uint8Array | Float32Array>(source: A, rows: Int32Array, row: number): A {
  const out = new (source.constructor as new (length: number) => A)(rows.length * row);
  rows.forEach((at, i) => {
    out.set(source.subarray(at * row, (at + 1) * row), i * row);
  });
  return out;
}

function checkLabels(name: string, labels: Int32Array, classes: number): void {
  const bad = labels.findIndex((label) => label < 0 || label >= classes);
  if (bad >= 0) {
    throw new StriateError({
      where: `data set '${name}'`,
      rule: `labels must be class numbers from 0 to ${classes - 1}`,
      received: `${labels[bad]} for example ${bad}`,
    });
  }
}
