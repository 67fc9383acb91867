import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { files } from '#platform';
import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import type { DataSplits } from '../data/dataSet.js';
import { drawArchitecture } from '../explain/index.js';
import { formatCount } from '../platform/textTable.js';
import { KeypointDetector } from '../tasks/index.js';
import type { Task } from '../tasks/loadTask.js';
import { StriateError } from '../tensor/index.js';
import { openAnnotatedArgument } from './annotatedArgument.js';
import { engineChoice } from './commandOptions.js';
import { modelName } from './modelArgument.js';
import type { Output } from './output.js';
import { layerRows } from './pageFacts.js';
import { trialOutput } from './trialOutput.js';
import { tryTask } from './tryTask.js';

/** What the command line asks of the trial of a model for boxes, masks or points. */
export interface EvaluateTaskOptions {
  readonly part: keyof DataSplits;
  readonly out?: string;
  readonly threads?: number;
  readonly engine?: string;
  readonly json?: boolean;
}

/** The part of annotated data that a trial is on. */
async function annotatedPart(
  name: string,
  { part }: EvaluateTaskOptions,
  task: Task,
): Promise<{ readonly set: AnnotatedSet; readonly format: string }> {
  const [height, width] = task.model.inputShape;
  const oneThing = task instanceof KeypointDetector;
  const data = await openAnnotatedArgument(name, { size: [height, width], oneThing });
  const set = data[part];
  if (set && set.size > 0) return { set, format: data.format };
  throw new StriateError({ where: `data '${name}'`, rule: `has no ${part} part`, advice: 'leave --part out' });
}

/** Tries a model for boxes, masks or points on annotated pictures, at the pictures' own size, and prints how it did. */
export async function evaluateTask(
  { argument, task, data }: { argument: string; task: Task; data: string },
  options: EvaluateTaskOptions,
  output: Output,
): Promise<void> {
  const { part, out, json } = options;
  const { set, format } = await annotatedPart(data, options, task);
  task.model.useEngine(engineChoice(options));
  const kind = part === 'train' ? 'training' : part;
  output.progress(`Trying ${argument} on ${formatCount(set.size)} ${kind} pictures of ${set.name} (${format}) …`);
  for (const line of set.problemLines) output.progress(line);
  const tried = await tryTask(task, set, argument);
  const trial = trialOutput(tried);
  const { parameters } = task.model.parameterCounts();
  const about = { command: 'evaluate', model: argument, parameters, data: set.name, part, pictures: set.size };
  const result = { ...about, ...trial.numbers, out: out ?? null };
  if (out !== undefined) {
    await mkdir(out, { recursive: true });
    const all = { ...trial.files, 'evaluation.json': `${JSON.stringify(result, null, 2)}\n` };
    for (const [name, text] of Object.entries(all)) {
      await files.writeWhole(join(out, name), new TextEncoder().encode(text));
    }
    const { writeTaskReport } = await import('../report/task/writeTaskReport.js');
    const { model } = task;
    const name = modelName(argument);
    const page = await writeTaskReport(out, {
      model: name,
      parameters,
      layers: layerRows(model),
      architecture: drawArchitecture(model, { title: name }),
      inputShape: model.inputShape,
      testedOn: part === 'train' ? 'training' : part,
      trial: tried,
    });
    output.progress(`The page of this evaluation: ${output.strong(pathToFileURL(page).href)}`);
  }
  if (json) output.json(result);
  else for (const line of trial.lines) output.data(line);
}
