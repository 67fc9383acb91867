import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import type { PlacedThings } from '../geometry/annotation.js';
import type { DataPass, DataSet } from '../data/dataSet.js';
import type { Model } from '../models/index.js';
import { StriateError, Tensor } from '../tensor/index.js';
import { argMaxOf } from '../tensor/row.js';
import { losses } from '../training/losses.js';
import type { TaskObjective } from './fitTask.js';
import type { PicturesWithThings, TaskMeasure, TaskOnSet } from './taskSet.js';

/** The label of pictures whose class nobody knows. */
const unknownClass = -1;

/** A labelled set as pictures with one thing each, which is as large as they are. */
export function labelledPictures(where: string, set: DataSet): PicturesWithThings & Pick<DataSet, 'classNames'> {
  const { name, size, inputShape, classNames, preprocessing, varies = false } = set;
  if (set.fillTargets) {
    const rule = `the data set '${name}' mixes pictures, and a mixed one is of no one class`;
    throw new StriateError({ where, rule, advice: 'leave mixUp and cutMix out' });
  }
  const [height, width] = inputShape;
  return {
    ...{ name, size, inputShape, classNames, preprocessing, varies },
    async fill(indices: ArrayLike<number>, x: Float32Array, pass?: DataPass): Promise<PlacedThings[]> {
      const labels = new Int32Array(indices.length);
      await set.fill(indices, x, labels, pass);
      return Array.from(labels, (label) => ({ annotations: [{ label, box: [0, 0, width, height] }] }));
    },
  };
}

/** What a classifier learns of pictures that show one thing each, and what is measured: how many are named right. */
export function classObjective(where: string, model: Model): TaskObjective {
  const { classNames: known, outputShape } = model;
  const [count] = outputShape;
  if (outputShape.length !== 1 || count < 2) {
    throw new StriateError({
      where,
      rule: `the model '${model.name}' must give a score for each of two classes or more`,
      received: `outputs of [${outputShape.join(', ')}]`,
      advice: 'give it a classifier, newHead(model, { classes }), or give no data for it: then it is not trained',
    });
  }
  const on = ({ name, classNames }: Pick<AnnotatedSet, 'name' | 'classNames'>): TaskOnSet => {
    const own = classNames.map((one, i) => (known ? known.indexOf(one) : i < count ? i : -1));
    const missing = own.indexOf(-1);
    if (missing !== -1) {
      throw new StriateError({
        where,
        rule: `the model '${model.name}' has no class '${classNames[missing]}' of the data '${name}'`,
        advice: known ? `its classes are ${known.join(', ')}` : `it has ${count} classes`,
      });
    }
    const labelOf = ({ annotations }: PlacedThings): number => {
      if (annotations.length > 1) {
        throw new StriateError({
          where,
          rule: `a picture of '${name}' must show one thing, whose class is the picture's`,
          received: `${annotations.length} things`,
          advice: 'give labelled pictures (a DataSet) for the classifier',
        });
      }
      return annotations.length === 0 ? unknownClass : own[annotations[0].label];
    };
    return {
      targets: (things) => new Tensor('int32', [things.length], Int32Array.from(things, labelOf)),
      measure: () => new AccuracyMeasure(labelOf),
    };
  };
  return {
    where,
    loss: losses.sparseCategoricalCrossentropy({ ignoreClass: unknownClass }),
    figures: ['accuracy'],
    unknown: (target) => target.fill(unknownClass),
    on,
    onLabelled: on,
  };
}

/** Counts pictures whose class is found. */
class AccuracyMeasure implements TaskMeasure {
  private count = 0;
  private right = 0;

  constructor(private readonly labelOf: (things: PlacedThings) => number) {}

  add(_: ArrayLike<number>, things: readonly PlacedThings[], [{ data }]: readonly Tensor<'float32'>[]): void {
    const width = data.length / things.length;
    things.forEach((one, i) => {
      const label = this.labelOf(one);
      if (label === unknownClass) return;
      this.count++;
      if (argMaxOf(data.subarray(i * width, (i + 1) * width)) === label) this.right++;
    });
  }

  figures(): { accuracy: number } {
    return { accuracy: this.right / this.count };
  }
}
