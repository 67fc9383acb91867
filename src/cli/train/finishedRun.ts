import type { DataSplits } from '../../data/dataSet.js';
import { pathToFileURL } from 'node:url';
import type { EngineDescription } from '../../engine/index.js';
import { drawArchitecture } from '../../explain/index.js';
import type { History } from '../../fit/index.js';
import type { HeadFit, Model } from '../../models/index.js';
import { preprocessingNames } from '../../pictures/index.js';
import { reasonOf } from '../../platform/systemErrors.js';
import { formatCount } from '../../platform/textTable.js';
import type { EpochRow, LayerRow, RunResult, SuspectedLabels, TestedOn, TestResult } from '../../report/runResult.js';
import { StriateError } from '../../tensor/index.js';
import type { Output } from '../output.js';
import type { RunArguments } from './runFolder.js';
import { version } from '../version.js';
import { formatC } from './solveHead.js';
import type { TrainingStart } from './startTraining.js';

/** What a finished run consists of. */
export interface FinishedRun extends TrainingStart {
  readonly name: string;
  readonly engine: EngineDescription;
  readonly history: History;
  /** The history's epochs as reports show them. */
  readonly rows: readonly EpochRow[];
  /** How the classifier was solved, where it was. */
  readonly head?: HeadFit | undefined;
  readonly test: TestResult;
  /** Where they were looked for. */
  readonly suspects?: SuspectedLabels | undefined;
}

/** What a run's result is measured on: the pictures of validation where its data set has no test pictures. */
export const testedOn = ({ validation, test }: DataSplits): TestedOn => (validation === test ? 'validation' : 'test');

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

/** Writes a run's page. The training is done and saved: a page that cannot be drawn is told, and nothing more. */
export async function writeRunPage(folder: string, finished: FinishedRun, output: Output): Promise<void> {
  try {
    const { writeReport } = await import('../../report/writeReport.js');
    const result = runResult(finished);
    const page = await writeReport(folder, result);
    output.progress(`The page of this run: ${output.strong(pathToFileURL(page).href)}`);
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
    ...(suspects && { suspects }),
  };
}

function engineText({ name, simd, threads }: EngineDescription): string {
  return `${name}, ${simd === 'none' ? 'no SIMD' : simd}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

/** A model's layers as pages list them. */
export function layerRows(model: Model): LayerRow[] {
  return model
    .summarize()
    .layers.map(({ name, type, output, parameters }) => ({ name, type, output: `(${output.join(', ')})`, parameters }));
}

/** The highest learning rate of fine-tuning where the run names none, as `model.fineTune` has it. */
const usualHighest = 0.002;

/**
 * What a run was asked for, as its page lists it.
 *
 * @param name what the page calls the model
 */
function runSettings(
  run: RunArguments,
  name: string,
  head: HeadFit | undefined,
  history: History,
): Record<string, string | number> {
  const { weights, freeze = 'none', augment = 'none', preprocessing, fineTune, earlyStopping, reduceLr } = run;
  return {
    ...(run.model === name ? {} : { 'started from': run.model }),
    ...(weights === undefined ? {} : { 'started from': weights }),
    ...(preprocessing === undefined ? {} : { preprocessing: described(preprocessing) }),
    ...(freeze === 'none' ? {} : { frozen: frozenPart(freeze) }),
    ...(head && solvedHead(head)),
    ...(run.head && fineTune === undefined ? {} : stepSettings(run, history)),
    seed: run.seed,
    ...(earlyStopping && { 'early stopping': `after ${epochs(earlyStopping)} without a lower validation loss` }),
    ...(reduceLr && { 'on a plateau': `a tenth of the learning rate after ${epochs(reduceLr)}` }),
    ...(augment === 'none' ? {} : { augmentation: augment }),
    ...(run.strict ? { 'broken pictures': 'stop the run' } : {}),
  };
}

/** How a classifier was solved. */
function solvedHead({ C, folds, classWeight }: HeadFit): Record<string, string> {
  const uneven = classWeight.some((weight) => Math.abs(weight - 1) > 0.005);
  const parts = folds === 1 ? 'with a fifth of the pictures held out' : `in ${folds} parts`;
  return {
    classifier: 'solved: logistic regression on standardized features',
    penalty: `C = ${formatC(C)}${folds === 0 ? '' : `, by cross-validation ${parts}`}`,
    ...(uneven && { 'class weights': classWeight.map((weight) => weight.toFixed(2)).join(', ') }),
  };
}

/** How a run trains by steps. */
function stepSettings(run: RunArguments, history: History): Record<string, string | number> {
  const { epochs, fineTune, freeze = 'none', batch, optimizer, lr, head } = run;
  return {
    ...(fineTune === undefined ? { epochs } : phases(epochs, fineTune, freeze, head !== undefined)),
    'batch size': batch,
    optimizer,
    ...(fineTune === undefined
      ? { 'learning rate': ratesOf(history, lr) }
      : { 'learning rate': cycles(epochs, lr ?? usualHighest) }),
  };
}

/** The learning rate that epochs began with, and the last one where it fell. */
function ratesOf({ epochs: results }: History, asked: number | undefined): string | number {
  const rates = results.map(({ learningRate }) => Number(learningRate.toPrecision(3)));
  const [first, last] = [rates.at(0) ?? asked ?? 'the optimizer’s', rates.at(-1)];
  return last === undefined || last === first ? first : `${first}, at the end ${last}`;
}

/** When, with which version and by which call something was made. */
export function provenance(call: string): Record<string, string> {
  const now = new Date().toISOString();
  return { date: `${now.slice(0, 10)}, ${now.slice(11, 16)} UTC`, Striate: version(), command: call };
}

/** `1 epoch`, `5 epochs`. */
export function epochs(count: number): string {
  return `${count} ${count === 1 ? 'epoch' : 'epochs'}`;
}

function described(preprocessing: string): string {
  const known = Object.entries(preprocessingNames).find(([name]) => name === preprocessing);
  return known ? `${preprocessing}: ${known[1]}` : preprocessing;
}

function frozenPart(freeze: string): string {
  return freeze === 'features' ? 'all layers before the classifier' : `${freeze} and the layers before it`;
}

function phases(epochs: number, fineTune: number, freeze: string, solved: boolean): Record<string, string> {
  const what = freeze === 'features' ? 'all layers' : `the layers behind ${freeze}`;
  return {
    epochs: solved ? `${fineTune} of fine-tuning` : `${epochs} with the classifier alone, ${fineTune} of fine-tuning`,
    'fine-tuned': `${what}, batch normalizations as they are`,
  };
}

function cycles(epochs: number, highest: number): string {
  const later = `${highest / 2} for the classifier, falling to 1 % of it at the first layer`;
  return epochs === 0 ? `one cycle up to ${later}` : `one cycle up to ${highest}, then one up to ${later}`;
}
