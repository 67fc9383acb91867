import { optionsFactory, type OptionsFactory } from '../../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf } from '../../tensor/check.js';
import { sizeOf, type Random, type Shape } from '../../tensor/index.js';
import type { Initializer } from './initializer.js';
import { seedConfig, streamOf, truncated, type SeedOption } from './randomInitializers.js';

/** The standard deviation of the normal distribution cut off at ±2. */
const truncatedDeviation = 0.87962566103423978;

/** How many inputs a weight's output adds up, and how many outputs an input goes to. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * The fans of a weight, as Keras counts them: [in, out] of a dense kernel, and [kh, kw, C, filters] of a convolution's with
 * the window's size counted in both.
 */
export function fansOf(shape: Shape): Fans {
  if (shape.length === 0) return { fanIn: 1, fanOut: 1 };
  if (shape.length === 1) return { fanIn: shape[0], fanOut: shape[0] };
  const window = sizeOf(shape.slice(0, -2));
  return { fanIn: window * shape[shape.length - 2], fanOut: window * shape[shape.length - 1] };
}

const modes = {
  fanIn: ({ fanIn }: Fans) => fanIn,
  fanOut: ({ fanOut }: Fans) => fanOut,
  fanAvg: ({ fanIn, fanOut }: Fans) => (fanIn + fanOut) / 2,
} as const;

const draws = {
  truncatedNormal: (random: Random, variance: number) => truncated(random, 0, Math.sqrt(variance) / truncatedDeviation),
  untruncatedNormal: (random: Random, variance: number) => random.normal(0, Math.sqrt(variance)),
  uniform: (random: Random, variance: number) => random.uniform(-Math.sqrt(3 * variance), Math.sqrt(3 * variance)),
} as const;

/** Options of `varianceScaling`. */
export interface VarianceScalingOptions extends SeedOption {
  /** The variance is this divided by the fan; 1 by default. */
  readonly scale?: number;
  /** `'fanIn'` by default. */
  readonly mode?: keyof typeof modes;
  /** `'truncatedNormal'` by default. */
  readonly distribution?: keyof typeof draws;
}

type Scaling = Required<Omit<VarianceScalingOptions, 'seed'>>;

function scaled(
  className: string,
  { scale, mode, distribution }: Scaling,
  seed: number | undefined,
  config: () => Record<string, unknown>,
): Initializer {
  return {
    className,
    config,
    fill(values, shape, random) {
      const variance = scale / Math.max(1, modes[mode](fansOf(shape)));
      const stream = streamOf(seed, random);
      const draw = draws[distribution];
      for (let i = 0; i < values.length; i++) values[i] = draw(stream, variance);
    },
  };
}

/**
 * Random weights whose variance is scale / fan, so that signals keep their size from layer to layer (Keras's
 * VarianceScaling).
 *
 * @throws StriateError when the scale is not positive or a mode or distribution is unknown.
 */
export const varianceScaling = optionsFactory(
  {
    where: 'initializer varianceScaling',
    first: ['scale', 'mode', 'distribution'],
    kinds: { scale: 'number', mode: 'string', distribution: 'string', seed: 'number' },
  },
  (options: VarianceScalingOptions): Initializer => {
    const { scale = 1, mode = 'fanIn', distribution = 'truncatedNormal', seed } = options;
    const where = 'initializer varianceScaling';
    expectNumber(where, 'scale', scale, { above: 0 });
    expectOneOf(where, 'mode', mode, Object.keys(modes));
    expectOneOf(where, 'distribution', distribution, Object.keys(draws));
    const settings = { scale, mode, distribution };
    return scaled('VarianceScaling', settings, seed, () => ({ ...settings, ...seedConfig(seed) }));
  },
);

/** A named case of variance scaling. */
function named(
  className: string,
  scale: number,
  mode: Scaling['mode'],
  distribution: Scaling['distribution'],
): OptionsFactory<SeedOption, readonly ['seed'], Initializer> {
  return optionsFactory(
    { where: `initializer ${className}`, first: ['seed'], kinds: { seed: 'number' } },
    ({ seed }: SeedOption) => scaled(className, { scale, mode, distribution }, seed, () => ({ ...seedConfig(seed) })),
  );
}

/** Uniform in ±√(6 / (fanIn + fanOut)) (Glorot & Bengio 2010): Keras's default for kernels. */
export const glorotUniform = named('GlorotUniform', 1, 'fanAvg', 'uniform');
/** Truncated normal with variance 2 / (fanIn + fanOut) (Glorot & Bengio 2010). */
export const glorotNormal = named('GlorotNormal', 1, 'fanAvg', 'truncatedNormal');
/** Uniform in ±√(6 / fanIn) (He et al. 2015): for layers followed by ReLU. */
export const heUniform = named('HeUniform', 2, 'fanIn', 'uniform');
/** Truncated normal with variance 2 / fanIn (He et al. 2015): for layers followed by ReLU. */
export const heNormal = named('HeNormal', 2, 'fanIn', 'truncatedNormal');
/** Uniform in ±√(3 / fanIn) (LeCun et al. 1998). */
export const lecunUniform = named('LecunUniform', 1, 'fanIn', 'uniform');
/** Truncated normal with variance 1 / fanIn (LeCun et al. 1998). */
export const lecunNormal = named('LecunNormal', 1, 'fanIn', 'truncatedNormal');
