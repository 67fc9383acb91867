import type { OpenedModel } from '../classify/openModel.js';
import { createDetector, createSegmenter, Detector, KeypointDetector, type Segmenter } from '../tasks/index.js';
import { taskOf, type Task } from '../tasks/loadTask.js';
import { detectionArchitectures, type DetectionName } from '../zoo/detection.js';
import type { SegmentationName } from '../zoo/segmentation.js';
import { UsageError } from './failure.js';
import { isTaskNetwork } from './notClassifier.js';
import { openAny, type ModelOptions } from './openArgument.js';
import type { Output } from './output.js';

/** What a command's argument names that looks at pictures: a model that names them, or one that finds what is in them. */
export type OpenedArgument =
  { readonly task: Task; readonly opened?: undefined } | { readonly task?: undefined; readonly opened: OpenedModel };

/**
 * Opens what a command's argument names: a saved detector, segmenter or keypoint detector, torchvision's name of one with its weights, or any other model.
 *
 * @throws UsageError where a network's name is given without weights.
 */
export async function openTaskOrModel(
  argument: string,
  options: ModelOptions,
  output: Output,
): Promise<OpenedArgument> {
  const network = await namedNetwork(argument, options);
  if (network) return { task: network };
  const opened = await openAny(argument, options, output);
  try {
    const task = taskOf(opened.model, argument);
    return task ? { task } : { opened };
  } catch (error) {
    await opened.model.dispose();
    throw error;
  }
}

/** The network that torchvision calls so, with weights; undefined where it calls none so. */
async function namedNetwork(argument: string, options: ModelOptions): Promise<Detector | Segmenter | undefined> {
  if (!isTaskNetwork(argument)) return undefined;
  const { weights, input: inputShape, model, weightsKey, classes, preprocessing } = options;
  expectNone(`${argument}, whose classes and pictures are those of its weights`, {
    ...{ '--model': model, '--weights-key': weightsKey, '--classes': classes, '--preprocessing': preprocessing },
  });
  if (weights === undefined) {
    throw new UsageError({
      where: argument,
      rule: 'is a network without weights',
      advice: 'give torchvision’s with --weights coco, or its file with --weights FILE',
    });
  }
  const given = { weights, ...(inputShape && { inputShape }) };
  return Object.hasOwn(detectionArchitectures, argument)
    ? createDetector(argument as DetectionName, given)
    : createSegmenter(argument as SegmentationName, given);
}

/** What messages call a network. */
export const taskWord = (task: Task): string =>
  task instanceof Detector
    ? 'a detector of boxes'
    : task instanceof KeypointDetector
      ? 'a detector of points'
      : 'a segmenter';

/**
 * Throws where an option is given that goes with another kind of model.
 *
 * @param what what the model is
 * @param options what was given, by the options' names
 */
export function expectNone(what: string, options: Readonly<Record<string, unknown>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) continue;
    throw new UsageError({ where: option, rule: `does not go with ${what}`, advice: 'leave it out' });
  }
}
