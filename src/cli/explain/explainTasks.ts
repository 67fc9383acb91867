import { explain, type Explanation, type TaskTarget } from '../../explain/index.js';
import type { ExplainedFile } from '../../report/explainedFile.js';
import { Detector, KeypointDetector } from '../../tasks/index.js';
import type { Task } from '../../tasks/loadTask.js';
import { StriateError } from '../../tensor/index.js';
import { UsageError } from '../failure.js';
import type { UnreadPicture } from '../unreadPictures.js';
import type { AskedExplanation, ExplainedSome } from './askedExplanation.js';

/**
 * What `--target` means for a model of boxes, masks or points: a class by its name, of which the surest box or all pixels count; a found
 * box by its number, in the order in which `predict` prints them; a point by its name.
 *
 * @throws StriateError when there is no such class, point or box.
 */
async function taskTarget(task: Task, picture: string, text: string | undefined): Promise<TaskTarget | undefined> {
  if (text === undefined) return undefined;
  const names = task instanceof KeypointDetector ? task.pointNames : task.classNames;
  if (names.includes(text) || !(task instanceof Detector)) return text;
  const number = /^#?(\d+)$/.exec(text)?.[1];
  if (number === undefined) return text;
  const found = await task.detect(picture);
  const detection = found.at(Number(number) - 1);
  if (detection && Number(number) > 0) return { detection };
  throw new StriateError({
    where: `--target ${text}`,
    rule: `there are ${found.length} boxes in ${picture}`,
    advice: 'they are numbered from 1, the surest first, as striate predict prints them',
    code: 'notFound',
  });
}

/**
 * Explains what a model for boxes, masks or points says of pictures, one by one, without those that cannot be read or in which nothing is
 * found.
 */
export async function explainTaskPictures(
  task: Task,
  pictures: readonly string[],
  asked: readonly AskedExplanation<string>[],
  options: { readonly layer?: string; readonly evidence?: boolean; readonly batch: number },
  onProgress: (done: number) => void,
): Promise<ExplainedSome> {
  const files: ExplainedFile[] = [];
  const problems: UnreadPicture[] = [];
  const { layer, evidence = false, batch: batchSize } = options;
  for (const [at, picture] of pictures.entries()) {
    const explanations: Explanation[] = [];
    try {
      for (const [turn, { method, target }] of asked.entries()) {
        const about = await taskTarget(task, picture, target);
        const settings = { method, target: about, layer, evidence, batchSize };
        const done = at * asked.length + turn;
        explanations.push(
          await explain(task, picture, {
            ...settings,
            onProgress: (part: number, total: number) => onProgress(done + part / total),
          }),
        );
        onProgress(done + 1);
      }
      files.push({ picture, explanations });
    } catch (error) {
      // Of several pictures those are left out that are none, or show nothing of what was asked for.
      const isOwn = error instanceof StriateError && (error.where === picture || error.code === 'notFound');
      if (!isOwn || pictures.length === 1) throw error;
      problems.push({ picture, reason: error.message });
    }
  }
  return { files, problems };
}

/** Throws where a method's target is of the kinds that classifiers alone have. */
export function expectTaskTargets(targets: readonly string[], task: Task): void {
  const names = task instanceof KeypointDetector ? task.pointNames : task.classNames;
  const wrong = targets.find((text) => !names.includes(text) && !(task instanceof Detector && /^#?\d+$/.test(text)));
  if (wrong === undefined) return;
  const kind = task instanceof KeypointDetector ? 'points' : 'classes';
  throw new UsageError({
    where: `--target ${wrong}`,
    rule: `the model has no such ${task instanceof KeypointDetector ? 'point' : 'class'}`,
    advice: `its ${kind} are ${names.filter((name) => name !== '__background__').join(', ')}${task instanceof Detector ? '; a found box is meant by its number' : ''}`,
  });
}
