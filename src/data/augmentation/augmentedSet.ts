import { formatShape, Random, sizeOf, StriateError } from '../../tensor/index.js';
import type { DataPass, DataSet } from '../dataSet.js';
import { DerivedSet } from '../derivedSet.js';
import type { PictureTarget } from '../../pictures/pictureTransform.js';
import type { AugmentTransform } from './augmentTransform.js';

/** What an `AugmentedSet` does. */
export interface AugmentedSetOptions {
  /** The transform of training passes; undefined if the base set augments by itself. */
  readonly training: AugmentTransform | undefined;
  /** The transform of other passes; undefined if they are unchanged. */
  readonly plain: AugmentTransform | undefined;
  /** The values of black and white in the base set; [0, 1] by default. */
  readonly valueRange?: readonly [number, number];
}

/** A data set whose pictures are augmented anew in every training epoch, seeded by (seed, epoch, example) alone. */
export class AugmentedSet extends DerivedSet {
  /** The number of augmented sets below: each has its own random stream. */
  private readonly depth: number;
  private readonly picture: Float32Array;

  constructor(
    base: DataSet,
    private readonly options: AugmentedSetOptions,
    batchSize = base.batchSize,
  ) {
    super(base, { batchSize, varies: options.training !== undefined || (base.varies ?? false) });
    if (base.inputShape.length !== 3) {
      throw new StriateError({
        where: `augment '${base.name}'`,
        rule: 'needs pictures [height, width, channels]',
        received: formatShape(base.inputShape),
      });
    }
    this.depth = base instanceof AugmentedSet ? base.depth + 1 : 0;
    this.picture = new Float32Array(sizeOf(base.inputShape));
  }

  async fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array, pass?: DataPass): Promise<void> {
    await this.base.fill(indices, x, y, pass);
    const transform = pass ? this.options.training : this.options.plain;
    if (!transform) return;
    await transform.ready();
    this.transform(transform, indices, x, pass);
  }

  private transform(transform: AugmentTransform, indices: ArrayLike<number>, x: Float32Array, pass?: DataPass): void {
    const [height, width, channels] = this.inputShape;
    const target: PictureTarget = { height, width, channels };
    const [low, high] = this.options.valueRange ?? [0, 1];
    const gain = 255 / (high - low);
    const { picture } = this;
    const source = { data: picture, height, width, channels };
    for (let i = 0; i < indices.length; i++) {
      const offset = i * picture.length;
      for (let at = 0; at < picture.length; at++) picture[at] = (x[offset + at] - low) * gain;
      const stream = pass ? [pass.seed, pass.epoch, indices[i]] : [0];
      if (this.depth > 0) stream.push(this.depth);
      transform.applyTo(source, target, new Random(stream), x, offset);
    }
  }
}
