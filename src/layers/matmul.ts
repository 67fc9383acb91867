import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { formatShape, sameShape, sizeOf, StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';

/**
 * The matrix product of two inputs over their last two axes, for each example and each position of the axes before, as attention
 * multiplies queries, keys and values (`keras.ops.matmul`): [N, ..., M, K] and [N, ..., K, P] → [N, ..., M, P].
 *
 * @throws StriateError when there are not two inputs of two axes or more beside the batch, or their sizes do not fit.
 */
export class Matmul extends Layer {
  static override readonly acceptedOptions: AcceptedOptions<LayerOptions> = {
    where: 'matmul',
    kinds: layerOptionKinds,
  };
  readonly className = 'Matmul';

  outputShape(inputShapes: readonly Shape[]): Shape {
    const [a, b] = inputShapes;
    const fits =
      inputShapes.length === 2 &&
      a.length >= 2 &&
      a.length === b.length &&
      sameShape(a.slice(0, -2), b.slice(0, -2)) &&
      a.at(-1) === b.at(-2);
    if (fits) return [...a.slice(0, -1), b[b.length - 1]];
    throw new StriateError({
      where: labelOf(this),
      rule: "takes two inputs of the same axes, the first one's last as large as the second one's last but one",
      received: inputShapes.map(formatShape).join(' and ') || 'none',
    });
  }

  call(_: LayerContext, [a, b]: readonly Node[]): Node {
    const matrices = (x: Node): Node => {
      const { shape } = x.type;
      return ops.reshape(x, { shape: [sizeOf(shape.slice(0, -2)), ...shape.slice(-2)] });
    };
    const y = ops.batchMatmul(matrices(a), matrices(b));
    return ops.reshape(y, { shape: [...a.type.shape.slice(0, -1), y.type.shape[2]] });
  }

  override config(): Record<string, unknown> {
    return commonConfig(this);
  }
}

/**
 * The matrix product of two inputs over their last two axes.
 *
 * @example
 * const scores = layers.matmul().apply(queries, keys); // [heads, 49, 32] and [heads, 32, 49] → [heads, 49, 49]
 */
export function matmul(options?: LayerOptions): Matmul;
export function matmul(...given: readonly unknown[]): Matmul {
  return new Matmul(layerOptions(Matmul.acceptedOptions, given));
}
