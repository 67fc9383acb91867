import { constant, type Initializer, ones, zeros } from './initializer.js';
import { withForeignNames } from '../../tensor/index.js';
import { resolveNamed, type Serialized } from '../named.js';
import { orthogonal } from './orthogonal.js';
import { randomNormal, randomUniform, truncatedNormal } from './randomInitializers.js';
import {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  varianceScaling,
} from './varianceScaling.js';

export type { Initializer } from './initializer.js';
export type { OrthogonalOptions } from './orthogonal.js';
export type { NormalOptions, SeedOption, UniformOptions } from './randomInitializers.js';
export { fansOf, type Fans, type VarianceScalingOptions } from './varianceScaling.js';

/**
 * The starting values of weights, by the name that layers know them by; formulas and defaults are Keras's.
 *
 * @namespace
 * @example
 * layers.dense({ units: 10, kernelInitializer: initializers.randomNormal({ stddev: 0.01 }) });
 */
export const initializers = withForeignNames(
  'initializers',
  {
    zeros,
    ones,
    constant,
    randomNormal,
    randomUniform,
    truncatedNormal,
    varianceScaling,
    glorotUniform,
    glorotNormal,
    heUniform,
    heNormal,
    lecunUniform,
    lecunNormal,
    orthogonal,
  } as const,
  {
    'xavierUniform xavier_uniform xavier_uniform_ xavier': 'write initializers.glorotUniform',
    'xavierNormal xavier_normal xavier_normal_': 'write initializers.glorotNormal',
    'kaimingUniform kaiming_uniform kaiming_uniform_': 'write initializers.heUniform',
    'kaimingNormal kaiming_normal kaiming_normal_': 'write initializers.heNormal',
    'leCunUniform leCunNormal': 'write initializers.lecunUniform or initializers.lecunNormal',
    'identity Identity': 'write an object with fill(values, shape, random)',
  },
);

/** An initializer by name (`'heNormal'`), itself, or as saved. */
export type InitializerOption = keyof typeof initializers | Initializer | Serialized;

/** The initializer that an option names; throws a StriateError that lists the known ones. */
export function resolveInitializer(option: InitializerOption, label: string): Initializer {
  return resolveNamed(
    'initializer',
    initializers,
    option,
    (value): value is Initializer => 'fill' in value && typeof value.fill === 'function',
    label,
  );
}
