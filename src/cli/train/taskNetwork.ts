import type { AnnotatedSet } from '../../data/annotated/annotatedSet.js';
import { scenesName } from '../../data/annotated/annotatedFolder.node.js';
import type { Model } from '../../models/index.js';
import {
  createDetector,
  createKeypointDetector,
  createSegmenter,
  Detector,
  KeypointDetector,
  newClasses,
  Segmenter,
} from '../../tasks/index.js';
import { taskOf, type Task } from '../../tasks/loadTask.js';
import { StriateError, type Shape } from '../../tensor/index.js';
import { detectionArchitectures, type DetectionName } from '../../zoo/detection.js';
import { detectionHeads, type DetectionHeadName } from '../../zoo/detectionHeads.js';
import { zoo, type ArchitectureName } from '../../zoo/index.js';
import { keypointHeads, type KeypointHeadName } from '../../zoo/keypointHeads.js';
import { maskHeads, type MaskHeadName } from '../../zoo/ownSegmentationHeads.js';
import { segmentationArchitectures, type SegmentationName } from '../../zoo/segmentation.js';
import { UsageError } from '../failure.js';
import { expectModel, isFile } from '../modelArgument.js';
import { isTaskNetwork } from '../notClassifier.js';
import { openAny } from '../openArgument.js';
import type { Output } from '../output.js';
import type { AskedRun, TaskName, TaskRun } from './runArguments.js';

/** What each task learns, by which heads, and what comes of it. */
export const taskKinds = {
  detect: { what: 'boxes', heads: Object.keys(detectionHeads), is: Detector },
  segment: { what: 'masks', heads: Object.keys(maskHeads), is: Segmenter },
  keypoints: { what: 'points', heads: Object.keys(keypointHeads), is: KeypointDetector },
} as const satisfies Readonly<Record<TaskName, object>>;

/** The heads of all tasks. */
export const headNames = Object.values(taskKinds)
  .flatMap(({ heads }) => heads)
  .filter((name, i, all) => all.indexOf(name) === i);

/** What a run trains, before its data are known. */
export interface TaskNetwork {
  /** [H, W, C] of the pictures that it takes. */
  readonly inputShape: Shape;
  /** Whether new layers stand on a backbone that has learned. */
  readonly onTrained: boolean;
  /** The network for a set's classes or points. */
  make(data: Pick<AnnotatedSet, 'classNames' | 'pointNames'>): Task | Promise<Task>;
}

/** What a network is made for. */
type Data = Parameters<TaskNetwork['make']>[0];

/** Scenes are drawn for the network; one that starts afresh takes them of this size. */
const scenesShape = [128, 128, 3] as const;

/**
 * What `--model` names for a task: one of torchvision's networks, `unet`, a backbone of the zoo's, a file or run of a classifier as
 * the backbone, or a file or run of such a task, which is trained further.
 *
 * @throws UsageError when it does not suit the task.
 */
export async function taskNetwork(asked: TaskRun, output: Output): Promise<TaskNetwork> {
  const { model, weights, task, taskHead: head } = asked;
  if (head !== undefined && !(taskKinds[task].heads as readonly string[]).includes(head)) {
    const advice = `there are ${taskKinds[task].heads.join(', ')}`;
    throw new UsageError({ where: `--head ${head}`, rule: `is no head for ${taskKinds[task].what}`, advice });
  }
  if (isTaskNetwork(model)) return publishedNetwork(asked);
  if (model === 'unet') return freshUnet(asked);
  expectModel(model, '--model');
  if (!isFile(model) && weights === undefined) {
    const usual = asked.data === scenesName ? scenesShape : zoo.describe(model).inputShape;
    const inputShape = asked.input ?? usual;
    return { inputShape, onTrained: false, make: (data) => headOn(asked, model as ArchitectureName, inputShape, data) };
  }
  const { weightsKey, preprocessing, input } = asked;
  const opened = await openAny(model, { weights, weightsKey, preprocessing, input }, output);
  const trained = taskOf(opened.model, model);
  if (trained) return furtherTrained(asked, trained);
  const { preparation } = opened;
  if (preparation?.note !== undefined) output.progress(preparation.note);
  if (preparation) opened.model.preprocessing = preparation.preprocessing;
  const { inputShape } = opened.model;
  return { inputShape, onTrained: true, make: (data) => headOn(asked, opened.model, inputShape, data) };
}

