import type { DataSet } from '../data/dataSet.js';
import type { InputData, TargetData } from '../fit/batchColumns.js';
import type { FitHeadOptions, HeadFit, HeadModel } from './solveHead.js';

/**
 * Solves a model's classifier instead of training it by steps: the pictures go through the layers before it once, and on what
 * they give, standardized, it is the multinomial logistic regression with the penalty that cross-validation finds best (L-BFGS
 * in float64, to convergence). The other layers stay as they are; the standardization becomes part of the classifier's weights.
 *
 * The classifier must be a dense layer with a bias on a vector, with nothing but softmax or sigmoid behind it, as `newHead` makes
 * it. The model need not be compiled.
 *
 * @throws StriateError when the classifier is another, or the data do not fit; the signal's reason where it ends the work.
 *
 * @example
 * const { preprocessing } = zoo.describe('squeezenet1_1');
 * const { train } = await imageFolder('photos', { preprocessing }); // photos/cat, photos/dog
 * const pets = newHead(await zoo.create('squeezenet1_1', { weights: 'imagenet' }), { classes: train.classNames });
 * const { C, crossValidated } = await fitHead(pets, train);
 */
export async function fitHead(
  model: HeadModel,
  data: DataSet | readonly [x: InputData, y: TargetData],
  options: FitHeadOptions = {},
): Promise<HeadFit> {
  const { solveHead } = await import('./training.js');
  return solveHead(model, data, options);
}
