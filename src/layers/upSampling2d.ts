import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Pair } from '../ops/window.js';
import { expectOneOf } from '../tensor/check.js';
import type { Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { resizedBy } from './alongAxis.js';
import { reaches, resizingInterpolations, resizingMatrix, type ResizingInterpolation } from './interpolation.js';
import { Layer, type LayerContext, type LayerOptions, type LayerWindow, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, pairOption, type PairOption, layerOptions } from './options.js';
import { pictureShape } from './shapes.js';

/** Options of `UpSampling2D`. */
export interface UpSampling2DOptions extends LayerOptions {
  /** How many times as tall and wide: one whole number or [height, width]; 2 by default. */
  readonly size?: PairOption;
  /**
   * `'nearest'` (repeat) by default, `'bilinear'` (between the centres of pixels, PyTorch's `align_corners` false),
   * `'bicubic'`, `'lanczos3'` or `'lanczos5'`.
   */
  readonly interpolation?: ResizingInterpolation;
}

/**
 * A picture made larger (Keras's UpSampling2D): x: [N, H, W, C] → [N, H · size[0], W · size[1], C].
 *
 * @throws StriateError when an option is out of range or the input is not a picture.
 */
export class UpSampling2D extends Layer {
  static override readonly acceptedOptions: AcceptedOptions<UpSampling2DOptions> = {
    where: 'upSampling2d',
    first: ['size'],
    kinds: { ...layerOptionKinds, size: 'number or list', interpolation: 'string' },
  };
  readonly className = 'UpSampling2D';
  readonly size: Pair;
  readonly interpolation: ResizingInterpolation;

  constructor(options: UpSampling2DOptions = {}) {
    super(options);
    const label = labelOf(this);
    this.size = pairOption(label, 'size', options.size ?? 2);
    this.interpolation = expectOneOf(
      label,
      'interpolation',
      options.interpolation ?? 'nearest',
      resizingInterpolations,
    );
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const [height, width, channels] = pictureShape(this, inputShapes);
    return [height * this.size[0], width * this.size[1], channels];
  }

  /** The matrices that lengthen rows and columns of a picture of this size; undefined where an axis stays as it is. */
  matrices([height, width]: Shape): readonly (Float32Array | undefined)[] {
    return [height, width].map((from, axis) =>
      this.size[axis] === 1 ? undefined : resizingMatrix(from, from * this.size[axis], this.interpolation),
    );
  }

  call({ graph }: LayerContext, [x]: readonly Node[]): Node {
    const { size, interpolation } = this;
    // These two have kernels of their own.
    if (interpolation === 'nearest' || interpolation === 'bilinear')
      return ops.upSampling2d(x, { size, interpolation });
    const from = x.type.shape.slice(1, 3);
    return resizedBy(graph, x, this.matrices(from), [from[0] * size[0], from[1] * size[1]], this.name);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), size: this.size, interpolation: this.interpolation };
  }

  override window(): LayerWindow {
    const [height, width] = this.size;
    // What a pixel goes into: its copies, or as many interpolated ones as are made of it.
    const reach = (factor: number): number => (factor > 1 ? reaches[this.interpolation] * factor : factor);
    const kernel: Pair = [reach(height), reach(width)];
    return { kernel, strides: [1 / height, 1 / width], dilation: [1, 1], padding: 'same' };
  }
}

/** With its first options by position. */
export function upSampling2d(size: PairOption, options?: Omit<UpSampling2DOptions, 'size'>): UpSampling2D;
/**
 * Rows and columns repeated or interpolated.
 *
 * @example
 * layers.upSampling2d({ size: 2, interpolation: 'bilinear' });
 */
export function upSampling2d(options?: UpSampling2DOptions): UpSampling2D;
export function upSampling2d(...given: readonly unknown[]): UpSampling2D {
  return new UpSampling2D(layerOptions(UpSampling2D.acceptedOptions, given));
}
