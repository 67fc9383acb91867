import { expectOptions } from '../tensor/acceptedOptions.js';
import { expectOneOf, expectSeed } from '../tensor/check.js';
import { StriateError, Tensor } from '../tensor/index.js';
import { pca, type PcaOptions } from './pca.js';
import { expectPoints } from './points.js';
import type { ProjectionMethod } from './projectionMethod.js';
import { tsne, type TsneOptions } from './tsne.js';
import { umap, type UmapOptions } from './umap.js';

/** The options of each method, by its name. */
interface MethodOptions {
  readonly pca: PcaOptions;
  readonly tsne: TsneOptions;
  readonly umap: UmapOptions;
}

/** The name of a way to bring points into two dimensions. */
export type ProjectionName = keyof MethodOptions;

/** Options of `project` that every method has. */
export interface CommonProjectionOptions {
  /** Of all random numbers; 0 by default. */
  readonly seed?: number;
  /** Called as iterations or epochs are done; PCA has none. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Options of `project` by principal components. */
export interface PcaProjectionOptions extends CommonProjectionOptions, PcaOptions {
  readonly method?: 'pca';
}

/** Options of `project` by t-SNE. */
export interface TsneProjectionOptions extends CommonProjectionOptions, TsneOptions {
  readonly method: 'tsne';
}

/** Options of `project` by UMAP. */
export interface UmapProjectionOptions extends CommonProjectionOptions, UmapOptions {
  readonly method: 'umap';
}

/** Options of `project`: the method's name, its own options, and those that all have. */
export type ProjectOptions = PcaProjectionOptions | TsneProjectionOptions | UmapProjectionOptions;

/** Points in few dimensions. */
export interface Projection {
  readonly method: ProjectionName;
  /** `[N, 2]`; as many as there are `components` by PCA. */
  readonly points: Tensor<'float32'>;
  /** Every option of the method, as it was used. */
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly seed: number;
  /** The share of the variance along each component: of PCA. */
  readonly explainedVarianceRatio?: readonly number[];
  /** The components themselves, [components, D], of length 1: of PCA. */
  readonly components?: Tensor<'float32'>;
  /** The Kullback–Leibler divergence that is left, in nats: of t-SNE. */
  readonly divergence?: number;
}

/** Every method, by its name. */
const methods = { pca, tsne, umap } as const satisfies {
  [Name in ProjectionName]: ProjectionMethod<MethodOptions[Name]>;
};

/** The names of all methods. */
export const projectionNames = Object.keys(methods) as ProjectionName[];

/** The names of a method's own options. */
export function projectionParameters(method: ProjectionName): string[] {
  return Object.keys(methods[method].accepts.kinds);
}

/**
 * Brings points into two dimensions, so that they can be looked at: embeddings of pictures, say. By principal components
 * ('pca', the default: straight, exact, distances mean something), t-SNE ('tsne': groups) or UMAP ('umap': groups and where
 * they lie; umap-js is loaded then). The same seed gives the same places.
 *
 * @param points [N, D], a row each
 * @throws StriateError when points are fewer than two, not finite or all the same, or an option does not suit them.
 *
 * @example
 * const vectors = await model.embedding.predict(pictures);
 * const { points, explainedVarianceRatio } = await project(vectors);
 * const map = await project(vectors, { method: 'tsne', perplexity: 2, seed: 1 });
 */
export async function project(points: Tensor, options: ProjectOptions = {}): Promise<Projection> {
  if (typeof options !== 'object' || options === null) expectOptions(accepted('pca'), options);
  const method = expectOneOf('project', 'method', options.method ?? 'pca', projectionNames);
  const { method: _, seed = 0, onProgress = () => undefined, ...own } = expectOptions(accepted(method), options);
  expectSeed('project', seed);
  if (!(points instanceof Tensor)) {
    throw new StriateError({
      where: 'project',
      rule: 'takes points as a tensor [N, D]',
      advice: 'tensor(rows) makes one of lists; model.embedding.predict(pictures) gives one',
    });
  }
  const by: ProjectionMethod<never> = methods[method];
  const found = await by.place(expectPoints(`project by ${method}`, points), own as never, { seed, onProgress });
  const { places, components, parameters, explainedVarianceRatio, directions, divergence } = found;
  return {
    method,
    points: new Tensor('float32', [points.shape[0], components], Float32Array.from(places)),
    parameters,
    seed,
    ...(explainedVarianceRatio && { explainedVarianceRatio }),
    ...(directions && { components: rowsTensor(directions) }),
    ...(divergence !== undefined && { divergence }),
  };
}

/** The options of a method with those that all have. */
function accepted(method: ProjectionName) {
  const { where, kinds } = methods[method].accepts;
  return { where, kinds: { method: 'string', ...kinds, seed: 'number', onProgress: 'function' } } as const;
}

function rowsTensor(rows: readonly Float64Array[]): Tensor<'float32'> {
  const width = rows[0].length;
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, i) => data.set(row, i * width));
  return new Tensor('float32', [rows.length, width], data);
}
