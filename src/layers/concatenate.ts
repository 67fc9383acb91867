import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { axisOf } from './shapes.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { expectSeveral } from './merging.js';
import { commonConfig, labelOf, layerOptions } from './options.js';

/** Options of `Concatenate`. */
export interface ConcatenateOptions extends LayerOptions {
  /** The axis along which inputs are put together; −1, the last, by default. 0 is the batch. */
  readonly axis?: number;
}

/**
 * Its inputs side by side (Keras's Concatenate): shapes that agree on every axis but one → the sum of sizes on that one.
 *
 * @throws StriateError when there are fewer than two inputs or their shapes do not fit.
 */
export class Concatenate extends Layer {
  static override readonly traits = { sameAsKeras: true, keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<ConcatenateOptions> = {
    where: 'concatenate',
    first: ['axis'],
    kinds: { ...layerOptionKinds, axis: 'number' },
  };
  readonly className = 'Concatenate';
  readonly axis: number;

  constructor(options: ConcatenateOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    expectSeveral(this, inputShapes);
    const [first] = inputShapes;
    const axis = axisOf(this, this.axis, first) - 1;
    for (const shape of inputShapes) {
      if (shape.length === first.length && shape.every((n, i) => i === axis || n === first[i])) continue;
      throw new StriateError({
        where: labelOf(this),
        rule: `inputs must have the same size on every axis but axis ${this.axis}`,
        received: inputShapes.map(formatShape).join(' and '),
      });
    }
    return first.map((n, i) => (i === axis ? inputShapes.reduce((sum, shape) => sum + shape[axis], 0) : n));
  }

  call(_: LayerContext, inputs: readonly Node[]): Node {
    const axis = axisOf(this, this.axis, inputs[0].type.shape.slice(1));
    return ops.concat(...inputs, { axis });
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), axis: this.axis };
  }
}

/** With its first options by position. */
export function concatenate(axis: number, options?: Omit<ConcatenateOptions, 'axis'>): Concatenate;
/**
 * Inputs side by side.
 *
 * @example
 * const y = layers.concatenate().apply(branch1, branch2, branch3); // channels of all three
 */
export function concatenate(options?: ConcatenateOptions): Concatenate;
export function concatenate(...given: readonly unknown[]): Concatenate {
  return new Concatenate(layerOptions(Concatenate.acceptedOptions, given));
}
