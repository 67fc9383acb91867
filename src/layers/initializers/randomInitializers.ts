import { optionsFactory } from '../../tensor/acceptedOptions.js';
import { expectNumber, expectNumbers } from '../../tensor/check.js';
import { Random } from '../../tensor/index.js';
import type { Initializer } from './initializer.js';

/** A stream of an initializer's own. */
export interface SeedOption {
  /** Draws from this seed's stream, whatever the model's seed and the weight's name. */
  readonly seed?: number;
}

/** Mean and standard deviation of normally distributed weights. */
export interface NormalOptions extends SeedOption {
  /** 0 by default. */
  readonly mean?: number;
  /** 0.05 by default. */
  readonly stddev?: number;
}

/** The ends of uniformly distributed weights. */
export interface UniformOptions extends SeedOption {
  /** −0.05 by default. */
  readonly minval?: number;
  /** 0.05 by default. */
  readonly maxval?: number;
}

/** A seed for a configuration; left out where there is none. */
export function seedConfig(seed: number | undefined): SeedOption {
  return seed === undefined ? {} : { seed };
}

/** The initializer's own stream where it has a seed, else the model's. */
export function streamOf(seed: number | undefined, random: Random): Random {
  return seed === undefined ? random : new Random(seed);
}

/** Draws from the normal distribution, and again where a draw is more than two deviations from the mean. */
export function truncated(random: Random, mean: number, stddev: number): number {
  let z = random.normal();
  while (Math.abs(z) > 2) z = random.normal();
  return mean + stddev * z;
}

/** Normally distributed (Keras's RandomNormal). */
export const randomNormal = optionsFactory(
  {
    where: 'initializer randomNormal',
    first: ['mean', 'stddev'],
    kinds: { mean: 'number', stddev: 'number', seed: 'number' },
  },
  ({ mean = 0, stddev = 0.05, seed }: NormalOptions): Initializer => {
    expectNumber('initializer randomNormal', 'mean', mean);
    expectNumber('initializer randomNormal', 'stddev', stddev, { least: 0 });
    return {
      className: 'RandomNormal',
      config: () => ({ mean, stddev, ...seedConfig(seed) }),
      fill(values, _shape, random) {
        const stream = streamOf(seed, random);
        for (let i = 0; i < values.length; i++) values[i] = stream.normal(mean, stddev);
      },
    };
  },
);

/** Uniformly distributed (Keras's RandomUniform). */
export const randomUniform = optionsFactory(
  {
    where: 'initializer randomUniform',
    first: ['minval', 'maxval'],
    kinds: { minval: 'number', maxval: 'number', seed: 'number' },
  },
  ({ minval = -0.05, maxval = 0.05, seed }: UniformOptions): Initializer => {
    expectNumbers('initializer randomUniform', { minval, maxval });
    return {
      className: 'RandomUniform',
      config: () => ({ minval, maxval, ...seedConfig(seed) }),
      fill(values, _shape, random) {
        const stream = streamOf(seed, random);
        for (let i = 0; i < values.length; i++) values[i] = stream.uniform(minval, maxval);
      },
    };
  },
);

/** Normally distributed, redrawn beyond two deviations (Keras's TruncatedNormal); `stddev` is that before the cut. */
export const truncatedNormal = optionsFactory(
  {
    where: 'initializer truncatedNormal',
    first: ['mean', 'stddev'],
    kinds: { mean: 'number', stddev: 'number', seed: 'number' },
  },
  ({ mean = 0, stddev = 0.05, seed }: NormalOptions): Initializer => {
    expectNumber('initializer truncatedNormal', 'mean', mean);
    expectNumber('initializer truncatedNormal', 'stddev', stddev, { least: 0 });
    return {
      className: 'TruncatedNormal',
      config: () => ({ mean, stddev, ...seedConfig(seed) }),
      fill(values, _shape, random) {
        const stream = streamOf(seed, random);
        for (let i = 0; i < values.length; i++) values[i] = truncated(stream, mean, stddev);
      },
    };
  },
);