/** A task's head on a backbone. */
function headOn(
  { task, taskHead: head, seed }: TaskRun,
  backbone: Model | ArchitectureName,
  inputShape: Shape,
  { classNames: classes, pointNames: points }: Data,
): Task {
  const common = { backbone, inputShape, seed };
  switch (task) {
    case 'detect':
      return createDetector({ ...common, classes, ...(head !== undefined && { head: head as DetectionHeadName }) });
    case 'segment':
      return createSegmenter({ ...common, classes, ...(head !== undefined && { head: head as MaskHeadName }) });
    case 'keypoints':
      return createKeypointDetector({
        ...common,
        points,
        ...(head !== undefined && { head: head as KeypointHeadName }),
      });
  }
}

/** Throws where a network brings its head along and another is asked for. */
function expectNoHead({ model, taskHead: head }: AskedRun): void {
  if (head === undefined) return;
  const rule = `is for a backbone, such as --model mobilenet_v3_large, and ${model} has a head`;
  throw new UsageError({ where: `--head ${head}`, rule, advice: 'leave it out' });
}

/** Throws where a model is for another task than is asked for. */
function expectTask(model: string, found: TaskName, asked: TaskName): void {
  if (found === asked) return;
  throw new UsageError({
    where: `--model ${model}`,
    rule: `finds ${taskKinds[found].what}, and --task ${asked} learns ${taskKinds[asked].what}`,
    advice: `train it with --task ${found}, or choose another model`,
  });
}

/** One of torchvision's networks: fresh, or with weights, of which those that do not depend on the classes are kept. */
function publishedNetwork(asked: TaskRun): TaskNetwork {
  const { model: name, weights, seed, task, input } = asked;
  const isDetection = Object.hasOwn(detectionArchitectures, name);
  expectTask(name, isDetection ? 'detect' : 'segment', task);
  expectNoHead(asked);
  const row = isDetection
    ? detectionArchitectures[name as DetectionName]
    : segmentationArchitectures[name as SegmentationName];
  const inputShape = input ?? row.inputShape;
  const common = { inputShape, seed };
  return {
    inputShape,
    onTrained: false,
    async make({ classNames: classes }) {
      const create = (own: {
        weights?: string;
        classes?: readonly string[];
      }): Promise<Detector | Segmenter> | Detector | Segmenter =>
        isDetection
          ? createDetector(name as DetectionName, { ...common, ...own })
          : createSegmenter(name as SegmentationName, { ...common, ...own });
      if (weights === undefined) return create({ classes });
      const trained = await create({ weights });
      // What knows the data's classes already goes on learning with all of its weights.
      if (classes.every((one) => trained.classNames.includes(one))) return trained;
      return newClasses(trained, { classes, seed });
    },
  };
}

/** A small U-Net that starts afresh. */
function freshUnet(asked: TaskRun): TaskNetwork {
  const { task, weights, seed, input: inputShape = [...scenesShape] } = asked;
  expectTask('unet', 'segment', task);
  expectNoHead(asked);
  if (weights !== undefined) {
    const rule = 'are of networks that have been published, and unet starts afresh';
    throw new UsageError({
      where: `--weights ${weights}`,
      rule,
      advice: 'leave them out; a file of one is a --model itself',
    });
  }
  return {
    inputShape,
    onTrained: false,
    make: ({ classNames: classes }) => createSegmenter('unet', { classes, inputShape, seed }),
  };
}

/** A detector, segmenter or keypoint detector that was saved. */
function furtherTrained(asked: TaskRun, trained: Task): TaskNetwork {
  const { model, task } = asked;
  const [found] = (Object.keys(taskKinds) as TaskName[]).filter((name) => trained instanceof taskKinds[name].is);
  expectTask(model, found, task);
  expectNoHead(asked);
  return {
    inputShape: trained.model.inputShape,
    onTrained: false,
    make({ classNames }) {
      const unknown =
        trained instanceof KeypointDetector ? undefined : classNames.find((one) => !trained.classNames.includes(one));
      if (unknown === undefined) return trained;
      throw new StriateError({
        where: `--model ${model}`,
        rule: `does not know the class '${unknown}' of the data`,
        advice: 'give the classifier that it stands on as --model, and its head learns all classes anew',
      });
    },
  };
}
