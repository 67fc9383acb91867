import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EngineDescription } from '../../engine/index.js';
import { drawArchitecture } from '../../explain/index.js';
import type { History } from '../../fit/index.js';
import { suspectLabels, type HeadFit } from '../../models/index.js';
import { reasonOf } from '../../platform/systemErrors.js';
import { formatCount } from '../../platform/textTable.js';
import type {
  EpochRow,
  RunResult,
  SuspectedLabel,
  SuspectedLabels,
  TestedOn,
  TestResult,
} from '../../report/runResult.js';
import { sizeOf, StriateError } from '../../tensor/index.js';
import { pictureFilesOf, reportSkipped, testedOn } from '../dataArgument.js';
import { invocation, shellWords } from '../invocation.js';
import type { Output } from '../output.js';
import { layerRows, provenance } from '../pageFacts.js';
import { pageParts, type PageParts } from '../pageParts.js';
import { reportPicture, testModel } from '../testModel.js';
import { runSettings } from './runSettings.js';
import type { TrainingStart } from './startTraining.js';

/** How many of its mistakes, and of the labels that it suspects, the page shows. */
const shown = 24;

/** A run whose training is done. */
export interface TrainedRun extends TrainingStart {
  readonly name: string;
  readonly engine: EngineDescription;
  readonly history: History;
  /** The history's epochs as reports show them. */
  readonly rows: readonly EpochRow[];
  /** How the classifier was solved, where it was. */
  readonly head?: HeadFit | undefined;
}

/** A run with what was measured when its training was done: everything that is told of it. */
export interface FinishedRun extends TrainedRun, PageParts {
  /** Where they were looked for. */
  readonly suspects?: SuspectedLabels | undefined;
}

/** Measures what a training came to, and tells it: on the test pictures, and which labels it suspects where that was asked for. */
export async function finishRun(trained: TrainedRun, signal: AbortSignal, output: Output): Promise<FinishedRun> {
  const { run, model, data, history, head } = trained;
  const test = await testModel(model, data.test, { mistakes: shown, batch: run.batch });
  reportSkipped(data, output, 'those met in training were replaced by others of their class');
  output.progress(summaryLine(test, testedOn(data), history.imagesPerSecond, head));
  const suspects = run.suspects ? await suspectsOf(trained, signal, output) : undefined;
  return { ...trained, suspects, ...(await pageParts(model, data.test, test, signal)) };
}

/** How a run came out, in a line. */
export function summaryLine(
  { accuracy, loss, metrics = {} }: TestResult,
  on: TestedOn,
  imagesPerSecond: number,
  head: HeadFit | undefined,
): string {
  const others = Object.entries(metrics).map(([name, value]) => `, ${name} ${value.toFixed(4)}`);
  const result = `${on === 'test' ? 'Test' : 'Validation'} accuracy ${(accuracy * 100).toFixed(2)} %, loss ${loss.toFixed(4)}${others.join('')}`;
  if (head && imagesPerSecond === 0) return `${result}.`;
  const speed =
    imagesPerSecond > 0
      ? `trained ${formatCount(Math.round(imagesPerSecond))} pictures a second.`
      : 'there was nothing left to train; for more, give --epochs.';
  return `${result}; ${speed}`;
}

/**
 * Labels of the training pictures that may be wrong. The training is done and saved: what cannot be judged is told, and nothing
 * more.
 */
async function suspectsOf(
  { run, model, data: { train } }: TrainedRun,
  signal: AbortSignal,
  output: Output,
): Promise<SuspectedLabels | undefined> {
  output.progress('Looking for labels that may be wrong …');
  try {
    const { issues, noiseRate } = await suspectLabels(model, train, {
      seed: run.seed,
      batchSize: run.batch,
      verbose: 0,
      signal,
    });
    const files = pictureFilesOf(train);
    const found: SuspectedLabel[] = [];
    for (const [place, { index, label, suggested, quality }] of issues.entries()) {
      const suspect = { index, file: files?.path(index), label, suggested, quality };
      if (place >= shown) found.push(suspect);
      else {
        const values = new Float32Array(sizeOf(train.inputShape));
        await train.fill([index], values, new Int32Array(1));
        found.push({ ...suspect, picture: reportPicture(train, values) });
      }
    }
    output.progress(
      found.length === 0
        ? 'No label of the training pictures looks wrong.'
        : `Labels that may be wrong: ${formatCount(found.length)} of ${formatCount(train.size)}; they are in suspects.csv.`,
    );
    return { pictures: train.size, noiseRate, found };
  } catch (error) {
    const reason = error instanceof StriateError ? error.message : reasonOf(error);
    output.progress(`Labels that may be wrong could not be looked for: ${reason}`);
    return undefined;
  }
}

/** Writes a run's page. The training is done and saved: a page that cannot be drawn is told, and nothing more. */
export async function writeRunPage(folder: string, finished: FinishedRun, output: Output): Promise<void> {
  try {
    const { writeReport } = await import('../../report/writeReport.js');
    const result = runResult(finished);
    const page = await writeReport(folder, result);
    output.progress(`The page of this run: ${output.strong(pathToFileURL(page).href)}`);
    const runs = dirname(folder) === 'runs' ? [] : ['--runs', dirname(folder)];
    output.progress(`Watch networks at work in the browser: ${invocation()} ${shellWords(['studio', ...runs])}`);
  } catch (error) {
    const reason = error instanceof StriateError ? error.message : reasonOf(error);
    output.progress(`The page of this run could not be written (${reason}). Weights and results are in ${folder}.`);
  }
}

/** A finished run as its page tells it. */
function runResult({
  run,
  call,
  name,
  model,
  data,
  engine,
  history,
  rows,
  head,
  test,
  inside,
  suspects,
}: FinishedRun): RunResult {
  const { train, test: testSet } = data;
  const summary = model.summarize();
  return {
    model: name,
    parameters: summary.parameters,
    layers: layerRows(model),
    architecture: drawArchitecture(model, { title: name }),
    data: {
      name: train.name,
      training: train.size,
      test: testSet.size,
      testedOn: testedOn(data),
      validation: data.validation ? 'validation pictures' : 'test pictures',
      classNames: train.classNames,
      inputShape: train.inputShape,
    },
    settings: { ...runSettings(run, name, head, history), ...provenance(call) },
    engine: engineText(engine),
    epochs: rows,
    ...(head && { head }),
    imagesPerSecond: history.imagesPerSecond,
    test,
    ...(inside && { inside }),
    ...(suspects && { suspects }),
  };
}

/** What computed, as pages tell it. */
export function engineText({ name, simd, threads }: EngineDescription): string {
  return `${name}, ${simd === 'none' ? 'no SIMD' : simd}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}
