import type { AnyAcceptedOptions } from '../tensor/acceptedOptions.js';
import type { Points } from './points.js';

/** What every method is told. */
export interface ProjectionRequest {
  readonly seed: number;
  /** Called as steps are done. */
  readonly onProgress: (done: number, total: number) => void;
}

/** Where a method put points, and what it found on the way. */
export interface Placed {
  /** N × components numbers. */
  readonly places: Float64Array;
  readonly components: number;
  /** The options as they were used, those that were not given filled in. */
  readonly parameters: Readonly<Record<string, number | string>>;
  /** The share of the variance along each component: PCA. */
  readonly explainedVarianceRatio?: readonly number[];
  /** The components themselves, [components × D], of length 1: PCA. */
  readonly directions?: readonly Float64Array[];
  /** The Kullback–Leibler divergence that is left, in nats: t-SNE. */
  readonly divergence?: number;
}

/** A way to bring points into few dimensions. */
export interface ProjectionMethod<Options> {
  readonly accepts: AnyAcceptedOptions;
  /** @throws StriateError when an option does not suit the points. */
  place(points: Points, options: Options, request: ProjectionRequest): Promise<Placed>;
}
