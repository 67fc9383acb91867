import { pictureShape } from '../../classify/preparation.js';
import type { OpenedModel } from '../../classify/openModel.js';
import {
  evidenceLines,
  explain,
  explanations,
  type Explanation,
  type ExplanationName,
  type Target,
} from '../../explain/index.js';
import { ProgressLine } from '../../platform/progressLine.js';
import { formatCount } from '../../platform/textTable.js';
import type { ExplainedFile } from '../../report/explainedFile.js';
import { formatPercent } from '../../report/html.js';
import type { Task } from '../../tasks/loadTask.js';
import { StriateError } from '../../tensor/index.js';
import { engineChoice } from '../commandOptions.js';
import { UsageError } from '../failure.js';
import { modelName } from '../modelArgument.js';
import { openTaskOrModel } from '../taskArgument.js';
import { columns, type Output } from '../output.js';
import { listPictures } from '../pictureList.js';
import { settlePreparation } from '../settlePreparation.js';
import type { UnreadPicture } from '../unreadPictures.js';
import type { AskedExplanation, ExplainedSome } from './askedExplanation.js';
import type { ExplainOptions } from './explainOptions.js';
import { explainTarget } from './explainTarget.js';
import { explanationSink, type WrittenExplanation } from './explanationOutput.js';

/** Where explanations are drawn if nothing is said. */
const usualOutput = 'explanation.png';
/** Pictures that are computed at once if nothing is said. */
const usualBatch = 8;

/** `striate explain MODEL PICTURE…`: which places of pictures count for what a model says of them. */
export async function explainPictures(
  argument: string,
  paths: readonly string[],
  options: ExplainOptions,
  output: Output,
): Promise<void> {
  const { json, method: methods = ['grad-cam'], steps, batch = usualBatch } = options;
  if (steps !== undefined && !methods.includes('integrated-gradients')) {
    throw new UsageError({ where: '--steps', rule: 'goes with --method integrated-gradients' });
  }
  const path = options.output ?? (json ? undefined : usualOutput);
  const sink = path === undefined ? undefined : explanationSink(path, modelName(argument));
  const { task, opened } = await openTaskOrModel(argument, options, output);
  const { model } = task ?? opened;
  try {
    const texts = options.target ?? [];
    const count = Math.max(1, texts.length) * methods.length;
    const pictures = await listPictures(paths);
    const explainThese = task
      ? await taskExplainer(task, texts, methods, options)
      : await modelExplainer(opened, { texts, methods, pictures }, options, output);
    model.useEngine(engineChoice(options));
    using progress = new ProgressLine('explanations', pictures.length * count);
    const unread: UnreadPicture[] = [];
    const listed: object[] = [];
    for (let start = 0; start < pictures.length; start += batch) {
      const some = pictures.slice(start, start + batch);
      const { files, problems } = await explainThese(some, (done) => progress.update(start * count + done));
      progress[Symbol.dispose]();
      for (const problem of problems) {
        unread.push(problem);
        if (pictures.length > 1) output.progress(`left out: ${problem.reason}`);
      }
      for (const file of files) {
        for (const note of new Set(file.explanations.flatMap(({ notes }) => notes))) output.note(note);
        const written = await sink?.write(file);
        if (json) listed.push(...file.explanations.map((one, i) => entryOf(file, one, written?.[i])));
        else print(file, written, pictures.length > 1, output);
      }
    }
    if (unread.length === pictures.length) throw noneRead(unread);
    const written = await sink?.end();
    if (written !== undefined) output.progress(`${sinkWord(written)}: ${output.strong(written)}`);
    if (unread.length > 0) {
      const counts = `${formatCount(unread.length)} of ${formatCount(pictures.length)}`;
      output.progress(`${counts} pictures could not be read and were left out`);
    }
    if (json) output.json({ command: 'explain', model: argument, output: written, explanations: listed, unread });
  } finally {
    await model.dispose();
  }
}

/** Explains some pictures at once. */
type Explainer = (pictures: readonly string[], onProgress: (done: number) => void) => Promise<ExplainedSome>;

/** Every method for every target. */
function everyAsked<Asked>(
  targets: readonly (Asked | undefined)[],
  methods: readonly string[],
  steps: number | undefined,
): AskedExplanation<Asked>[] {
  return targets.flatMap((target) => methods.map((method) => ({ method: methodFor(method, steps), target })));
}

