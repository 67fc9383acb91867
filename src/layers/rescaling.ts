import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectNumber } from '../tensor/check.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `Rescaling`. */
export interface RescalingOptions extends LayerOptions {
  /** What values are multiplied by: one number, or one per channel. */
  readonly scale: number | readonly number[];
  /** What is added afterwards: one number, or one per channel; 0 by default. */
  readonly offset?: number | readonly number[];
}

/**
 * x · scale + offset (Keras's Rescaling): any shape → the same shape.
 *
 * @throws StriateError when an option is not finite, and when there is not one number per channel.
 */
export class Rescaling extends Layer {
  static override readonly acceptedOptions: AcceptedOptions<RescalingOptions> = {
    where: 'rescaling',
    first: ['scale', 'offset'],
    kinds: { ...layerOptionKinds, scale: 'number or list', offset: 'number or list' },
  };
  readonly className = 'Rescaling';
  override readonly keepsOrder = true;
  readonly scale: number | readonly number[];
  readonly offset: number | readonly number[];

  constructor(options: RescalingOptions) {
    super(options);
    this.scale = options.scale;
    this.offset = options.offset ?? 0;
    const label = labelOf(this);
    for (const value of [this.scale].flat()) expectNumber(label, 'scale', value);
    for (const value of [this.offset].flat()) expectNumber(label, 'offset', value);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = singleShape(this, inputShapes);
    for (const [option, value] of Object.entries({ scale: this.scale, offset: this.offset })) {
      if (typeof value === 'number' || value.length === shape[shape.length - 1]) continue;
      throw new StriateError({
        where: labelOf(this),
        rule: `${option} must be one number or one per channel`,
        received: `${value.length} numbers for an input ${formatShape(shape)}`,
      });
    }
    return shape;
  }

  call({ graph }: LayerContext, [x]: readonly Node[]): Node {
    const { scale, offset, name } = this;
    if (typeof scale === 'number' && typeof offset === 'number') {
      return ops.affine(x, { scale, offset });
    }
    const constant = (value: number | readonly number[]): Node => {
      const values = Float32Array.from([value].flat());
      return graph.constant(values, [values.length], name);
    };
    const scaled = ops.mul(x, constant(scale));
    return ops.add(scaled, constant(offset));
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), scale: this.scale, offset: this.offset };
  }
}

/** With its first options by position. */
export function rescaling(scale: number | readonly number[], options?: Omit<RescalingOptions, 'scale'>): Rescaling;
/** With its first options by position. */
export function rescaling(
  scale: number | readonly number[],
  offset: number | readonly number[],
  options?: Omit<RescalingOptions, 'scale' | 'offset'>,
): Rescaling;
/**
 * x · scale + offset.
 *
 * @example
 * layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] });
 */
export function rescaling(options: RescalingOptions): Rescaling;
export function rescaling(...given: readonly unknown[]): Rescaling {
  return new Rescaling(layerOptions(Rescaling.acceptedOptions, given));
}
