import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import type { Shape } from '../tensor/index.js';
import { Layer, layerOptionKinds, type LayerContext, type LayerOptions } from './layer.js';
import { commonConfig, layerOptions } from './options.js';
import { axisOf, singleShape } from './shapes.js';

/** Options of `UnitNormalization`. */
export interface UnitNormalizationOptions extends LayerOptions {
  /** The axis or axes whose numbers together get the length 1, 0 being the batch; −1, the last, by default. */
  readonly axis?: number | readonly number[];
}

/** A value divided by its length along these axes, batch counted: x / max(√Σx², epsilon). */
export function unitLength(x: Node, axes: readonly number[], epsilon: number): Node {
  const squares = ops.reduceSum(ops.square(x), { axes, keepDims: true });
  return ops.div(x, ops.sqrt(ops.clip(squares, { min: epsilon ** 2, max: Infinity })));
}

/**
 * Each example's numbers divided by the length of the vectors that they make along an axis (Keras's UnitNormalization): any
 * shape → the same shape.
 *
 * @throws StriateError when an axis is not one of the input's.
 */
export class UnitNormalization extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<UnitNormalizationOptions> = {
    where: 'unitNormalization',
    first: ['axis'],
    kinds: { ...layerOptionKinds, axis: 'number or list' },
  };
  readonly className = 'UnitNormalization';
  readonly axis: number | readonly number[];

  constructor(options: UnitNormalizationOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  /** The axes of an input of this shape, the batch being 0. */
  axesOf(shape: Shape): readonly number[] {
    return [this.axis].flat().map((axis) => axisOf(this, axis, shape));
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = singleShape(this, inputShapes);
    this.axesOf(shape);
    return shape;
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return unitLength(x, this.axesOf(x.type.shape.slice(1)), 1e-12);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), axis: this.axis };
  }
}

/** With its first options by position. */
export function unitNormalization(
  axis: number | readonly number[],
  options?: Omit<UnitNormalizationOptions, 'axis'>,
): UnitNormalization;
/**
 * Vectors of length 1.
 *
 * @example
 * layers.unitNormalization(); // embeddings that are compared by their angles
 */
export function unitNormalization(options?: UnitNormalizationOptions): UnitNormalization;
export function unitNormalization(...given: readonly unknown[]): UnitNormalization {
  return new UnitNormalization(layerOptions(UnitNormalization.acceptedOptions, given));
}
