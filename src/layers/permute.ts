import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { shown } from '../tensor/check.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `Permute`. */
export interface PermuteOptions extends LayerOptions {
  /** For each axis of the output, the axis of the input that it was; counted from 1, as the batch stays where it is. */
  readonly dims: readonly number[];
}

/**
 * The axes in another order (Keras's Permute): with `dims` [2, 1], x: [N, a, b] → [N, b, a].
 *
 * @throws StriateError when `dims` does not name each of the input's axes once.
 */
export class Permute extends Layer {
  static override readonly traits = { sameAsKeras: true, keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<PermuteOptions> = {
    where: 'permute',
    first: ['dims'],
    kinds: { ...layerOptionKinds, dims: 'list' },
  };
  readonly className = 'Permute';
  readonly dims: readonly number[];

  constructor(options: PermuteOptions) {
    super(options);
    const dims: readonly number[] = options.dims;
    if (!Array.isArray(dims) || dims.length === 0 || dims.some((_, i) => !dims.includes(i + 1))) {
      throw new StriateError({
        where: labelOf(this),
        rule: 'dims must name each axis once, counted from 1 behind the batch',
        received: shown(dims),
      });
    }
    this.dims = dims.slice();
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const input = singleShape(this, inputShapes);
    if (input.length !== this.dims.length) {
      throw new StriateError({
        where: labelOf(this),
        rule: `dims [${this.dims.join(', ')}] need an input of ${this.dims.length} axes`,
        received: formatShape(input),
      });
    }
    return this.dims.map((axis) => input[axis - 1]);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return ops.transpose(x, { permutation: [0, ...this.dims] });
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), dims: this.dims };
  }
}

/** With its first options by position. */
export function permute(dims: readonly number[], options?: Omit<PermuteOptions, 'dims'>): Permute;
/**
 * The axes in another order.
 *
 * @example
 * layers.permute({ dims: [3, 1, 2] }); // [H, W, C] to [C, H, W]
 */
export function permute(options: PermuteOptions): Permute;
export function permute(...given: readonly unknown[]): Permute {
  return new Permute(layerOptions(Permute.acceptedOptions, given));
}
