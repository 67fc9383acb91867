import { preprocessingNames } from '../../pictures/index.js';
import type { RunArguments } from './runFolder.js';

/** The highest learning rate of fine-tuning where the run names none, as `model.fineTune` has it. */
const usualHighest = 0.002;

/**
 * What a run was asked for, as its page lists it.
 *
 * @param name what the page calls the model
 */
export function runSettings(run: RunArguments, name: string): Record<string, string | number> {
  const { weights, freeze = 'none', augment = 'none', preprocessing, fineTune, lr } = run;
  return {
    ...(run.model === name ? {} : { 'started from': run.model }),
    ...(weights === undefined ? {} : { 'started from': weights }),
    ...(preprocessing === undefined ? {} : { preprocessing: described(preprocessing) }),
    ...(freeze === 'none' ? {} : { frozen: frozenPart(freeze) }),
    ...(fineTune === undefined ? { epochs: run.epochs } : phases(run.epochs, fineTune, freeze)),
    'batch size': run.batch,
    optimizer: run.optimizer,
    ...(fineTune === undefined
      ? lr !== undefined && { 'learning rate': lr }
      : { 'learning rate': cycles(run.epochs, lr ?? usualHighest) }),
    seed: run.seed,
    ...(augment === 'none' ? {} : { augmentation: augment }),
    ...(run.strict ? { 'broken pictures': 'stop the run' } : {}),
  };
}

function described(preprocessing: string): string {
  const known = Object.entries(preprocessingNames).find(([name]) => name === preprocessing);
  return known ? `${preprocessing}: ${known[1]}` : preprocessing;
}

function frozenPart(freeze: string): string {
  return freeze === 'features' ? 'all layers before the classifier' : `${freeze} and the layers before it`;
}

function phases(epochs: number, fineTune: number, freeze: string): Record<string, string> {
  const what = freeze === 'features' ? 'all layers' : `the layers behind ${freeze}`;
  return {
    epochs: `${epochs} with the classifier alone, ${fineTune} of fine-tuning`,
    'fine-tuned': `${what}, batch normalizations as they are`,
  };
}

function cycles(epochs: number, highest: number): string {
  const later = `${highest / 2} for the classifier, falling to 1 % of it at the first layer`;
  return epochs === 0 ? `one cycle up to ${later}` : `one cycle up to ${highest}, then one up to ${later}`;
}
