import type { Node, Variable } from '../graph/index.js';
import { biasAdd } from '../ops/operators.js';
import type { Shape } from '../tensor/index.js';
import type { OptionKinds } from '../tensor/acceptedOptions.js';
import { activate, activationOption, type ActivationName } from './activations.js';
import type { Initializer } from './initializers/initializer.js';
import { resolveInitializer, type InitializerOption } from './initializers/index.js';
import { layerOptionKinds, type LayerOptions } from './layer.js';
import { serialize } from './named.js';
import { resolveRegularizer, type Regularizer, type RegularizerOption } from './regularizers.js';

/** The options that each of a layer's weights has: `kernelInitializer`, `kernelRegularizer`. */
export type WeightOptions<Name extends string> = {
  readonly [Weight in Name as `${Weight}Initializer`]?: InitializerOption;
} & { readonly [Weight in Name as `${Weight}Regularizer`]?: RegularizerOption };

/** What a weight starts from, and the penalty that training adds for it. */
export interface WeightSettings {
  readonly initializer: Initializer;
  readonly regularizer: Regularizer | undefined;
}

/** Resolves the options of weights, given with their default initializers; throws a StriateError on an unknown name. */
export function weightSettings<Name extends string>(
  label: string,
  options: WeightOptions<NoInfer<Name>>,
  defaults: Readonly<Record<Name, InitializerOption>>,
): Readonly<Record<Name, WeightSettings>> {
  const given = options as Readonly<Record<string, unknown>>;
  const resolved = Object.entries<InitializerOption>(defaults).map(([name, initializer]) => [
    name,
    {
      initializer: resolveInitializer((given[`${name}Initializer`] ?? initializer) as InitializerOption, label),
      regularizer: resolveRegularizer(given[`${name}Regularizer`] as RegularizerOption | undefined, label),
    },
  ]);
  return Object.fromEntries(resolved) as Record<Name, WeightSettings>;
}

/** The same options as they are saved. */
export function weightConfig(settings: Readonly<Record<string, WeightSettings>>): Record<string, unknown> {
  const weights = Object.entries(settings);
  const penalized = weights.filter(([, { regularizer }]) => regularizer);
  return Object.fromEntries([
    ...weights.map(([name, { initializer }]) => [`${name}Initializer`, serialize(initializer)]),
    ...penalized.map(([name, { regularizer }]) => [`${name}Regularizer`, serialize(regularizer)]),
  ]) as Record<string, unknown>;
}

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

/** The kinds of these options. */
export const kernelOptionKinds = {
  ...layerOptionKinds,
  activation: 'string',
  useBias: 'boolean',
  kernelInitializer: 'string or object',
  biasInitializer: 'string or object',
  kernelRegularizer: 'string or object',
  biasRegularizer: 'string or object',
} as const satisfies OptionKinds<KernelOptions>;

/** The same options, resolved and checked. */
export interface KernelSettings {
  readonly activation: ActivationName;
  readonly useBias: boolean;
  readonly kernel: WeightSettings;
  readonly bias: WeightSettings;
}

/** Resolves names and defaults; throws a StriateError on an unknown name. */
export function kernelSettings(label: string, options: KernelOptions): KernelSettings {
  return {
    activation: activationOption(label, options.activation),
    useBias: options.useBias ?? true,
    ...weightSettings(label, options, { kernel: 'glorotUniform', bias: 'zeros' }),
  };
}

/** A layer's `addWeight`. */
type AddWeight = (name: string, shape: Shape, initializer: Initializer, settings: WeightSettings) => Variable;

/** What a layer that multiplies by a kernel learns. */
export interface KernelWeights {
  readonly kernel: Variable;
  readonly bias: Variable | undefined;
}

/** Adds a kernel and, where the settings have one, a bias to a layer. */
export function addKernel(
  add: AddWeight,
  { useBias, kernel, bias }: KernelSettings,
  shapes: { readonly kernel: Shape; readonly bias: Shape },
): KernelWeights {
  return {
    kernel: add('kernel', shapes.kernel, kernel.initializer, kernel),
    bias: useBias ? add('bias', shapes.bias, bias.initializer, bias) : undefined,
  };
}

/** A product with the bias, where there is one, and activated. */
export function biasedAndActivated(y: Node, bias: Variable | undefined, activation: ActivationName): Node {
  return activate(activation, bias ? biasAdd(y, bias) : y);
}

/** The settings as they are saved. */
export function kernelConfig({ activation, useBias, ...weights }: KernelSettings): Record<string, unknown> {
  return { activation, useBias, ...weightConfig(weights) };
}
