import type { AnyAcceptedOptions } from '../../../tensor/acceptedOptions.js';
import {
  layerClasses,
  traitsOf,
  type ActivationName,
  type Layer,
  type LayerClassName,
  type LayerOf,
  type LayersWith,
  type LayerTraits,
  type NoRule,
  type Serialized,
  type SymbolicTensor,
  type WeightedClassName,
  type WeightNameOf,
} from '../../../layers/index.js';
import type { Shape } from '../../../tensor/index.js';
import type { KerasEmitter, WrittenValue, WrittenWeight } from '../write/kerasEmitter.js';
import type { LayerOptionsReader } from '../read/layerOptions.js';
import { withActivation } from '../read/readActivation.js';
import type { ReadLayer, ReadRule, WeightNames } from '../read/readRule.js';
import { camelCase, pythonCase } from '../spelling.js';
import { splitActivation } from '../write/writeActivations.js';

/** A layer made of its Keras configuration by the general rule; options that the row read by itself replace the general ones. */
export type ReadGenerally = (options?: Readonly<Record<string, unknown>>) => readonly Layer[];

/** What a row writes in place of a layer's own options, inputs and shape; undefined leaves a setting out. */
export interface WriteChanges {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly inputs?: readonly WrittenValue[];
  readonly shape?: Shape;
  readonly nonNegative?: boolean;
}

/** A layer written by the general rule, with a row's changes. */
export type WriteGenerally = (changes?: WriteChanges) => WrittenValue;

/** Reads a layer; `name` is the model's own for it. */
export type ReadRow = (
  options: LayerOptionsReader,
  name: string,
  inputs: readonly SymbolicTensor[],
  generally: ReadGenerally,
) => ReadLayer;

/** Writes an application of a layer and gives its output, which has this shape; with the layer's own weights. */
export type WriteRow<T extends Layer> = (
  layer: T,
  emit: KerasEmitter,
  inputs: readonly WrittenValue[],
  shape: Shape,
  generally: WriteGenerally,
  weights: readonly WrittenWeight[],
) => WrittenValue;

/**
 * A class of layers in Keras's files. In general its options are Keras's, name for name in Python's spelling, in both
 * directions; a row says what differs.
 */
export interface KerasRow<T extends Layer = Layer, Weight extends string = string> {
  /** Keras's names of options, where they are not ours in Python's spelling. */
  readonly optionNames?: Readonly<Record<string, string>>;
  /** Keras's names of weights, likewise. */
  readonly weightNames?: Readonly<Partial<Record<Weight, string>>>;
  /** Settings of Keras's that are written so always, and are none of our options. */
  readonly fixed?: Readonly<Record<string, unknown>>;
  /** Keras's weights of a layer, where its options decide which it has in another way than in general. */
  readonly weights?: (options: LayerOptionsReader) => readonly WeightNames[];
  /** Keras's weights behind these that say nothing of what the layer computes, as a count of examples. */
  readonly unread?: readonly string[];
  /** How many numbers sizes and strides have: 1 of a signal's; 2, of a picture's, where it is left out. */
  readonly axes?: 1;
  /** Reads what the general rule does not, or refuses it; or Keras has no such class. */
  readonly read?: ReadRow | NoRule;
  /** Writes what the general rule does not; or Keras has nothing that computes the same. */
  readonly write?: WriteRow<T> | NoRule;
}

/** The row of a class. */
export type RowOf<Name extends LayerClassName> = KerasRow<
  LayerOf<Name>,
  Name extends WeightedClassName ? WeightNameOf<Name> : never
>;

/** A row, or the reason why there is none, for every class whose traits do not say that it is Keras's. */
export type KerasRows = {
  readonly [Name in Exclude<LayerClassName, LayersWith<{ readonly sameAsKeras: true }>>]: RowOf<Name> | NoRule;
};

/** Options of a layer in itself, which Keras keeps elsewhere. */
const ownOptions = ['name', 'trainable', 'inputShape', 'learningRateFactor', 'otherNames', 'unbiasedVariance'];

/** Options of as many numbers as a row has axes, which older files give as one. */
const sizes = ['kernel_size', 'strides', 'dilation_rate', 'pool_size', 'output_padding', 'size'];

/** Settings that change no number: how Keras stores, trains and spreads a layer, and what it was built for. */
const technical = [
  'batch_input_shape',
  'batch_shape',
  'bounding_box_format',
  'build_config',
  'dtype',
  'dynamic',
  'input_dtype',
  'ragged',
  'sparse',
  'fused',
  'lora_alpha',
  'lora_rank',
  'quantization_config',
  'renorm_clipping',
  'renorm_momentum',
  'synchronized',
];

/** Weights that a layer has only where an option of Keras's says so. */
const switches: Readonly<Record<string, string>> = { bias: 'use_bias', gamma: 'scale', beta: 'center' };

/** Keras's name of one of a class's weights. */
export function kerasWeightName(row: KerasRow, weight: string): string {
  return row.weightNames?.[weight] ?? pythonCase(weight);
}

