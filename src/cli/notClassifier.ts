import type { Model } from '../models/index.js';
import { taskKey } from '../tasks/taskDescription.js';
import type { ErrorParts } from '../tensor/index.js';
import { detectionArchitectures } from '../zoo/detection.js';
import { segmentationArchitectures } from '../zoo/segmentation.js';

/** Whether torchvision calls a network for boxes or masks so. */
export const isTaskNetwork = (name: string): boolean =>
  Object.hasOwn(detectionArchitectures, name) || Object.hasOwn(segmentationArchitectures, name);

/** What commands say of a network for boxes, masks or points that want another one. */
export const otherCommands = (where: string): ErrorParts => ({
  where,
  rule: 'finds boxes, masks or points in pictures, and this command wants a model that names or describes whole pictures',
  advice:
    'striate predict, evaluate, explain and export take it, and striate train --task detect, segment or keypoints',
});

/** What is wrong where a command wants a classifier and is given one for boxes, masks or points; undefined where it is none. */
export function notClassifier(argument: string, { metadata }: Model): ErrorParts | undefined {
  return metadata[taskKey] === undefined ? undefined : otherCommands(argument);
}
