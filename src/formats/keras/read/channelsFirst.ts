import { layers, type SymbolicTensor } from '../../../layers/index.js';
import { normalizeAxis } from '../../../tensor/index.js';
import { isJson, type Json } from '../json.js';
import type { KerasGraph, KerasLayer } from './kerasGraph.js';

/** Layers that do the same to each number wherever it stands, or join numbers that stand at the same place. */
const elementwise: ReadonlySet<string> = new Set([
  'ActivityRegularization',
  'Add',
  'AlphaDropout',
  'Average',
  'Dropout',
  'ELU',
  'GaussianDropout',
  'GaussianNoise',
  'Identity',
  'LeakyReLU',
  'Maximum',
  'Minimum',
  'Multiply',
  'ReLU',
  'Subtract',
]);

/** Layers that go over one axis, which is the last one here. */
const alongOneAxis: ReadonlySet<string> = new Set(['BatchNormalization', 'GroupNormalization', 'LayerNormalization']);

/** A layer as it is for values with another axis at the end. */
export interface MovedLayer {
  /** The axis that comes last, counted from 0 without the batch. */
  readonly axis: number;
  readonly config: Json;
  /** An activation that goes over the last axis of what the file's layer gives: applied when the axis is back. */
  readonly activation: 'softmax' | 'logSoftmax' | undefined;
}

/** What an activation is called, where it is named. */
function activationName({ activation }: Json): string {
  const named = isJson(activation)
    ? typeof activation.config === 'string'
      ? activation.config
      : activation.class_name
    : activation;
  return typeof named === 'string' ? named : 'linear';
}

/**
 * Values with an axis of theirs at the end: channels come last here, which files may have first. What was moved there and back
 * is the value that it was, so that of a whole network's permutations those at its ends remain.
 */
export class MovedAxes {
  private readonly moved = new Map<SymbolicTensor, { readonly axis: number; readonly value: SymbolicTensor }>();

  /** The value with this axis last. */
  last(value: SymbolicTensor, axis: number, name: () => string): SymbolicTensor {
    const { length } = value.shape;
    if (axis === length - 1) return value;
    const known = this.moved.get(value);
    if (known?.axis === axis) return known.value;
    const dims = orderOf(axis, length).map((place) => place + 1);
    const made = layers.permute({ dims, name: name() }).apply(value);
    this.moved.set(value, { axis, value: made });
    return made;
  }

  /** The value with its last axis back in its place. */
  back(value: SymbolicTensor, axis: number, name: () => string): SymbolicTensor {
    const { length } = value.shape;
    if (axis === length - 1) return value;
    const order = orderOf(axis, length);
    const dims = order.map((_, place) => order.indexOf(place) + 1);
    const made = layers.permute({ dims, name: name() }).apply(value);
    this.moved.set(made, { axis, value });
    return made;
  }

  /** The value with its channels last, where it was made of that. */
  channelsLast(value: SymbolicTensor): SymbolicTensor {
    const known = this.moved.get(value);
    return known?.axis === 0 ? known.value : value;
  }

  /** How a layer is applied to values with another axis at the end; undefined where it takes them as they are. */
  movedLayer({ className, config }: KerasLayer, inputs: readonly SymbolicTensor[]): MovedLayer | undefined {
    const kind = className.replace(/^.*>/, '');
    const rank = inputs[0].shape.length;
    const over = activationName(config);
    const overAxis = over === 'softmax' ? 'softmax' : over === 'log_softmax' ? 'logSoftmax' : undefined;
    if (config.data_format === 'channels_first' && rank > 1 && !kind.startsWith('LocallyConnected')) {
      const activation = kind === 'Flatten' ? undefined : overAxis;
      const plain = activation && { activation: 'linear' };
      return { axis: 0, config: { ...config, data_format: 'channels_last', ...plain }, activation };
    }
    if (alongOneAxis.has(kind)) {
      const [axis, ...more] = [config.axis ?? -1].flat();
      const normal = typeof axis === 'number' && more.length === 0 ? normalizeAxis(axis, rank + 1) : undefined;
      if (normal === undefined || normal === 0 || normal === rank) return undefined;
      return { axis: normal - 1, config: { ...config, axis: -1 }, activation: undefined };
    }
    const axes = new Set(inputs.map((value) => this.moved.get(value)?.axis));
    const [axis] = axes;
    if (axis === undefined || axes.size > 1 || inputs.some(({ shape }) => shape.length !== rank)) return undefined;
    if (kind === 'Concatenate') {
      const along = normalizeAxis(typeof config.axis === 'number' ? config.axis : -1, rank + 1);
      if (!along) return undefined;
      return { axis, config: { ...config, axis: orderOf(axis, rank).indexOf(along - 1) + 1 }, activation: undefined };
    }
    const isPlain = elementwise.has(kind)
      ? !Array.isArray(config.noise_shape)
      : kind === 'Activation' && !overAxis && typeof config.activation === 'string';
    return isPlain ? { axis, config, activation: undefined } : undefined;
  }
}

/** The axes with one of them at the end. */
function orderOf(axis: number, rank: number): readonly number[] {
  return [...Array.from({ length: rank }, (_, place) => place).filter((place) => place !== axis), axis];
}

/** Whether a model has layers that take pictures with their channels first. */
export function hasChannelsFirst({ layers: all }: KerasGraph): boolean {
  return all.some(({ nested, config }) =>
    nested ? hasChannelsFirst(nested) : config.data_format === 'channels_first',
  );
}
