import { activationOption, type ActivationName } from './activation.js';
import type { Initializer } from './initializer.js';
import { resolveInitializer, type InitializerOption } from './initializers/index.js';
import type { LayerOptions } from './layer.js';
import { serialize } from './named.js';
import { resolveRegularizer, type Regularizer, type RegularizerOption } from './regularizers.js';

/** Options of layers that multiply by a kernel, add a bias and activate. */
export interface KernelOptions extends LayerOptions {
  /** Applied last; none by default. */
  readonly activation?: ActivationName;
  /** Whether a bias is added; true by default. */
  readonly useBias?: boolean;
  /** `'glorotUniform'` by default. */
  readonly kernelInitializer?: InitializerOption;
  /** `'zeros'` by default. */
  readonly biasInitializer?: InitializerOption;
  readonly kernelRegularizer?: RegularizerOption;
  readonly biasRegularizer?: RegularizerOption;
}

/** The same options, resolved and checked. */
export interface KernelSettings {
  readonly activation: ActivationName;
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly kernelRegularizer: Regularizer | undefined;
  readonly biasRegularizer: Regularizer | undefined;
}

/** Resolves names and defaults; throws a StriateError on an unknown name. */
export function kernelSettings(label: string, options: KernelOptions): KernelSettings {
  return {
    activation: activationOption(label, options.activation),
    useBias: options.useBias ?? true,
    kernelInitializer: resolveInitializer(options.kernelInitializer ?? 'glorotUniform', label),
    biasInitializer: resolveInitializer(options.biasInitializer ?? 'zeros', label),
    kernelRegularizer: resolveRegularizer(options.kernelRegularizer, label),
    biasRegularizer: resolveRegularizer(options.biasRegularizer, label),
  };
}

/** The settings as they are saved. */
export function kernelConfig(settings: KernelSettings): Record<string, unknown> {
  return {
    activation: settings.activation,
    useBias: settings.useBias,
    kernelInitializer: serialize(settings.kernelInitializer),
    biasInitializer: serialize(settings.biasInitializer),
    ...(settings.kernelRegularizer && { kernelRegularizer: serialize(settings.kernelRegularizer) }),
    ...(settings.biasRegularizer && { biasRegularizer: serialize(settings.biasRegularizer) }),
  };
}
