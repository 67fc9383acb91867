import type { Node } from '../graph/index.js';
import { interpolations, type Interpolation } from '../ops/upSampling2d.js';
import * as ops from '../ops/operators.js';
import type { Pair } from '../ops/window.js';
import { expectOneOf } from '../tensor/check.js';
import type { Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, type LayerWindow, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, pairOption, type PairOption, layerOptions } from './options.js';
import { pictureShape } from './shapes.js';

/** Options of `UpSampling2D`. */
export interface UpSampling2DOptions extends LayerOptions {
  /** How many times as tall and wide: one whole number or [height, width]; 2 by default. */
  readonly size?: PairOption;
  /** `'nearest'` (repeat) by default, or `'bilinear'` (between the centres of pixels, PyTorch's `align_corners` false). */
  readonly interpolation?: Interpolation;
}

/**
 * A picture made larger (Keras's UpSampling2D): x: [N, H, W, C] → [N, H · size[0], W · size[1], C].
 *
 * @throws StriateError when an option is out of range or the input is not a picture.
 */
export class UpSampling2D extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<UpSampling2DOptions> = {
    where: 'upSampling2d',
    first: ['size'],
    kinds: { ...layerOptionKinds, size: 'other', interpolation: 'string' },
  };
  readonly className = 'UpSampling2D';
  readonly size: Pair;
  readonly interpolation: Interpolation;

  constructor(options: UpSampling2DOptions = {}) {
    super(options);
    const label = labelOf(this);
    this.size = pairOption(label, 'size', options.size ?? 2);
    this.interpolation = expectOneOf(label, 'interpolation', options.interpolation ?? 'nearest', interpolations);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const [height, width, channels] = pictureShape(this, inputShapes);
    return [height * this.size[0], width * this.size[1], channels];
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { size, interpolation } = this;
    return ops.upSampling2d(x, { size, interpolation });
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), size: this.size, interpolation: this.interpolation };
  }

  override window(): LayerWindow {
    const [height, width] = this.size;
    // What a pixel goes into: its copies, or twice as many interpolated ones.
    const reach = (factor: number): number => (this.interpolation === 'bilinear' && factor > 1 ? 2 * factor : factor);
    const kernel: Pair = [reach(height), reach(width)];
    return { kernel, strides: [1 / height, 1 / width], dilation: [1, 1] };
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
