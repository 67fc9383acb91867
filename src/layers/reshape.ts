import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { isWholes, shown } from '../tensor/check.js';
import { formatShape, sizeOf, StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `Reshape`. */
export interface ReshapeOptions extends LayerOptions {
  /** Without the batch; one axis may be −1: what is left over. */
  readonly targetShape: Shape;
}

/**
 * The same values under another shape (Keras's Reshape): x: [N, ...] → [N, ...targetShape].
 *
 * @throws StriateError when the target is not a shape, or not of the input's size.
 */
export class Reshape extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<ReshapeOptions> = {
    where: 'reshape',
    first: ['targetShape'],
    kinds: { ...layerOptionKinds, targetShape: 'list' },
  };
  readonly className = 'Reshape';
  override readonly keepsOrder = true;
  readonly targetShape: Shape;

  constructor(options: ReshapeOptions) {
    super(options);
    const target = options.targetShape;
    if (!isWholes(target, 1, -1) || target.filter((n) => n === -1).length > 1) {
      throw new StriateError({
        where: labelOf(this),
        rule: 'targetShape must be a list of whole numbers from 1 and at most one −1',
        received: shown(target),
      });
    }
    this.targetShape = [...target];
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const input = singleShape(this, inputShapes);
    const size = sizeOf(input);
    const known = sizeOf(this.targetShape.filter((n) => n !== -1));
    const shape = this.targetShape.map((n) => (n === -1 ? size / known : n));
    if (sizeOf(shape) !== size || !isWholes(shape)) {
      throw new StriateError({
        where: labelOf(this),
        rule: `targetShape ${formatShape(this.targetShape)} does not hold the input's ${size} values`,
        received: formatShape(input),
      });
    }
    return shape;
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const [batch, ...shape] = x.type.shape;
    return ops.reshape(x, { shape: [batch, ...this.outputShape([shape])] });
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), targetShape: this.targetShape };
  }
}

/** With its first options by position. */
export function reshape(targetShape: Shape, options?: Omit<ReshapeOptions, 'targetShape'>): Reshape;
/**
 * The same values under another shape.
 *
 * @example
 * layers.reshape({ targetShape: [28, 28, 1], inputShape: [784] });
 */
export function reshape(options: ReshapeOptions): Reshape;
export function reshape(...given: readonly unknown[]): Reshape {
  return new Reshape(layerOptions(Reshape.acceptedOptions, given));
}
