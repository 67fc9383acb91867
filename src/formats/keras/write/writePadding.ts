import type { Layer } from '../../../layers/index.js';
import type { Margins, Padding, Pair } from '../../../ops/window.js';
import type { KerasEmitter, WrittenValue } from './kerasEmitter.js';

/** A window's way over its input. */
export interface WindowSettings {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilation?: Pair;
  readonly padding: Padding;
}

/** The margins that 'same' has for an input of this size. */
function sameMargins(
  [height, width]: readonly number[],
  { kernel, strides, dilation = [1, 1] }: WindowSettings,
): Margins {
  const [vertical, horizontal] = [height, width].map((size, axis) => {
    const reach = (kernel[axis] - 1) * dilation[axis] + 1;
    const total = Math.max(0, (Math.ceil(size / strides[axis]) - 1) * strides[axis] + reach - size);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
  return [vertical[0], vertical[1], horizontal[0], horizontal[1]];
}

/** Margins as one of Keras's two words; undefined where there is none for them. */
export function paddingWord(shape: readonly number[], settings: WindowSettings): 'valid' | 'same' | undefined {
  const { padding } = settings;
  if (typeof padding === 'string') return padding;
  if (padding.every((margin) => margin === 0)) return 'valid';
  return sameMargins(shape, settings).every((margin, side) => margin === padding[side]) ? 'same' : undefined;
}

/** Zeros around a value, by a layer of their own. */
export function zeroPadded(emit: KerasEmitter, layer: Layer, x: WrittenValue, margins: Margins): WrittenValue {
  const [top, bottom, left, right] = margins;
  const [height, width, channels] = x.shape;
  return emit.add('ZeroPadding2D', `${layer.name}_pad`, [x], {
    config: {
      padding: [
        [top, bottom],
        [left, right],
      ],
      data_format: 'channels_last',
    },
    shape: [top + height + bottom, left + width + right, channels],
    nonNegative: x.nonNegative,
  });
}

/**
 * A picture's outermost rows and columns repeated around it. A window that reaches over an edge sees those already, so that a
 * maximum stays what it is.
 */
export function edgesRepeated(emit: KerasEmitter, layer: Layer, x: WrittenValue, margins: Margins): WrittenValue {
  const { nonNegative } = x;
  return ([0, 1] as const).reduce((value, axis) => {
    const edge = (side: 'before' | 'after', rows: number): WrittenValue[] => {
      if (rows === 0) return [];
      const name = `${layer.name}_${axis ? 'columns' : 'rows'}_${side}`;
      const cut = [0, value.shape[axis] - 1];
      const cropping = [0, 1].map((i) => (i !== axis ? [0, 0] : side === 'before' ? cut : cut.toReversed()));
      const sized = (size: number): number[] => value.shape.map((n, i) => (i === axis ? size : n));
      const outermost = emit.add('Cropping2D', `${name}_edge`, [value], {
        config: { cropping, data_format: 'channels_last' },
        shape: sized(1),
        nonNegative,
      });
      if (rows === 1) return [outermost];
      const size = [0, 1].map((i) => (i === axis ? rows : 1));
      const config = { size, data_format: 'channels_last', interpolation: 'nearest' };
      return [emit.add('UpSampling2D', name, [outermost], { config, shape: sized(rows), nonNegative })];
    };
    const parts = [...edge('before', margins[2 * axis]), value, ...edge('after', margins[2 * axis + 1])];
    if (parts.length === 1) return value;
    return emit.add('Concatenate', `${layer.name}_${axis ? 'columns' : 'rows'}`, parts, {
      config: { axis: axis + 1 },
      shape: value.shape.map((n, i) => (i === axis ? parts.reduce((sum, { shape }) => sum + shape[axis], 0) : n)),
      nonNegative,
    });
  }, x);
}

/** A convolution's input and padding in Keras's words: margins that are neither become a layer of zeros before it. */
export function windowInput(
  emit: KerasEmitter,
  layer: Layer,
  x: WrittenValue,
  settings: WindowSettings,
): { readonly input: WrittenValue; readonly padding: 'valid' | 'same' } {
  const word = paddingWord(x.shape, settings);
  if (word) return { input: x, padding: word };
  return { input: zeroPadded(emit, layer, x, settings.padding as Margins), padding: 'valid' };
}
