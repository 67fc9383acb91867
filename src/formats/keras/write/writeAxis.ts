import type { Layer } from '../../../layers/index.js';
import type { KerasEmitter, WrittenValue } from './kerasEmitter.js';

/** A value with one of its axes, counted without the batch, as the last one while something is done to it. */
export function alongLastAxis(
  emit: KerasEmitter,
  name: string,
  x: WrittenValue,
  place: number,
  write: (last: WrittenValue) => WrittenValue,
): WrittenValue {
  const end = x.shape.length - 1;
  if (place === end) return write(x);
  const order = x.shape.map((_, i) => (i === place ? end : i === end ? place : i));
  const exchanged = (value: WrittenValue, called: string): WrittenValue =>
    emit.add('Permute', called, [value], {
      config: { dims: order.map((i) => i + 1) },
      shape: order.map((i) => value.shape[i]),
      nonNegative: value.nonNegative,
    });
  return exchanged(write(exchanged(x, `${name}_last`)), `${name}_back`);
}

/** A matrix that is multiplied along one axis: what each new position takes of the old ones. */
export interface AxisMix {
  readonly units: number;
  /** [positions before, units], row after row. */
  readonly read: () => Promise<Float32Array>;
}

/** Positions of an axis mixed by a matrix that training leaves as it is: a dense layer over the last axis. */
export function mixedAlong(
  emit: KerasEmitter,
  name: string,
  x: WrittenValue,
  place: number,
  { units, read }: AxisMix,
): WrittenValue {
  return alongLastAxis(emit, name, x, place, (last) => {
    const size = last.shape.at(-1)!;
    return emit.add('Dense', name, [last], {
      config: { units, activation: 'linear', use_bias: false, trainable: false },
      shape: [...last.shape.slice(0, -1), units],
      weights: [{ kind: 'kernel', shape: [size, units], read }],
    });
  });
}

/** Throws where several axes would be lost: Keras 3 leaves a list of them out when it reads `.h5`. */
export function expectOneAxis(emit: KerasEmitter, layer: Layer, axis: number | readonly number[]): void {
  if (emit.dialect !== 'keras2' || [axis].flat().length === 1) return;
  throw emit.refuse(layer, 'Keras 3 reads no list of axes from a .h5 file; save it as .keras');
}
