import type { AnnotatedSplits } from '../../data/annotated/annotatedFolder.node.js';
import type { AnnotatedSet } from '../../data/annotated/annotatedSet.js';
import { augmentation, augmentations } from '../../data/index.js';
import type { Task } from '../../tasks/loadTask.js';
import { StriateError } from '../../tensor/index.js';
import { openAnnotatedArgument } from '../annotatedArgument.js';
import { engineChoice } from '../commandOptions.js';
import { UsageError } from '../failure.js';
import type { Output } from '../output.js';
import { taskEpochs, trainCall, type TaskRun } from './runArguments.js';
import { taskNetwork } from './taskNetwork.js';

/** What the training of a task begins with. */
export interface TaskStart {
  /** The run, with how many epochs it has filled in. */
  readonly run: TaskRun & { readonly epochs: number };
  /** The call that trains the same again. */
  readonly call: string;
  /** With its frozen layers frozen. */
  readonly task: Task;
  /** As the network takes its pictures, training pictures augmented. */
  readonly data: AnnotatedSplits;
}

/**
 * A network for a task and its data.
 *
 * @throws StriateError when there is no such model or data, or they do not suit each other.
 */
export async function startTask(asked: TaskRun, output: Output): Promise<TaskStart> {
  const network = await taskNetwork(asked, output);
  const [height, width] = network.inputShape;
  const opened = await openAnnotatedArgument(asked.data, {
    size: [height, width],
    oneThing: asked.task === 'keypoints',
    ...(asked.strict && { strict: true }),
  });
  expectThings(opened, asked);
  const task = await network.make(opened.train);
  task.model.useEngine(engineChoice(asked));
  freeze(task, asked.freeze ?? (network.onTrained ? 'features' : 'none'));
  const prepared = (set: AnnotatedSet): AnnotatedSet => set.prepared(task.preprocessing);
  const { augment = 'none' } = asked;
  const train = prepared(opened.train);
  const changes = augmentation(augmentations[augment]);
  const run = { ...asked, epochs: asked.epochs ?? taskEpochs };
  return {
    run,
    call: trainCall(run),
    task,
    data: {
      ...opened,
      train: augment === 'none' ? train : train.augmented(changes),
      validation: opened.validation && prepared(opened.validation),
      test: prepared(opened.test),
    },
  };
}

/** Throws where data lack what is to be learned. */
function expectThings({ train, test, format }: AnnotatedSplits, { data, task }: TaskRun): void {
  const wrong = (rule: string, advice: string): StriateError =>
    new StriateError({ where: `data '${data}'`, rule, advice });
  if (train.size === 0) throw wrong('has no pictures to train on', 'give it a part train, or none at all');
  if (test.size === 0) throw wrong('has no pictures to try the model on', 'add some; a fifth is held out by itself');
  const pictures = Array.from({ length: train.size }, (_, i) => train.picture(i));
  const bare = pictures.find(({ annotations }) => annotations.some(({ mask }) => mask === undefined));
  if (task === 'segment' && bare) {
    const rule = `has things without masks (${format}), such as in ${bare.name}`;
    throw wrong(rule, 'learn their boxes with --task detect, or add masks');
  }
  if (task === 'keypoints' && train.pointNames.length === 0)
    throw wrong(`has no points (${format})`, 'learn boxes with --task detect, or add keypoints');
}

/** Freezes what a run leaves as it is. */
function freeze(task: Task, what: string): void {
  if (what === 'none') return;
  const { model, backbone } = task;
  if (what !== 'features') return model.freeze(what);
  if (backbone) return backbone.freeze();
  // torchvision's networks call their layers before the head so.
  const layers = model.layers.filter(({ name }) => name.startsWith('backbone.'));
  if (layers.length === 0) {
    const rule = `'${model.name}' has no backbone that could stay as it is`;
    throw new UsageError({ where: '--freeze features', rule, advice: 'leave it out, or name a layer' });
  }
  for (const layer of layers) layer.trainable = false;
}
