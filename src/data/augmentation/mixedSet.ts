import { Random, StriateError } from '../../tensor/index.js';
import type { DataPass, DataSet } from '../dataSet.js';
import { DerivedSet } from '../derivedSet.js';
import { applyMix, checkMix, drawMix, type MixOptions } from './mix.js';

/** Batches have their own random stream, separate from those of their pictures. */
const stream = 0x6d6978;

/**
 * A data set whose pictures are mixed with each other in training (MixUp, Zhang et al. 2017; CutMix, Yun et al. 2019), as
 * timm does it: one draw per batch, the first picture with the last. Targets are then shares of classes: compile with the
 * loss 'categoricalCrossentropy'.
 *
 * @throws StriateError when an option is out of range.
 */
export class MixedSet extends DerivedSet {
  constructor(
    base: DataSet,
    private readonly options: MixOptions,
  ) {
    checkMix(`mix '${base.name}'`, options);
    super(base, { varies: true });
  }

  fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array, pass?: DataPass): void | Promise<void> {
    if (!pass) return this.base.fill(indices, x, y);
    throw new StriateError({
      where: `data set '${this.name}'`,
      rule: 'its pictures are mixed, so that a target is a number for each class',
      advice: "compile the model with the loss 'categoricalCrossentropy' (and mix after everything else is augmented)",
    });
  }

  async fillTargets(
    indices: ArrayLike<number>,
    x: Float32Array,
    targets: Float32Array,
    pass?: DataPass,
  ): Promise<void> {
    const count = indices.length;
    const classes = this.classNames.length;
    const labels = new Int32Array(count);
    await this.base.fill(indices, x, labels, pass);
    const [height, width] = this.inputShape;
    // A batch is identified by its first example, which is in no other batch of the epoch.
    const mix =
      pass && count > 0
        ? drawMix(this.options, { height, width }, new Random([pass.seed, pass.epoch, indices[0], stream]))
        : undefined;
    targets.fill(0, 0, count * classes);
    const share = mix?.share ?? 1;
    for (let i = 0; i < count; i++) {
      targets[i * classes + labels[i]] += share;
      targets[i * classes + labels[count - 1 - i]] += 1 - share;
    }
    if (mix) applyMix(mix, x, count, this.inputShape);
  }
}

/**
 * The same pictures, mixed with each other in training.
 *
 * @example
 * const train = mix(augment(photos, augmentations.strong), { mixUp: 0.2, cutMix: 1 });
 * model.compile({ loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
 */
export function mix(dataSet: DataSet, options: MixOptions): DataSet {
  return new MixedSet(dataSet, options);
}
