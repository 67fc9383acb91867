import { fitHead, layers, sequential, type Model, type Tensor } from 'striate';
import type { FrozenFeatures } from './frozenFeatures.js';
import { seed } from './recipe.js';
import type { SolvedHead } from './trainingRuns.js';

/**
 * Solves a model's classifier on features of its pictures and writes it into the model.
 *
 * @returns undefined where the model does not end with one dense layer, so that there is nothing to solve
 * @throws the signal's reason where it ends the work.
 */
export async function solveHead(
  model: Model,
  train: FrozenFeatures,
  held: FrozenFeatures,
  signal: AbortSignal,
): Promise<SolvedHead | undefined> {
  const head = solvableLayer(model);
  if (!head) return undefined;
  const [x, y] = train.rows;
  const features = x.shape[1];
  const alone = sequential({
    seed,
    layers: [layers.dense({ inputShape: [features], units: head.units, activation: 'softmax' })],
  });
  try {
    const found = await fitHead(alone, [x, y], {
      ...penaltyOptions(train.total * features * head.units),
      validationData: held.rows,
      classWeight: 'none',
      seed,
      signal,
      verbose: 0,
    });
    const [kernel, bias] = (await alone.getWeights()).values();
    const weights = new Map<string, Tensor>(await model.getWeights());
    await model.setWeights(weights.set(`${head.name}/kernel`, kernel).set(`${head.name}/bias`, bias));
    const { C, training, validation, crossValidated } = found;
    const { loss: valLoss, accuracy: valAccuracy } = validation!;
    const tried = crossValidated && { crossValidated: crossValidated.accuracy };
    return { ...training, valLoss, valAccuracy, C, ...tried, features };
  } finally {
    await alone.dispose();
  }
}

/** Whether `solveHead` can solve a model's classifier, and which layer that is. */
export function solvableLayer(model: Model): { readonly name: string; readonly units: number } | undefined {
  const behind = model.layers.filter((layer) => !model.embedding.layers.includes(layer) && layer.weights.length > 0);
  const [{ name, className, weights }] = behind;
  const units = model.outputs[0].shape.at(-1)!;
  const isDense = behind.length === 1 && className === 'Dense' && weights.length === 2 && units > 1;
  return isDense && model.embedding.outputs[0].shape.length === 1 ? { name, units } : undefined;
}

/** What is tried: everything where that takes a second, less where there is much to go through each time. */
function penaltyOptions(work: number): { readonly C?: number | readonly number[]; readonly folds?: number } {
  if (work < 5e5) return {};
  return work < 4e6 ? { C: [0.01, 0.1, 1], folds: 3 } : { C: 0.1 };
}
