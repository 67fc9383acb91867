import type { Layer } from '../../../layers/index.js';
import type { Shape } from '../../../tensor/index.js';
import type { KerasEmitter, WrittenValue, WrittenWeight } from './kerasEmitter.js';

/** A layer's weights, under Striate's names. */
export type WeightsOf = (layer: Layer) => readonly WrittenWeight[];

/** Writes an application of a layer of one class and gives its output, which has this shape. */
export type WriteRule<T extends Layer> = (
  layer: T,
  emit: KerasEmitter,
  inputs: readonly WrittenValue[],
  shape: Shape,
  weightsOf: WeightsOf,
) => WrittenValue;