/** Explains what a model for boxes, masks or points finds. */
async function taskExplainer(
  task: Task,
  texts: readonly string[],
  methods: readonly string[],
  options: ExplainOptions,
): Promise<Explainer> {
  const { explainTaskPictures, expectTaskTargets } = await import('./explainTasks.js');
  expectTaskTargets(texts, task);
  const asked = everyAsked(texts.length > 0 ? texts : [undefined], methods, options.steps);
  const settings = { layer: options.layer, evidence: options.evidence, batch: options.batch ?? usualBatch };
  return (pictures, onProgress) => explainTaskPictures(task, pictures, asked, settings, onProgress);
}

/** Explains what a model says of whole pictures. */
async function modelExplainer(
  opened: OpenedModel,
  { texts, methods, pictures }: Readonly<Record<'texts' | 'methods' | 'pictures', readonly string[]>>,
  options: ExplainOptions,
  output: Output,
): Promise<Explainer> {
  const { model } = opened;
  pictureShape(model);
  const targets: (Target | undefined)[] = [];
  for (const text of texts) targets.push(await explainTarget(text, model));
  const settled = await settlePreparation(opened, pictures, output);
  const asked = everyAsked(targets.length > 0 ? targets : [undefined], methods, options.steps);
  return (some, onProgress) => explainSome(settled, some, asked, options, onProgress);
}

/** Explains some pictures at once, without those that cannot be read. */
async function explainSome(
  opened: OpenedModel,
  pictures: readonly string[],
  asked: readonly AskedExplanation<Target>[],
  options: ExplainOptions,
  onProgress: (done: number) => void,
): Promise<ExplainedSome> {
  const problems: UnreadPicture[] = [];
  const found = new Map<string, Explanation[]>(pictures.map((picture) => [picture, []]));
  for (const [turn, { method, target }] of asked.entries()) {
    const settings = {
      method,
      target,
      layer: options.layer,
      evidence: options.evidence ?? false,
      batchSize: options.batch ?? usualBatch,
      onProgress: (done: number, total: number) => onProgress(pictures.length * (turn + done / total)),
    };
    for (;;) {
      const readable = [...found.keys()];
      if (readable.length === 0) return { files: [], problems };
      try {
        const results = await explain(opened, readable, settings);
        results.forEach((one, i) => found.get(readable[i])!.push(one));
        break;
      } catch (error) {
        const broken = error instanceof StriateError ? readable.find((one) => one === error.parts.where) : undefined;
        if (!(error instanceof StriateError) || broken === undefined) throw error;
        problems.push({ picture: broken, reason: error.message });
        found.delete(broken);
      }
    }
    onProgress(pictures.length * (turn + 1));
  }
  return { files: Array.from(found, ([picture, all]) => ({ picture, explanations: all })), problems };
}

function methodFor(method: string, steps: number | undefined) {
  if (method === 'integrated-gradients' && steps !== undefined) return explanations.integratedGradients({ steps });
  return method as ExplanationName;
}

function noneRead(unread: readonly UnreadPicture[]): StriateError {
  const [{ reason }] = unread;
  if (unread.length === 1) return new StriateError({ rule: reason });
  return new StriateError({ rule: `none of ${unread.length} pictures can be read`, advice: reason });
}

function sinkWord(path: string): string {
  return path.endsWith('.npy') ? 'Numbers' : /\.html?$/.test(path) ? 'To be read' : 'To be seen';
}

/** An explanation as `--json` lists it: with its map where no file has it. */
function entryOf({ picture }: ExplainedFile, one: Explanation, written: WrittenExplanation | undefined): object {
  const { method, target, label, probability, layer, signed, gap, evidence, notes, map } = one;
  const [rows, width] = map.shape;
  const values = Array.from({ length: rows }, (_, row) =>
    Array.from(map.data.subarray(row * width, (row + 1) * width)),
  );
  return {
    picture,
    method,
    target,
    index: label,
    probability,
    layer,
    signed,
    gap,
    evidence,
    notes,
    shape: map.shape,
    ...(written ? { file: written.file, mapFile: written.map } : { map: values }),
  };
}

/** Prints a line for each explanation of a picture. */
function print(
  file: ExplainedFile,
  written: readonly WrittenExplanation[] | undefined,
  many: boolean,
  output: Output,
): void {
  if (many) output.data(file.picture);
  const rows = file.explanations.map(({ target, probability, method, layer }, i) => [
    target,
    probability === undefined ? '' : formatPercent(probability),
    method,
    layer === undefined ? '' : `'${layer}'`,
    written?.[i].file ?? '',
  ]);
  columns(rows).forEach((line, i) => {
    const { evidence } = file.explanations[i];
    output.data(many ? `  ${line}` : line);
    for (const measured of evidence ? evidenceLines(evidence) : []) output.data(`${many ? '    ' : '  '}${measured}`);
  });
}
