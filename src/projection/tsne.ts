import { pauses } from '../platform/pauses.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { Random } from '../tensor/random.js';
import { affinities, type Affinities } from './affinities.js';
import { nearestOthers } from './nearestOthers.js';
import { reducedPoints, type NeighborhoodOptions } from './pca.js';
import type { ProjectionMethod } from './projectionMethod.js';
import { Repulsion } from './repulsion.js';

/** Options of t-SNE; what is left out is as scikit-learn has it. */
export interface TsneOptions extends NeighborhoodOptions {
  /** How many neighbours each point has in effect; 30 by default, a third of the points where they are few. */
  readonly perplexity?: number;
  /** 1,000 by default. */
  readonly iterations?: number;
  /** N / earlyExaggeration / 4 by default, at least 50. */
  readonly learningRate?: number;
  /** What attraction is multiplied with in the first quarter of the iterations, 250 at most; 12 by default. */
  readonly earlyExaggeration?: number;
  /** The angle at which points far away count as one (Barnes–Hut), 0 to 1; 0.5 by default, 0 computes every pair. */
  readonly angle?: number;
}

const accepts = {
  where: 'project by tsne',
  kinds: {
    perplexity: 'number',
    iterations: 'number',
    learningRate: 'number',
    earlyExaggeration: 'number',
    angle: 'number',
    initialDimensions: 'number',
    init: 'string',
  },
} as const satisfies AcceptedOptions<TsneOptions>;

/** As scikit-learn's: momentum while attraction is exaggerated and after, and how gains change. */
const momentum = { early: 0.5, late: 0.8 } as const;
const gain = { up: 0.2, down: 0.8, least: 0.01 } as const;
/** The deviation of the starting places, small beside where points go. */
const startingSpread = 1e-4;
/** Neighbours for each one that counts: a Gaussian has little beyond. */
const neighborsPerPerplexity = 3;

/** t-SNE (van der Maaten & Hinton 2008): points that are neighbours stay neighbours; what lies farther apart says little. */
export const tsne: ProjectionMethod<TsneOptions> = {
  accepts,
  async place(points, options, { seed, onProgress }) {
    const { count } = points;
    const {
      perplexity = Math.min(30, Math.max(1, (count - 1) / 3)),
      iterations = 1000,
      earlyExaggeration = 12,
      learningRate = Math.max(count / earlyExaggeration / 4, 50),
      angle = 0.5,
      initialDimensions = 50,
      init = 'pca',
    } = options;
    const { where } = accepts;
    expectNumber(where, 'perplexity', perplexity, { least: 1 });
    if (perplexity >= count) {
      throw new StriateError({
        where,
        rule: `perplexity must be less than the number of points, ${count}`,
        received: perplexity,
        advice: `a third of them or less shows most: ${Math.max(1, Math.floor((count - 1) / 3))}; or give more pictures`,
      });
    }
    expectWhole(where, 'iterations', iterations);
    expectNumber(where, 'earlyExaggeration', earlyExaggeration, { least: 1 });
    expectNumber(where, 'learningRate', learningRate, { above: 0 });
    expectNumber(where, 'angle', angle, { least: 0, most: 1 });
    expectWhole(where, 'initialDimensions', initialDimensions, 0);
    expectOneOf(where, 'init', init, ['pca', 'random']);
    const { reduced, plane } = await reducedPoints(points, initialDimensions, seed);
    const k = Math.min(count - 1, Math.floor(neighborsPerPerplexity * perplexity) + 1);
    const kept = affinities(await nearestOthers(reduced, k), perplexity);
    const places = init === 'pca' ? startingPlaces(plane) : randomPlaces(count, seed);
    const exaggerated = Math.min(250, Math.floor(iterations / 4));
    const descent = new Descent(kept, places, angle);
    const pause = pauses();
    for (let step = 0; step < iterations; step++) {
      const isEarly = step < exaggerated;
      if (step === exaggerated) descent.forget();
      descent.step(isEarly ? earlyExaggeration : 1, learningRate, isEarly ? momentum.early : momentum.late);
      onProgress(step + 1, iterations);
      await pause();
    }
    if (!places.every(Number.isFinite)) {
      throw new StriateError({
        where,
        rule: 'points flew apart',
        advice: `give a smaller learningRate than ${learningRate}`,
      });
    }
    const parameters = { perplexity, iterations, learningRate, earlyExaggeration, angle, initialDimensions, init };
    return { places, components: 2, parameters, divergence: descent.divergence() };
  },
};

