import { activationNames } from '../../../layers/activations.js';
import {
  initializers,
  regularizers,
  type ActivationName,
  type CustomClasses,
  type Initializer,
  type Regularizer,
} from '../../../layers/index.js';
import { StriateError } from '../../../tensor/index.js';
import { isJson, type Json } from '../json.js';
import type { KerasLayer } from './kerasGraph.js';
import { originOf } from './origin.js';
import { camelCase } from '../spelling.js';

/** What reading a model's layers needs to know about its file. */
export interface ReadContext {
  /** What messages call it. */
  readonly file: string;
  /** 2 or 3: a few names changed their meaning. */
  readonly version: 2 | 3;
  /** Which program wrote it, where that is TensorFlow.js: a few layers compute something else there. */
  readonly program?: 'TensorFlow.js';
  /** Implementations of classes and functions that are not Keras's, by name. */
  readonly customLayers?: CustomClasses | undefined;
  /** Settings that were left out because they matter in Keras's own training alone. */
  readonly notes: string[];
}

/** An activation that Striate has, or Keras 2's hard sigmoid, which has another slope than Keras 3's and PyTorch's. */
export type KerasActivation = ActivationName | 'steepHardSigmoid';

/** Keras's other names of activations. */
const otherActivationNames: Readonly<Record<string, ActivationName>> = { hardSilu: 'hardSwish', softmaxV2: 'softmax' };

/** Striate's name of an activation, by Keras's; it need not be one that Striate has. */
function activationName(name: string): string {
  const own = camelCase(name).replace(/^[A-Z]/, (letter) => letter.toLowerCase());
  return otherActivationNames[own] ?? (own === 'reLU6' ? 'relu6' : own);
}

/** Whether Striate has an activation of Keras's by itself. */
export function isActivation(name: string): boolean {
  return (activationNames as readonly string[]).includes(activationName(name));
}

/** Activations that Keras has and that are neither ours nor composed of ours. */
const kerasActivations: readonly string[] = ['sparsemax', 'threshold'];

/** TensorFlow's own functions whose names say so: `tf.nn.softmax`. */
const tensorflowNames: ReadonlySet<string> = new Set(['softmax_v2']);

/** A Keras layer's configuration, read with checks: what is missing has Keras's default, what is odd is refused by name. */
export class LayerOptionsReader {
  /** The settings that were asked for. */
  readonly asked = new Set<string>();

  constructor(
    readonly layer: KerasLayer,
    readonly context: ReadContext,
  ) {}

  /** Another layer's options in the same file. */
  of(layer: KerasLayer): LayerOptionsReader {
    return new LayerOptionsReader(layer, this.context);
  }

  /** An error that names file, layer and class. */
  refuse(reason: string): StriateError {
    const { name, className } = this.layer;
    return new StriateError({ where: this.context.file, rule: `layer '${name}' (${className}): ${reason}` });
  }

  private damaged(key: string, rule: string, value: unknown): StriateError {
    return this.refuse(`${key} must be ${rule}; received ${JSON.stringify(value)}; use another copy of the file`);
  }

  /** The names of all settings. */
  keys(): readonly string[] {
    return Object.keys(this.layer.config);
  }

  /** A setting as it stands; numbers as Keras 2 wrote NumPy's are numbers. */
  value(key: string): unknown {
    this.asked.add(key);
    const value = this.layer.config[key];
    return isJson(value) && 'value' in value && ('type' in value || 'class_name' in value) ? value.value : value;
  }

  has(key: string): boolean {
    const value = this.value(key);
    return value !== undefined && value !== null;
  }

  number(key: string, fallback: number): number {
    const value = this.value(key) ?? fallback;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.damaged(key, 'a number', value);
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.value(key) ?? fallback;
    if (typeof value === 'boolean' || value === 0 || value === 1) return Boolean(value);
    throw this.damaged(key, 'true or false', value);
  }

  text<T extends string>(key: string, fallback: T, allowed: readonly T[]): T {
    const value = this.value(key) ?? fallback;
    if (allowed.includes(value as T)) return value as T;
    throw this.refuse(`${key} ${JSON.stringify(value)} is not supported; use one of ${allowed.join(', ')}`);
  }

  /** A list of numbers; a single one as a list of one. */
  numbers(key: string): readonly number[] | undefined {
    const value = this.value(key);
    if (value === undefined || value === null) return undefined;
    const list = ([value] as unknown[]).flat(8);
    if (list.every((n): n is number => typeof n === 'number' && Number.isFinite(n))) return list;
    throw this.damaged(key, 'a list of numbers', value);
  }

  /** [height, width], which may be given as one number. */
  pair(key: string, fallback: number | readonly [number, number]): readonly [number, number] {
    const [height, width = height, ...more] = this.numbers(key) ?? [fallback].flat();
    if (height !== undefined && more.length === 0) return [height, width];
    throw this.damaged(key, 'two numbers', this.value(key));
  }