/** How a class is read, by its row. */
export function readRuleOf(className: LayerClassName, row: KerasRow): ReadRule {
  const { read } = row;
  const { weightNames = [] }: LayerTraits = layerClasses[className].traits;
  return {
    weights: (options) =>
      row.weights?.(options) ??
      weightNames
        .filter((weight) => !(weight in switches) || options.flag(switches[weight], true))
        .map((own): WeightNames => ({ keras: kerasWeightName(row, own), own, learned: !own.startsWith('moving') })),
    read(options, name, inputs) {
      const generally: ReadGenerally = (given = {}) => {
        const checked = new Set([...options.asked, ...Object.keys(row.fixed ?? {})]);
        const read = optionsOf(options, row);
        // What the layer does not take is noted below, or has been checked.
        const { kinds } = layerClasses[className].acceptedOptions as AnyAcceptedOptions;
        const settings = Object.entries({ ...read, ...given, name }).filter(([option]) => Object.hasOwn(kinds, option));
        const make = (activation?: ActivationName): Layer =>
          new (layerClasses[className] as new (options: never) => Layer)({
            ...Object.fromEntries(settings),
            ...(activation && { activation }),
          } as never);
        const made = options.has('activation') ? withActivation(options.activation(), name, make) : [make()];
        noteIgnored(options, checked, Object.keys(read), made[0]);
        return made;
      };
      if (row.fixed && 'data_format' in row.fixed) options.expectChannelsLast();
      return typeof read === 'function' ? read(options, name, inputs, generally) : generally();
    },
  };
}

/** Keras's settings of a layer under our names; what matters in Keras's training alone is noted. */
function optionsOf(
  options: LayerOptionsReader,
  { optionNames = {}, axes }: KerasRow,
): Readonly<Record<string, unknown>> {
  options.noteTrainingSettings();
  options.expectFloats();
  const ours = Object.fromEntries(Object.entries(optionNames).map(([own, keras]) => [keras, own]));
  const settings: Record<string, unknown> = {};
  for (const key of options.keys()) {
    const option = ours[key] ?? camelCase(key);
    if (ownOptions.includes(option) || technical.includes(key) || key.endsWith('_constraint')) continue;
    if (key === 'activation' || key === 'activity_regularizer') continue;
    if (!options.has(key)) continue;
    const value = key.endsWith('_initializer')
      ? options.initializer(key)
      : key.endsWith('_regularizer')
        ? options.regularizer(key)
        : sizes.includes(key)
          ? axes === 1
            ? options.steps(key)
            : options.pair(key, 1)
          : options.value(key);
    if (value !== undefined) settings[option] = value;
  }
  return settings;
}

/** Notes the settings that neither the row has checked nor the layer knows; a group more than one is refused. */
function noteIgnored(
  options: LayerOptionsReader,
  checked: ReadonlySet<string>,
  settings: readonly string[],
  layer: Layer,
): void {
  const known = layer.config?.() ?? {};
  for (const option of settings) {
    const key = pythonCase(option);
    if (option in known || checked.has(key) || key.endsWith('_initializer')) continue;
    if (key === 'groups') options.expectOnly(key, [1], 'groups are not supported in this layer');
    else options.context.notes.push(`${options.layer.name}: ${key}`);
  }
}

/** What Keras starts a weight from whose initializer is user-defined. */
function usualInitializer(weight: string): string {
  if (/^(gamma|movingVariance)$/.test(weight)) return 'Ones';
  return /kernel|wise/i.test(weight) ? 'GlorotUniform' : 'Zeros';
}

/** Writes an application of a layer, by its class's row. */
export function writeLayer(
  row: KerasRow,
  layer: Layer,
  emit: KerasEmitter,
  inputs: readonly WrittenValue[],
  shape: Shape,
  weightsOf: (layer: Layer) => readonly WrittenWeight[],
): WrittenValue {
  const generally: WriteGenerally = (changes = {}) => {
    const { activation, ...settings } = layer.config?.() ?? {};
    const split = activation === undefined ? undefined : splitActivation(emit, layer, activation as ActivationName);
    const own = Object.entries(settings).flatMap(([option, value]): [string, unknown][] => {
      if (ownOptions.includes(option)) return [];
      const key = row.optionNames?.[option] ?? pythonCase(option);
      const [, weight, kind] = /^(\w+)(Initializer|Regularizer)$/.exec(option) ?? [];
      if (kind === undefined) return [[key, value]];
      const { className, config } = value as Serialized;
      const object = { className, config: () => config };
      return [
        [key, kind === 'Initializer' ? emit.initializer(object, usualInitializer(weight)) : emit.regularizer(object)],
      ];
    });
    const traits = traitsOf(layer);
    const ownWeights = weightsOf(layer);
    const weights = (traits.weightNames ?? []).flatMap((name) => {
      const weight = ownWeights.find(({ kind }) => kind === name);
      return weight ? [{ ...weight, kind: kerasWeightName(row, name) }] : [];
    });
    const written = changes.inputs ?? inputs;
    const value = emit.add(layer.className, layer.name, written, {
      config: {
        ...Object.fromEntries(own),
        ...(split && { activation: split.inside }),
        ...row.fixed,
        ...changes.config,
        trainable: layer.trainable,
      },
      shape: changes.shape ?? shape,
      weights,
      nonNegative: changes.nonNegative ?? (!!traits.keepsNonNegative && written.every((x) => x.nonNegative)),
    });
    return split ? split.after(value) : value;
  };
  return typeof row.write === 'function'
    ? row.write(layer, emit, inputs, shape, generally, weightsOf(layer))
    : generally();
}
