import type { History } from '../../fit/index.js';
import type { HeadFit } from '../../models/index.js';
import { preprocessingNames } from '../../pictures/index.js';
import type { RunArguments } from './runArguments.js';
import { formatC } from './solveHead.js';

/** The highest learning rate of fine-tuning where the run names none, as `model.fineTune` has it. */
const usualHighest = 0.002;

/**
 * What a run was asked for, as its page lists it.
 *
 * @param name what the page calls the model
 */
export function runSettings(
  run: RunArguments,
  name: string,
  head: HeadFit | undefined,
  history: History,
): Record<string, string | number> {
  const { weights, freeze = 'none', augment = 'none', preprocessing, fineTune, earlyStopping, reduceLr, labels } = run;
  return {
    ...(run.model === name ? {} : { 'started from': run.model }),
    ...(weights === undefined ? {} : { 'started from': weights }),
    ...(labels === undefined ? {} : { 'labels corrected by': labels }),
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
