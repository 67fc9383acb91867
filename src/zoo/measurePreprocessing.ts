import { classSeparation, type ClassSeparation } from '../retrieval/index.js';
import { numbersNormalizer, type CompletePreprocessing } from '../pictures/preprocessing.js';
import { type Model } from '../models/index.js';
import { formatShape, sameShape, StriateError, Tensor } from '../tensor/index.js';
import { namedPreprocessing, type PreprocessingName } from '../pictures/namedPreprocessing.js';

/** A way of preparing pictures, and how well a model's embedding then separates classes. */
export interface MeasuredPreprocessing extends ClassSeparation {
  readonly name: NumericName;
}

/** A name that tells in which numbers pictures come; which way round a drawing is, is seen in each picture. */
type NumericName = Exclude<PreprocessingName, 'drawing'>;

/** The rank of every name, 1 being the most usual. */
export type UsualRanks = Readonly<Record<NumericName, number>>;

const ranks: UsualRanks = { torch: 1, tf: 2, '0-1': 3, 'rgb-means': 4, caffe: 5, '0-255': 6 };

/**
 * Every name, the most usual first: it is taken where measurements do not separate it from the best. Scaling alone often does not
 * matter to a network without normalizations.
 */
export const usualFirst: readonly NumericName[] = (Object.keys(ranks) as NumericName[]).sort(
  (a, b) => ranks[a] - ranks[b],
);

/** Differences of `explained` that make no difference to a classifier. */
const negligible = 0.02;

/**
 * Which numbers a trained network wants its pictures in, where nothing says it: the model's embedding is computed for the same
 * labelled pictures under each name of the table, and the names are ordered by how well a linear classifier separates the classes
 * on pictures that it was not fitted to. The classes need not be those that the network was trained on. Of names
 * that are as good as the best (within 0.02 or one standard error of the paired difference) the most usual comes first.
 *
 * @param x [N, H, W, C] at the model's size, red-green-blue or grey, from 0 to 1; a hundred pictures are enough
 * @param y N class numbers
 * @throws StriateError when the model takes no such pictures, or there are fewer than two classes.
 *
 * @example
 * const [{ name }] = await measurePreprocessing(model, x, y.data);
 * model.preprocessing = namedPreprocessing(name, [28, 28, 1]);
 */
export async function measurePreprocessing(
  model: Model,
  x: Tensor<'float32'>,
  y: ArrayLike<number>,
  names: readonly NumericName[] = usualFirst,
): Promise<MeasuredPreprocessing[]> {
  const { shape } = model.inputs[0];
  if (model.inputs.length !== 1 || shape.length !== 3 || !sameShape(x.shape.slice(1), shape)) {
    const wanted = model.inputs.map((input) => formatShape(input.shape)).join(' and ');
    throw new StriateError({
      where: 'measurePreprocessing',
      rule: `pictures must have the shape that the model '${model.name}' takes, ${wanted}`,
      received: formatShape(x.shape.slice(1)),
    });
  }
  if (x.shape[0] !== y.length) {
    throw new StriateError({
      where: 'measurePreprocessing',
      rule: 'needs a label for each picture',
      received: `${x.shape[0]} pictures and ${y.length} labels`,
    });
  }
  const measured: MeasuredPreprocessing[] = [];
  for (const name of names) {
    const preprocessing = suiting(name, shape);
    if (!preprocessing) continue;
    const vectors = await model.embedding.predict(prepared(x, preprocessing), { batchSize: 16 });
    measured.push({ name, ...classSeparation(vectors, y) });
  }
  const sorted = [...measured].sort((a, b) => b.explained - a.explained);
  const first = measured.find((one) => isAsGood(one, sorted[0]))!;
  return [first, ...sorted.filter((one) => one !== first)];
}

function isAsGood(one: ClassSeparation, best: ClassSeparation): boolean {
  if (!Number.isFinite(one.explained)) return one === best;
  const differences = one.errors.map((error, i) => error - best.errors[i]);
  const mean = (best.explained - one.explained) / differences.length;
  const squares = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0);
  const deviation = Math.sqrt((squares * differences.length) / Math.max(1, differences.length - 1));
  return best.explained - one.explained <= Math.max(negligible, deviation);
}

/** Undefined for names that are for coloured pictures alone, where the model takes others. */
function suiting(name: NumericName, shape: readonly number[]): CompletePreprocessing | undefined {
  try {
    return namedPreprocessing(name, shape);
  } catch (error) {
    if (error instanceof StriateError && shape[2] !== 3) return undefined;
    throw error;
  }
}

/** The same pictures, from 0 to 1, in other numbers. */
function prepared({ data, shape }: Tensor<'float32'>, preprocessing: CompletePreprocessing): Tensor<'float32'> {
  const result = data.slice();
  numbersNormalizer(preprocessing, shape[3], 'preprocessing').numbers(result, 0, result.length);
  return new Tensor('float32', shape, result);
}
