import type { OptionKinds } from '../tensor/acceptedOptions.js';
import { expectWhole } from '../tensor/check.js';
import { activationOption, type ActivationName } from './activations.js';
import type { InitializerOption } from './initializers/index.js';
import { layerOptionKinds, type LayerOptions } from './layer.js';
import type { RegularizerOption } from './regularizers.js';
import { weightSettings, type WeightSettings } from './weightOptions.js';

/** Options of convolutions of every channel by itself that one across channels follows. */
export interface SeparableOptions extends LayerOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** Channels between the two, per input channel; 1 by default. */
  readonly depthMultiplier?: number;
  /** Applied last; none by default. */
  readonly activation?: ActivationName;
  /** Whether a bias is added at the end; true by default. */
  readonly useBias?: boolean;
  /** `'glorotUniform'` by default. */
  readonly depthwiseInitializer?: InitializerOption;
  /** `'glorotUniform'` by default. */
  readonly pointwiseInitializer?: InitializerOption;
  /** `'zeros'` by default. */
  readonly biasInitializer?: InitializerOption;
  readonly depthwiseRegularizer?: RegularizerOption;
  readonly pointwiseRegularizer?: RegularizerOption;
  readonly biasRegularizer?: RegularizerOption;
}

/** The kinds of these options. */
export const separableOptionKinds = {
  ...layerOptionKinds,
  filters: 'number',
  depthMultiplier: 'number',
  activation: 'string',
  useBias: 'boolean',
  depthwiseInitializer: 'string or object',
  pointwiseInitializer: 'string or object',
  biasInitializer: 'string or object',
  depthwiseRegularizer: 'string or object',
  pointwiseRegularizer: 'string or object',
  biasRegularizer: 'string or object',
} as const satisfies OptionKinds<SeparableOptions>;

/** The same options, resolved and checked. */
export interface SeparableSettings {
  readonly filters: number;
  readonly depthMultiplier: number;
  readonly activation: ActivationName;
  readonly useBias: boolean;
  readonly weights: Readonly<Record<'depthwise' | 'pointwise' | 'bias', WeightSettings>>;
}

/** Resolves names and defaults; throws a StriateError on an unknown name. */
export function separableSettings(label: string, options: SeparableOptions): SeparableSettings {
  return {
    filters: expectWhole(label, 'filters', options.filters),
    depthMultiplier: expectWhole(label, 'depthMultiplier', options.depthMultiplier ?? 1),
    activation: activationOption(label, options.activation),
    useBias: options.useBias ?? true,
    weights: weightSettings(label, options, { depthwise: 'glorotUniform', pointwise: 'glorotUniform', bias: 'zeros' }),
  };
}
