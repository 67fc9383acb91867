import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWhole } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import type { Points } from './points.js';
import { alongComponents, principalComponents } from './principalComponents.js';
import type { ProjectionMethod } from './projectionMethod.js';

/** Options of principal components. */
export interface PcaOptions {
  /** How many; 2 by default. */
  readonly components?: number;
}

const accepts = {
  where: 'project by pca',
  kinds: { components: 'number' },
} as const satisfies AcceptedOptions<PcaOptions>;

/** The directions in which the points vary most: exact, the same every time, and distances keep their meaning. */
export const pca: ProjectionMethod<PcaOptions> = {
  accepts,
  async place(points, { components = 2 }, { seed }) {
    expectWhole(accepts.where, 'components', components);
    const most = Math.min(points.count, points.width);
    if (components > most) {
      throw new StriateError({
        where: accepts.where,
        rule: `components must be at most ${most}, the smaller of the ${points.count} points and their ${points.width} numbers`,
        received: components,
      });
    }
    const found = await principalComponents(points, components, { seed });
    return {
      places: alongComponents(points, found),
      components,
      parameters: { components },
      explainedVarianceRatio: Array.from(found.variances, (variance) => variance / found.totalVariance),
      directions: found.directions,
    };
  },
};

/** How t-SNE and UMAP begin. */
export type StartingPlaces = 'pca' | 'random';

/** Options of methods that look at neighbours. */
export interface NeighborhoodOptions {
  /** Components that points are reduced to beforehand, which takes noise and time away; 50 by default, 0 leaves them as they are. */
  readonly initialDimensions?: number;
  /** Whether points start at their first two principal components ('pca', the default: places far from each other mean something, too) or anywhere. */
  readonly init?: StartingPlaces;
}

/** Points by their first principal components, and the first two of these. */
export interface ReducedPoints {
  readonly reduced: Points;
  /** N × 2 numbers; where points have one number only, the second is 0. */
  readonly plane: Float64Array;
}

/** Components of a reduction need not be exact, only the space of all of them. */
const tolerance = 1e-4;

/** Brings points to `initialDimensions` components, where they have more numbers. */
export async function reducedPoints(points: Points, initialDimensions: number, seed: number): Promise<ReducedPoints> {
  const most = Math.min(points.count, points.width);
  const reduces = initialDimensions > 0 && initialDimensions < most;
  const count = reduces ? Math.max(initialDimensions, Math.min(2, most)) : Math.min(2, most);
  const found = await principalComponents(points, count, { seed, tolerance });
  const all = alongComponents(points, found);
  const plane = new Float64Array(2 * points.count);
  for (let i = 0; i < points.count; i++) {
    for (let c = 0; c < Math.min(2, count); c++) plane[2 * i + c] = all[i * count + c];
  }
  const reduced = reduces ? { data: Float32Array.from(all), count: points.count, width: count } : points;
  return { reduced, plane };
}
