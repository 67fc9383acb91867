import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectOneOf } from '../tensor/check.js';
import type { Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { axisOf, singleShape } from './shapes.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';

/** How the values along an axis are reduced. */
const reductions = { mean: ops.reduceMean, sum: ops.reduceSum, max: ops.reduceMax } as const;

/** The names of the reductions. */
export type ReductionName = keyof typeof reductions;

/** Options of `Reduce`. */
export interface ReduceOptions extends LayerOptions {
  readonly operation: ReductionName;
  /** The axes to reduce, counted from 1, as 0 is the batch; −1 is the last. */
  readonly axes: readonly number[];
  /** Whether the axes stay with size 1; false by default. */
  readonly keepDims?: boolean;
}

/**
 * The mean, the sum or the largest along some axes: x: [N, ...] → the shape without them (CBAM's maps of a picture's mean and
 * largest channel are two of these; Woo et al. 2018).
 *
 * @throws StriateError when there is no such reduction, or no such axis.
 */
export class Reduce extends Layer {
  static override readonly acceptedOptions: AcceptedOptions<ReduceOptions> = {
    where: 'reduce',
    first: ['operation', 'axes'],
    kinds: { ...layerOptionKinds, operation: 'string', axes: 'list', keepDims: 'boolean' },
  };
  readonly className = 'Reduce';
  readonly operation: ReductionName;
  readonly axes: readonly number[];
  readonly keepDims: boolean;

  constructor(options: ReduceOptions) {
    super(options);
    const names = Object.keys(reductions) as ReductionName[];
    this.operation = expectOneOf(labelOf(this), 'operation', options.operation, names);
    this.axes = [...options.axes];
    this.keepDims = options.keepDims ?? false;
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = singleShape(this, inputShapes);
    const reduced = this.axes.map((axis) => axisOf(this, axis, shape) - 1);
    const kept = this.keepDims ? shape.map((size, i) => (reduced.includes(i) ? 1 : size)) : shape;
    return this.keepDims ? kept : shape.filter((_, i) => !reduced.includes(i));
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const axes = this.axes.map((axis) => axisOf(this, axis, x.type.shape.slice(1)));
    return reductions[this.operation](x, { axes, keepDims: this.keepDims });
  }

  override config(): Record<string, unknown> {
    const { operation, axes, keepDims } = this;
    return { ...commonConfig(this), operation, axes, keepDims };
  }
}

/** With its first options by position. */
export function reduce(
  operation: ReductionName,
  axes: readonly number[],
  options?: Omit<ReduceOptions, 'operation' | 'axes'>,
): Reduce;
/**
 * The mean, sum or largest along some axes.
 *
 * @example
 * layers.reduce({ operation: 'mean', axes: [-1], keepDims: true }); // [H, W, C] to [H, W, 1]
 */
export function reduce(options: ReduceOptions): Reduce;
export function reduce(...given: readonly unknown[]): Reduce {
  return new Reduce(layerOptions(Reduce.acceptedOptions, given));
}
