import { classify, comparePreprocessing, type NumericPreprocessing } from '../classify/index.js';
import type { OpenedModel } from '../classify/openModel.js';
import { pictureShape } from '../classify/preparation.js';
import { namedPreprocessing, preprocessingNames } from '../pictures/index.js';
import { formatPercent } from '../report/html.js';
import { StriateError } from '../tensor/index.js';
import type { Output } from './output.js';

/**
 * Where it is a guess how a model's pictures are prepared, looks at what the model says of some by each way that has a name. Another way
 * than the usual one is taken where by the usual one the model says the same of anything. What is taken is told, and the answers
 * are where they differ: people see which is right, and what to write for it.
 */
export async function settlePreparation(
  opened: OpenedModel,
  pictures: readonly string[],
  output: Output,
): Promise<OpenedModel> {
  const { model, preparation } = opened;
  if (preparation?.note === undefined) return opened;
  const guess = preparation.guess as NumericPreprocessing;
  const name = pictures.length === 0 ? guess : await betterThan(guess, opened, pictures);
  const taken: OpenedModel =
    name === guess
      ? opened
      : { ...opened, preparation: { ...preparation, preprocessing: namedPreprocessing(name, pictureShape(model)) } };
  output.progress(
    name === guess
      ? preparation.note
      : `The file does not say how its pictures are prepared; taken: ${name} (${preprocessingNames[name]}), as by ${guess}, which is usual, ` +
          `the model says the same of a picture and of its pieces, shuffled. --preprocessing decides it.`,
  );
  if (pictures.length > 0) await tellAnswers(taken, pictures[0], name, output);
  return taken;
}

async function betterThan(
  guess: NumericPreprocessing,
  { model }: OpenedModel,
  pictures: readonly string[],
): Promise<NumericPreprocessing> {
  try {
    return (await comparePreprocessing(model, pictures, guess))?.name ?? guess;
  } catch (error) {
    if (error instanceof StriateError) return guess;
    throw error;
  }
}

/** What a model says of a picture by each way, that which is taken first. */
async function tellAnswers(
  { model }: OpenedModel,
  picture: string,
  taken: NumericPreprocessing,
  output: Output,
): Promise<void> {
  const answers: { readonly name: string; readonly says: string; readonly probability: number }[] = [];
  try {
    for (const name of [taken, ...Object.keys(preprocessingNames).filter((one) => one !== taken)]) {
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
