import type { Padding, Pair } from '../ops/window.js';
import type { OptionKinds } from '../tensor/acceptedOptions.js';
import { shown } from '../tensor/check.js';
import { StriateError, type Shape } from '../tensor/index.js';
import { layerOptionKinds, type Layer, type LayerOptions } from './layer.js';
import { paddingOption, pairOption, type PaddingOption, type PairOption } from './options.js';
import { pictureShape, windowShape } from './shapes.js';

/** Options of pooling with a sliding window. */
export interface Pooling2DOptions extends LayerOptions {
  /** 2 by default. */
  readonly poolSize?: PairOption;
  /** `poolSize` by default. */
  readonly strides?: PairOption;
  /** `'valid'` by default. */
  readonly padding?: PaddingOption;
  /** Whether windows that hang over the lower and right edges count, clipped; false by default, as in Keras. */
  readonly ceilMode?: boolean;
}

/** The kinds of these options. */
export const poolingOptionKinds = {
  ...layerOptionKinds,
  poolSize: 'number or list',
  strides: 'number or list',
  padding: 'number or string or list',
  ceilMode: 'boolean',
} as const satisfies OptionKinds<Pooling2DOptions>;

/** The same options, resolved and checked. */
export interface PoolingSettings {
  readonly poolSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly ceilMode: boolean;
}

/** Resolves defaults and checks ranges; throws a StriateError. */
export function poolingSettings(label: string, options: Pooling2DOptions): PoolingSettings {
  const poolSize = pairOption(label, 'poolSize', options.poolSize ?? 2);
  const padding = paddingOption(label, options.padding ?? 'valid');
  if (typeof padding !== 'string' && padding.some((margin, side) => margin >= poolSize[side < 2 ? 0 : 1])) {
    throw new StriateError({
      where: label,
      rule: `padding must be smaller than poolSize ${shown(poolSize)}, or windows would be all padding`,
      received: shown(padding),
    });
  }
  return {
    poolSize,
    strides: pairOption(label, 'strides', options.strides ?? poolSize),
    padding,
    ceilMode: options.ceilMode ?? false,
  };
}

/** [outH, outW, C] that pooling gives. */
export function pooledShape(layer: Layer, settings: PoolingSettings, inputShapes: readonly Shape[]): Shape {
  const input = pictureShape(layer, inputShapes);
  return [...windowShape(layer, input, { ...settings, kernel: settings.poolSize, pooling: true }), input[2]];
}