  /** A number of steps, which may be given as a list of one. */
  steps(key: string): number {
    const [steps, ...more] = this.numbers(key) ?? [1];
    if (steps !== undefined && more.length === 0) return steps;
    throw this.damaged(key, 'one number', this.value(key));
  }

  padding(): 'valid' | 'same' {
    return this.text('padding', 'valid', ['valid', 'same']);
  }

  /** Throws where pictures have their channels first. */
  expectChannelsLast(): void {
    if ((this.value('data_format') ?? 'channels_last') === 'channels_last') return;
    throw this.refuse(
      'data_format channels_first: pictures are [height, width, channels] here; rebuild the model in Keras with ' +
        'channels_last (the weights stay the same) and save it again',
    );
  }

  /** Throws where weights are stored as small integers with scales beside them. */
  expectFloats(): void {
    const dtype = JSON.stringify(this.value('dtype') ?? null);
    if (!/quantized|int[48]|float8/i.test(dtype)) return;
    throw this.refuse(`its weights are quantized, dtype ${dtype}; save the model in Keras before it is quantized`);
  }

  /** Throws where an option is neither missing nor one of these. */
  expectOnly(key: string, allowed: readonly unknown[], reason: string): void {
    const value = this.value(key) ?? null;
    if (value === null || allowed.some((item) => JSON.stringify(item) === JSON.stringify(value))) return;
    throw this.refuse(`${key} ${JSON.stringify(value)}: ${reason}`);
  }

  activation(key = 'activation', fallback = 'linear'): KerasActivation {
    const value = this.value(key) ?? fallback;
    const foreign = originOf(value);
    const isLambda = isJson(value) && (value.class_name === '__lambda__' || Array.isArray(value.value));
    if (isLambda) throw this.refuse(`${key}: a lambda holds Python code, which is never run here; name it in Keras`);
    if (foreign !== undefined && !tensorflowNames.has(foreign)) {
      throw this.refuse(
        `${key}: '${foreign}' is not Keras's but a function of somebody's own (module ${String((value as Json).module)}); give its implementation as a layer: ` +
          `{ customLayers: { '${foreign}': YourActivation } }`,
      );
    }
    const named = isJson(value) ? (typeof value.config === 'string' ? value.config : value.class_name) : value;
    const own = activationName(String(named));
    if (own === 'hardSigmoid' && this.context.version === 2) return 'steepHardSigmoid';
    if ((activationNames as readonly string[]).includes(own)) return own as ActivationName;
    const known = kerasActivations.includes(String(named));
    throw this.refuse(
      known
        ? `Keras has the activation '${String(named)}', Striate has not yet; replace it in Keras and save the model again`
        : `the activation '${String(named)}' is known neither to Keras nor here; there are ${activationNames.join(', ')}; ` +
            'replace it in Keras and save the model again',
    );
  }

  /** The starting values, for training from scratch; unknown ones give way to Keras's defaults. */
  initializer(key: string): Initializer | undefined {
    const { name, config } = named(this.value(key));
    const make = Object.entries(initializers).find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
    const options = Object.entries(config).flatMap(([option, value]) =>
      value === null || isJson(value) ? [] : [[option, typeof value === 'string' ? camelCase(value) : value] as const],
    );
    try {
      return (make as ((options: object) => Initializer) | undefined)?.(Object.fromEntries(options));
    } catch {
      return undefined;
    }
  }

  regularizer(key: string): Regularizer | undefined {
    if (!this.has(key)) return undefined;
    const { name, config } = named(this.value(key));
    const strength = (kind: string): number => (typeof config[kind] === 'number' ? config[kind] : 0);
    const [l1, l2] = [strength('l1'), strength('l2')];
    const known: Readonly<Record<string, () => Regularizer | undefined>> = {
      l1: () => regularizers.l1({ l1: 'l1' in config ? l1 : 0.01 }),
      l2: () => regularizers.l2({ l2: 'l2' in config ? l2 : 0.01 }),
      l1l2: () =>
        l1 || l2
          ? l1 && l2
            ? regularizers.l1l2({ l1, l2 })
            : l1
              ? regularizers.l1({ l1 })
              : regularizers.l2({ l2 })
          : undefined,
    };
    const make = known[name.toLowerCase().replace('_', '')];
    if (make) return make();
    this.context.notes.push(`${this.layer.name}: ${key} ${name}`);
    return undefined;
  }

  /** Notes training settings that Striate does not have. */
  noteTrainingSettings(): void {
    for (const key of Object.keys(this.layer.config)) {
      if ((key.endsWith('_constraint') || key === 'activity_regularizer') && this.has(key)) {
        this.context.notes.push(`${this.layer.name}: ${key}`);
      }
    }
  }
}

/** A serialized object's class, or its name where it is given by name, in TypeScript's spelling. */
function named(value: unknown): { readonly name: string; readonly config: Json } {
  if (typeof value === 'string') return { name: camelCase(value), config: {} };
  if (!isJson(value)) return { name: '', config: {} };
  return {
    name: camelCase(typeof value.class_name === 'string' ? value.class_name : ''),
    config: isJson(value.config) ? value.config : {},
  };
}
