import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectNumber, expectWhole } from '../tensor/check.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `LocalResponseNormalization`. */
export interface LocalResponseNormalizationOptions extends LayerOptions {
  /** How many neighbouring channels count; 5 by default. */
  readonly size?: number;
  /** What the mean of squares over a whole window is multiplied by; 1e-4 by default. */
  readonly alpha?: number;
  /** The exponent of the denominator; 0.75 by default. */
  readonly beta?: number;
  /** Added to the denominator, above 0; 1 by default. PyTorch calls it k. */
  readonly bias?: number;
}

/**
 * Divides each number by a power of its neighbour channels' squares, x / (bias + alpha / size · Σ x²)^beta, as AlexNet and
 * GoogLeNet do after their first layers (Krizhevsky et al. 2012; PyTorch's LocalResponseNorm, from which the defaults
 * come): [..., C] → the same shape. Caffe and ONNX divide alpha by size as well; TensorFlow does not, so its alpha must be
 * multiplied by the size, there 2 · depth_radius + 1.
 *
 * @throws StriateError when the size is not a whole number from 1, alpha is negative or bias is not above 0.
 */
export class LocalResponseNormalization extends Layer {
  static override readonly acceptedOptions: AcceptedOptions<LocalResponseNormalizationOptions> = {
    where: 'localResponseNormalization',
    first: ['size'],
    kinds: { ...layerOptionKinds, size: 'number', alpha: 'number', beta: 'number', bias: 'number' },
  };
  readonly className = 'LocalResponseNormalization';
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly bias: number;

  constructor(options: LocalResponseNormalizationOptions = {}) {
    super(options);
    const label = labelOf(this);
    this.size = expectWhole(label, 'size', options.size ?? 5);
    this.alpha = expectNumber(label, 'alpha', options.alpha ?? 1e-4, { least: 0 });
    this.beta = expectNumber(label, 'beta', options.beta ?? 0.75);
    this.bias = expectNumber(label, 'bias', options.bias ?? 1, { above: 0 });
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = singleShape(this, inputShapes);
    if (shape.length === 0) {
      throw new StriateError({
        where: labelOf(this),
        rule: 'the input must have an axis of channels',
        received: formatShape(shape),
      });
    }
    return shape;
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { size, alpha, beta, bias } = this;
    return ops.localResponseNormalization(x, { size, alpha, beta, bias });
  }

  override config(): Record<string, unknown> {
    const { size, alpha, beta, bias } = this;
    return { ...commonConfig(this), size, alpha, beta, bias };
  }
}

/** With its first options by position. */
export function localResponseNormalization(
  size: number,
  options?: Omit<LocalResponseNormalizationOptions, 'size'>,
): LocalResponseNormalization;
/**
 * Each number divided by a power of its neighbour channels' squares.
 *
 * @example
 * layers.localResponseNormalization({ size: 5, alpha: 1e-4, beta: 0.75, bias: 2 }); // AlexNet's
 */
export function localResponseNormalization(options?: LocalResponseNormalizationOptions): LocalResponseNormalization;
export function localResponseNormalization(...given: readonly unknown[]): LocalResponseNormalization {
  return new LocalResponseNormalization(layerOptions(LocalResponseNormalization.acceptedOptions, given));
}
