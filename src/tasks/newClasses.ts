import { BatchNormalization } from '../layers/batchNormalization.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { sameShape, StriateError } from '../tensor/index.js';
import { detectionArchitectures, type DetectionName } from '../zoo/detection.js';
import { segmentationArchitectures, type SegmentationName } from '../zoo/segmentation.js';
import { createDetector, Detector } from './detector.js';
import { createSegmenter, type Segmenter } from './segmenter.js';
import type { TaskClasses } from './taskClasses.js';

/** Options of `newClasses`. */
export interface NewClassesOptions {
  /** The names of what is looked for; or a number, the background counted. */
  readonly classes: TaskClasses;
  /** What the starting values of new weights follow from; 0 by default. */
  readonly seed?: number;
}

const accepts = {
  where: 'newClasses',
  kinds: { classes: 'number or list', seed: 'number' },
} as const satisfies AcceptedOptions<NewClassesOptions>;

/**
 * One of torchvision's networks for other classes: all weights that do not depend on the number of classes are those of the network
 * given, a copy of them, and what gives scores starts afresh.
 *
 * @throws StriateError when the network is a head on a backbone, for which `createDetector` and `createSegmenter` make another head.
 *
 * @example
 * const coco = await createDetector('ssdlite320_mobilenet_v3_large', { weights: 'ssdlite320.pth' }); // or 'coco'
 * const pets = await newClasses(coco, { classes: ['cat', 'dog'] });
 */
export async function newClasses<Task extends Detector | Segmenter>(
  task: Task,
  options: NewClassesOptions,
): Promise<Task> {
  const { where } = accepts;
  const { classes, seed } = expectOptions(accepts, options);
  const { architecture, model } = task;
  const { inputShape } = model;
  const common = { classes, inputShape, ...(seed !== undefined && { seed }) };
  let made: Detector | Segmenter;
  if (Object.hasOwn(detectionArchitectures, architecture)) {
    const name = architecture as DetectionName;
    const frozen = model.layers.find((layer) => layer instanceof BatchNormalization);
    const hasEpsilon = 'epsilon' in detectionArchitectures[name] && frozen !== undefined;
    made = createDetector(name, { ...common, ...(hasEpsilon && { epsilon: frozen.epsilon }) });
  } else if (Object.hasOwn(segmentationArchitectures, architecture)) {
    made = createSegmenter(architecture as SegmentationName, common);
  } else {
    throw new StriateError({
      where,
      rule: 'takes torchvision’s networks',
      received: `'${model.name}', a head on a backbone`,
      advice: `make another head: ${task instanceof Detector ? 'createDetector' : 'createSegmenter'}({ backbone, classes })`,
    });
  }
  const [own, given] = [await made.model.getWeights(), await model.getWeights()];
  const kept = [...own].map(([name, fresh]) => {
    const trained = given.get(name);
    return [name, trained && sameShape(trained.shape, fresh.shape) ? trained : fresh] as const;
  });
  await made.model.setWeights(new Map(kept));
  made.model.preprocessing = model.preprocessing;
  return made as Task;
}