/** The first two components, made small: the larger one's deviation is `startingSpread`. */
function startingPlaces(plane: Float64Array): Float64Array {
  let squares = 0;
  for (let i = 0; i < plane.length; i += 2) squares += plane[i] * plane[i];
  const deviation = Math.sqrt(squares / (plane.length / 2));
  return plane.map((value) => (value / deviation) * startingSpread);
}

function randomPlaces(count: number, seed: number): Float64Array {
  const random = new Random([seed, 2]);
  return Float64Array.from({ length: 2 * count }, () => random.normal(0, startingSpread));
}

/** Gradient descent with momentum and a gain for each number. */
class Descent {
  private readonly repulsion: Repulsion;
  private readonly forces: Float64Array;
  private updates: Float64Array;
  private gains: Float64Array;

  constructor(
    private readonly kept: Affinities,
    private readonly places: Float64Array,
    private readonly angle: number,
  ) {
    this.repulsion = new Repulsion(places.length / 2);
    this.forces = new Float64Array(places.length);
    this.updates = new Float64Array(places.length);
    this.gains = new Float64Array(places.length).fill(1);
  }

  /** Starts anew from where the points are. */
  forget(): void {
    this.updates.fill(0);
    this.gains.fill(1);
  }

  step(exaggeration: number, learningRate: number, share: number): void {
    const { places, forces, updates, gains, kept } = this;
    const { starts, others, values } = kept;
    const total = this.repulsion.compute(places, this.angle, forces);
    for (let i = 0; i + 1 < starts.length; i++) {
      const [x, y] = [places[2 * i], places[2 * i + 1]];
      let [pullX, pullY] = [0, 0];
      for (let at = starts[i]; at < starts[i + 1]; at++) {
        const dx = x - places[2 * others[at]];
        const dy = y - places[2 * others[at] + 1];
        const pull = values[at] / (1 + dx * dx + dy * dy);
        pullX += pull * dx;
        pullY += pull * dy;
      }
      // Written where the point's repulsion was: places move only when all forces are known.
      forces[2 * i] = 4 * (exaggeration * pullX - forces[2 * i] / total);
      forces[2 * i + 1] = 4 * (exaggeration * pullY - forces[2 * i + 1] / total);
    }
    for (let at = 0; at < places.length; at++) {
      const goesOn = updates[at] * forces[at] < 0;
      gains[at] = Math.max(gain.least, goesOn ? gains[at] + gain.up : gains[at] * gain.down);
      updates[at] = share * updates[at] - learningRate * gains[at] * forces[at];
      places[at] += updates[at];
    }
  }

  /** The Kullback–Leibler divergence of the pairs that are kept. */
  divergence(): number {
    const { places, forces, kept } = this;
    const { starts, others, values } = kept;
    const total = this.repulsion.compute(places, this.angle, forces);
    let sum = 0;
    for (let i = 0; i + 1 < starts.length; i++) {
      for (let at = starts[i]; at < starts[i + 1]; at++) {
        const other = others[at];
        const square = (places[2 * i] - places[2 * other]) ** 2 + (places[2 * i + 1] - places[2 * other + 1]) ** 2;
        if (values[at] > 0) sum += values[at] * Math.log(values[at] * (1 + square) * total);
      }
    }
    return sum;
  }
}
