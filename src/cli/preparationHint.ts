import { classify } from '../classify/index.js';
import type { OpenedModel } from '../classify/openModel.js';
import { preprocessingNames } from '../pictures/index.js';
import { formatPercent } from '../report/html.js';
import { StriateError } from '../tensor/index.js';
import type { Output } from './output.js';

/**
 * Where it is a guess how a model's pictures are prepared, tells it, and what the model says of a picture by each way that has a name: people
 * see which of the answers is right, and what to write for it. Nothing more is told where all ways lead to the same answer.
 */
export async function tellPreparation(
  { model, preparation }: OpenedModel,
  picture: string | undefined,
  output: Output,
): Promise<void> {
  if (preparation?.note === undefined) return;
  output.progress(preparation.note);
  if (picture === undefined) return;
  const answers: { readonly name: string; readonly says: string; readonly probability: number }[] = [];
  try {
    for (const name of Object.keys(preprocessingNames)) {
      if (name === 'drawing') continue;
      const [best] = await classify(model, picture, { preprocessing: name, top: 1 });
      answers.push({ name, says: best.name, probability: best.probability });
    }
  } catch (error) {
    // A picture that cannot be read is told of where it is explained, a model that names no classes has none to compare.
    if (error instanceof StriateError) return;
    throw error;
  }
  if (new Set(answers.map(({ says }) => says)).size < 2) return;
  const each = answers.map(({ name, says, probability }) => `${name} ${says} (${formatPercent(probability)})`);
  output.progress(`${picture} would be, by --preprocessing: ${each.join('; ')}`);
}
