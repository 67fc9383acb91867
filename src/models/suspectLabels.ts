import type { DataSet } from '../data/dataSet.js';
import type { InputData, TargetData } from '../fit/batchColumns.js';
import type { HeadModel } from './solveHead.js';
import type { SuspectLabels, SuspectLabelsOptions } from './outOfSampleLabels.js';

/**
 * Finds pictures whose labels are likely to be wrong: each is judged by a classifier that was solved, on the model's frozen
 * features, on the other pictures alone, and confident learning says which labels do not go with what these classifiers give
 * (`findLabelIssues`). The model stays as it is; it need not know the classes, as only the layers before its classifier are
 * used. Where it was itself trained on these labels, its features may have learned wrong ones by heart: judge by a model that
 * was trained on others, or stopped early.
 *
 * @throws StriateError when the data do not fit the model, or fewer than two pictures of a class can be held out; the signal's
 * reason where it ends the work.
 *
 * @example
 * const { preprocessing } = zoo.describe('squeezenet1_1');
 * const { train } = await imageFolder('photos', { preprocessing }); // photos/cat, photos/dog
 * const { issues } = await suspectLabels(await zoo.create('squeezenet1_1', { weights: 'imagenet' }), train);
 * for (const { index, label, suggested } of issues) {
 *   console.log(`picture ${index}: ${train.classNames[label]}, or rather ${train.classNames[suggested]}?`);
 * }
 */
export async function suspectLabels(
  model: HeadModel,
  data: DataSet | readonly [x: InputData, y: TargetData],
  options: SuspectLabelsOptions = {},
): Promise<SuspectLabels> {
  const { outOfSampleLabels } = await import('./training.js');
  return outOfSampleLabels(model, data, options);
}
