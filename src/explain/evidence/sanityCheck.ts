import type { Classifier } from '../../classify/classify.js';
import type { Variable } from '../../graph/index.js';
import type { Model } from '../../models/index.js';
import { drawTable } from '../../platform/textTable.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectNumber, expectSeed, expectWhole } from '../../tensor/check.js';
import { Random, StriateError } from '../../tensor/index.js';
import type { PreprocessingChoice } from '../../classify/preparation.js';
import { explain, methodOf, type ExplainedPicture, type ExplanationName } from '../explain.js';
import type { Explanation } from '../explanation.js';
import type { ExplanationMethod } from '../explanationMethod.js';
import { spearman } from './spearman.js';

/** Options of `sanityCheck`. */
export interface SanityCheckOptions {
  /** Names of methods, or methods; Grad-CAM, saliency and guided backpropagation by default. */
  readonly methods?: readonly (ExplanationName | ExplanationMethod)[];
  /** How many times maps are made on the way down, the last time with all weights random; 8 by default. */
  readonly stages?: number;
  /** The mean rank correlation up to which a method passes; 0.5 by default. */
  readonly threshold?: number;
  /** Seed of the random weights; 0 by default. */
  readonly seed?: number;
  /** In place of what the model says: a name, a JSON file, or an object. */
  readonly preprocessing?: PreprocessingChoice;
  /** Pictures that are computed at once; 8 by default. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
  /** Called with how many sets of maps are made, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

const accepts = {
  where: 'sanityCheck',
  kinds: {
    methods: 'list',
    stages: 'number',
    threshold: 'number',
    seed: 'number',
    preprocessing: 'string or object',
    batchSize: 'number',
    signal: 'object',
    onProgress: 'function',
  },
} satisfies AcceptedOptions<SanityCheckOptions>;

/** Maps after some layers, from the top, have lost what they had learned. */
export interface SanityStage {
  /** How many layers are random. */
  readonly layers: number;
  /** The lowest of them. */
  readonly layer: string;
  /** The rank correlation with the maps of the model itself, the mean of all pictures. */
  readonly correlation: number;
}

/** What became of a method's maps. */
export interface SanityResult {
  readonly method: string;
  readonly stages: readonly SanityStage[];
  /** The mean rank correlation of all stages. */
  readonly correlation: number;
  /** Whether it is at most the threshold: the maps depend on what the model has learned. */
  readonly passes: boolean;
}

/** The sanity check of several methods. */
export interface SanityCheck {
  readonly results: readonly SanityResult[];
  readonly threshold: number;
  /** The results as a table for people. */
  toString(): string;
}

/**
 * The sanity check of Adebayo et al. (2018): layer by layer from the top, the model's weights become random, and maps of the same
 * classes are compared with the model's own by Spearman's rank correlation. A method whose maps stay alike when nothing that was
 * learned is left does not show what the model has learned. The model has its own weights again afterwards, also after an error.
 *
 * Kernels are drawn from a normal distribution of mean zero and their own size, so that values keep their scale; biases and
 * normalizations' factors are put into random order; statistics stay. What is judged is the mean of all stages, as Quantus does:
 * at the end, when the first layer is random, too, even guided backpropagation shows other edges. At the threshold of 0.5 a quarter
 * of the variance of ranks (0.5²) is shared with maps of models that have lost what they knew. SqueezeNet's gradients are at 0.41,
 * its Grad-CAM at 0.1, its guided backpropagation at 0.7; Eigen-CAM, which knows no class, at 0.6.
 *
 * @throws StriateError when the model has no weights, or pictures cannot be explained.
 *
 * @example
 * const check = await sanityCheck(squeezenet, ['photo.jpg', 'holiday.jpg'], { stages: 3 });
 * console.log(check.toString());
 */
export async function sanityCheck(
  classifier: Classifier,
  pictures: readonly ExplainedPicture[],
  options: SanityCheckOptions = {},
): Promise<SanityCheck> {
  const { stages = 8, threshold = 0.5, seed = 0, onProgress, ...rest } = expectOptions(accepts, options);
  const { methods = ['grad-cam', 'saliency', 'guided-backpropagation'], ...reading } = rest;
  expectWhole('sanityCheck', 'stages', stages);
  expectNumber('sanityCheck', 'threshold', threshold, { least: -1, most: 1 });
  expectSeed('sanityCheck', seed);
  const model = 'model' in classifier ? classifier.model : classifier;
  const chosen = methods.map(methodOf);
  const layers = learnedLayers(model);
  const ends = stageEnds(layers.length, stages);
  const total = chosen.length * (ends.length + 1);
  let done = 0;
  const mapsOf = async (method: ExplanationMethod, target?: number[]): Promise<Explanation[]> => {
    const found = await explain(classifier, pictures, { ...reading, method, ...(target && { target }) });
    onProgress?.(++done, total);
    return found;
  };
  const originals: Explanation[][] = [];
  for (const method of chosen) originals.push(await mapsOf(method));
  const labels = originals[0].map(({ label }) => label!);
  const correlations: number[][] = chosen.map(() => []);
  const { store } = model;
  const own = new Map<Variable, Float32Array>();
  try {
    let random = 0;
    for (const end of ends) {
      for (; random < end; random++) {
        for (const variable of layers[random].variables) {
          const value = (await store.read(variable)).slice();
          own.set(variable, value);
          await store.write(variable, redrawn(variable, value, seed));
        }
      }
      for (const [i, method] of chosen.entries()) {
        const found = await mapsOf(method, labels);
        const each = found.map(({ map }, picture) => spearman(map.data, originals[i][picture].map.data));
        correlations[i].push(each.reduce((sum, one) => sum + one, 0) / each.length);
      }
    }
  } finally {
    for (const [variable, value] of own) await store.write(variable, value);
  }
  const results = chosen.map(({ name }, i): SanityResult => {
    const along = ends.map((end, stage) => ({
      layers: end,
      layer: layers[end - 1].name,
      correlation: correlations[i][stage],
    }));
    const correlation = correlations[i].reduce((sum, one) => sum + one, 0) / ends.length;
    return { method: name, stages: along, correlation, passes: correlation <= threshold };
  });
  return { results, threshold, toString: () => sanityTable(results, threshold) };
}

interface LearnedLayer {
  readonly name: string;
  readonly variables: readonly Variable[];
}

/** The layers with weights, the last first. */
function learnedLayers(model: Model): LearnedLayer[] {
  const layers = new Set(model.topology.predictionCalls.map(({ layer }) => layer).reverse());
  const learned = [...layers].map(({ name, weights }) => ({
    name,
    variables: weights.map(({ variable }) => variable).filter(({ role }) => role === 'weight'),
  }));
  const some = learned.filter(({ variables }) => variables.length > 0);
  if (some.length > 0) return some;
  throw new StriateError({
    where: 'sanityCheck',
    rule: `the model '${model.name}' has no weights that could be random`,
  });
}

/** After how many layers maps are made: evenly, from the first to all. */
function stageEnds(layers: number, stages: number): number[] {
  const count = Math.min(stages, layers);
  if (count === 1) return [layers];
  return Array.from({ length: count }, (_, i) => Math.round(1 + (i * (layers - 1)) / (count - 1)));
}

/** A weight's numbers without what was learned. */
function redrawn({ name, shape }: Variable, value: Float32Array, seed: number): Float32Array {
  const random = new Random([seed, ...Array.from(name, (letter) => letter.codePointAt(0)!)]);
  if (shape.length < 2) return random.shuffle(value.slice());
  const size = Math.sqrt(value.reduce((sum, one) => sum + one * one, 0) / value.length);
  return value.map(() => random.normal(0, size));
}

function sanityTable(results: readonly SanityResult[], threshold: number): string {
  const stages = results[0]?.stages ?? [];
  const header = ['Method', ...stages.map(({ layers }) => `${layers} random`), 'Mean', 'Verdict'];
  const rows = results.map(({ method, stages: along, correlation: mean, passes }) => [
    method,
    ...along.map(({ correlation }) => correlation.toFixed(2)),
    mean.toFixed(2),
    passes ? 'passes' : 'fails',
  ]);
  const numbers = header.slice(1, -1).map((_, i) => i + 1);
  return [
    ...drawTable(
      header,
      rows,
      header.map(() => 0),
      numbers,
    ),
    `Rank correlation with the model's own maps, layers made random from the top; passes: a mean of at most ${threshold}.`,
  ].join('\n');
}
