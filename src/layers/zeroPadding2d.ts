import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Margins } from '../ops/window.js';
import type { Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds, type LayerWindow } from './layer.js';
import { commonConfig, labelOf, marginsOption, type MarginsOption, layerOptions } from './options.js';
import { pictureShape } from './shapes.js';

/** Options of `ZeroPadding2D`. */
export interface ZeroPadding2DOptions extends LayerOptions {
  /** 1 by default. */
  readonly padding?: MarginsOption;
}

/**
 * Zeros around the picture (Keras's ZeroPadding2D): x: [N, H, W, C] → [N, top + H + bottom, left + W + right, C].
 *
 * @throws StriateError when the padding is negative or the input is not a picture.
 */
export class ZeroPadding2D extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<ZeroPadding2DOptions> = {
    where: 'zeroPadding2d',
    first: ['padding'],
    kinds: { ...layerOptionKinds, padding: 'number or list' },
  };
  readonly className = 'ZeroPadding2D';
  /** [top, bottom, left, right]. */
  readonly padding: Margins;

  constructor(options: ZeroPadding2DOptions = {}) {
    super(options);
    this.padding = marginsOption(labelOf(this), 'padding', options.padding ?? 1);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const [height, width, channels] = pictureShape(this, inputShapes);
    const [top, bottom, left, right] = this.padding;
    return [top + height + bottom, left + width + right, channels];
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const [top, bottom, left, right] = this.padding;
    return ops.pad(x, { before: [0, top, left, 0], after: [0, bottom, right, 0], value: 0 });
  }

  override window(): LayerWindow {
    return { kernel: [1, 1], strides: [1, 1], dilation: [1, 1], padding: this.padding };
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), padding: this.padding };
  }
}

/** With its first options by position. */
export function zeroPadding2d(padding: MarginsOption, options?: Omit<ZeroPadding2DOptions, 'padding'>): ZeroPadding2D;
/**
 * Zeros around the picture.
 *
 * @example
 * layers.zeroPadding2d({ padding: [[0, 1], [0, 1]] });
 */
export function zeroPadding2d(options?: ZeroPadding2DOptions): ZeroPadding2D;
export function zeroPadding2d(...given: readonly unknown[]): ZeroPadding2D {
  return new ZeroPadding2D(layerOptions(ZeroPadding2D.acceptedOptions, given));
}
