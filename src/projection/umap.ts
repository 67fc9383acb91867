import { pauses } from '../platform/pauses.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { Random } from '../tensor/random.js';
import { distanceCurve, type DistanceCurve } from './distanceCurve.js';
import { nearestOthers, type NearestOthers } from './nearestOthers.js';
import { reducedPoints, type NeighborhoodOptions } from './pca.js';
import type { ProjectionMethod } from './projectionMethod.js';

/** Options of UMAP; what is left out is as umap-learn has it. */
export interface UmapOptions extends NeighborhoodOptions {
  /** How many neighbours each point is joined with, itself counted; 15 by default, all where there are fewer points. */
  readonly nNeighbors?: number;
  /** How near points may come to each other; 0.1 by default. */
  readonly minDist?: number;
  /** How far apart groups are; 1 by default. */
  readonly spread?: number;
  /** 500 by default for up to 10,000 points, 200 for more. */
  readonly nEpochs?: number;
  /** 1 by default. */
  readonly learningRate?: number;
  /** Points that push for each one that pulls; 5 by default. */
  readonly negativeSampleRate?: number;
}

const accepts = {
  where: 'project by umap',
  kinds: {
    nNeighbors: 'number',
    minDist: 'number',
    spread: 'number',
    nEpochs: 'number',
    learningRate: 'number',
    negativeSampleRate: 'number',
    initialDimensions: 'number',
    init: 'string',
  },
} as const satisfies AcceptedOptions<UmapOptions>;

/** The largest coordinate of starting places, as umap-learn's. */
const startingReach = 10;

/**
 * UMAP (McInnes, Healy & Melville 2018), by Google PAIR's umap-js, which is loaded here: neighbours stay neighbours, and more
 * of where groups lie is kept than by t-SNE. Neighbours are found exactly, and starting places are the principal components.
 */
export const umap: ProjectionMethod<UmapOptions> = {
  accepts,
  async place(points, options, { seed, onProgress }) {
    const { count } = points;
    const { where } = accepts;
    const {
      nNeighbors = Math.min(15, count - 1),
      minDist = 0.1,
      spread = 1,
      nEpochs = count <= 10_000 ? 500 : 200,
      learningRate = 1,
      negativeSampleRate = 5,
      initialDimensions = 50,
      init = 'pca',
    } = options;
    if (count < 4) {
      throw new StriateError({ where, rule: 'needs at least 4 points', received: count, advice: "take method 'pca'" });
    }
    expectWhole(where, 'nNeighbors', nNeighbors, 2);
    if (nNeighbors >= count) {
      throw new StriateError({
        where,
        rule: `nNeighbors must be less than the number of points, ${count}`,
        received: nNeighbors,
        advice: 'give fewer neighbours or more pictures',
      });
    }
    expectNumber(where, 'spread', spread, { above: 0 });
    expectNumber(where, 'minDist', minDist, { least: 0, most: spread });
    expectWhole(where, 'nEpochs', nEpochs);
    expectNumber(where, 'learningRate', learningRate, { above: 0 });
    expectWhole(where, 'negativeSampleRate', negativeSampleRate, 0);
    expectWhole(where, 'initialDimensions', initialDimensions, 0);
    expectOneOf(where, 'init', init, ['pca', 'random']);
    const { reduced, plane } = await reducedPoints(points, initialDimensions, seed);
    const { UMAP } = await import('./umapJs.js');
    const random = new Random([seed, 3]);
    const layout = new UMAP({
      nComponents: 2,
      nNeighbors,
      minDist,
      spread,
      nEpochs,
      learningRate,
      negativeSampleRate,
      random: () => random.uniform(),
    });
    const { indices, distances } = withThemselves(await nearestOthers(reduced, nNeighbors - 1));
    layout.setPrecomputedKNN(indices, distances);
    // Of the points themselves it needs only how many there are, once neighbours are known.
    layout.initializeFit(Array.from({ length: count }, () => []));
    // Its own fit of the curve ends early, some hundredths off; the build leaves that and its package out.
    Object.assign(
      (layout as unknown as { optimizationState: DistanceCurve }).optimizationState,
      distanceCurve(minDist, spread),
    );
    const embedding = layout.getEmbedding();
    if (init === 'pca') startAt(plane, embedding, random);
    const pause = pauses();
    for (let epoch = 0; epoch < nEpochs; epoch++) {
      layout.step();
      onProgress(epoch + 1, nEpochs);
      await pause();
    }
    const parameters = {
      nNeighbors,
      minDist,
      spread,
      nEpochs,
      learningRate,
      negativeSampleRate,
      initialDimensions,
      init,
    };
    return { places: Float64Array.from(embedding.flat()), components: 2, parameters };
  },
};

/** Each point and its neighbours, as UMAP counts them. */
function withThemselves({ indices, distances, k }: NearestOthers): { indices: number[][]; distances: number[][] } {
  const count = indices.length / k;
  const rows = <T>(own: (i: number) => T, others: ArrayLike<T>): T[][] =>
    Array.from({ length: count }, (_, i) => [own(i), ...Array.from({ length: k }, (__, j) => others[i * k + j])]);
  return { indices: rows((i) => i, indices), distances: rows(() => 0, distances) };
}

/** Starts at the principal components, with a little noise: the same places would push each other nowhere. */
function startAt(plane: Float64Array, embedding: number[][], random: Random): void {
  const reach = plane.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  embedding.forEach((place, i) => {
    for (let c = 0; c < 2; c++) place[c] = (startingReach * plane[2 * i + c]) / reach + random.normal(0, 1e-4);
  });
}
