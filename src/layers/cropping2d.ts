import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Margins } from '../ops/window.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';
import { expectWhole } from '../tensor/check.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds, type LayerWindow } from './layer.js';
import { commonConfig, labelOf, marginsOption, type MarginsOption, layerOptions } from './options.js';
import { pictureShape } from './shapes.js';

/** Options of `Cropping2D`. */
export interface Cropping2DOptions extends LayerOptions {
  /** Rows and columns that are cut off, as `padding` of `zeroPadding2d` gives those that are put on; 0 by default. */
  readonly cropping?: MarginsOption;
}

/** [H, W, C] without the margins, cut out of a picture. */
function cut(x: Node, [top, bottom, left, right]: Margins): Node {
  const [batch, height, width, channels] = x.type.shape;
  const size = [batch, height - top - bottom, width - left - right, channels];
  return ops.slice(x, { begin: [0, top, left, 0], size });
}

/**
 * A picture without its outermost rows and columns (Keras's Cropping2D): x: [N, H, W, C] → [N, H − top − bottom,
 * W − left − right, C].
 *
 * @throws StriateError when a margin is negative, nothing is left, or the input is not a picture.
 */
export class Cropping2D extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<Cropping2DOptions> = {
    where: 'cropping2d',
    first: ['cropping'],
    kinds: { ...layerOptionKinds, cropping: 'number or list' },
  };
  readonly className = 'Cropping2D';
  /** [top, bottom, left, right]. */
  readonly cropping: Margins;

  constructor(options: Cropping2DOptions = {}) {
    super(options);
    this.cropping = marginsOption(labelOf(this), 'cropping', options.cropping ?? 0);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = pictureShape(this, inputShapes);
    const [top, bottom, left, right] = this.cropping;
    const rest = [shape[0] - top - bottom, shape[1] - left - right, shape[2]];
    if (rest[0] > 0 && rest[1] > 0) return rest;
    throw new StriateError({
      where: labelOf(this),
      rule: 'cropping must leave something of the picture',
      received: `[${this.cropping.join(', ')}] for ${formatShape(shape)}`,
    });
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return cut(x, this.cropping);
  }

  override window(): LayerWindow {
    const [top, bottom, left, right] = this.cropping;
    return { kernel: [1, 1], strides: [1, 1], dilation: [1, 1], padding: [0 - top, 0 - bottom, 0 - left, 0 - right] };
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), cropping: this.cropping };
  }
}

/** With its first options by position. */
export function cropping2d(cropping: MarginsOption, options?: Omit<Cropping2DOptions, 'cropping'>): Cropping2D;
/**
 * A picture without its outermost rows and columns.
 *
 * @example
 * layers.cropping2d({ cropping: [[0, 1], [0, 1]] });
 */
export function cropping2d(options?: Cropping2DOptions): Cropping2D;
export function cropping2d(...given: readonly unknown[]): Cropping2D {
  return new Cropping2D(layerOptions(Cropping2D.acceptedOptions, given));
}

/** Options of `CenterCrop`. */
export interface CenterCropOptions extends LayerOptions {
  readonly height: number;
  readonly width: number;
}

/**
 * The middle of a picture (Keras's CenterCrop): x: [N, H, W, C] → [N, height, width, C]. Of an odd number of rows that are
 * left over, the smaller half is cut above.
 *
 * @throws StriateError when the picture is smaller, or the input is not a picture.
 */
export class CenterCrop extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<CenterCropOptions> = {
    where: 'centerCrop',
    first: ['height', 'width'],
    kinds: { ...layerOptionKinds, height: 'number', width: 'number' },
  };
  readonly className = 'CenterCrop';
  readonly height: number;
  readonly width: number;

  constructor(options: CenterCropOptions) {
    super(options);
    this.height = expectWhole(labelOf(this), 'height', options.height);
    this.width = expectWhole(labelOf(this), 'width', options.width);
  }

  /** What is cut off a picture of this size: [top, bottom, left, right]. */
  margins(shape: Shape): Margins {
    const [rows, columns] = [shape[0] - this.height, shape[1] - this.width];
    return [Math.floor(rows / 2), Math.ceil(rows / 2), Math.floor(columns / 2), Math.ceil(columns / 2)];
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = pictureShape(this, inputShapes);
    if (shape[0] >= this.height && shape[1] >= this.width) return [this.height, this.width, shape[2]];
    throw new StriateError({
      where: labelOf(this),
      rule: `cuts ${this.height}×${this.width} out of pictures that are as large at least`,
      received: formatShape(shape),
      advice: 'put a resizing before it',
    });
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return cut(x, this.margins(x.type.shape.slice(1)));
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), height: this.height, width: this.width };
  }
}

/** With its first options by position. */
export function centerCrop(
  height: number,
  width: number,
  options?: Omit<CenterCropOptions, 'height' | 'width'>,
): CenterCrop;
/**
 * The middle of a picture.
 *
 * @example
 * layers.centerCrop({ height: 224, width: 224 });
 */
export function centerCrop(options: CenterCropOptions): CenterCrop;
export function centerCrop(...given: readonly unknown[]): CenterCrop {
  return new CenterCrop(layerOptions(CenterCrop.acceptedOptions, given));
}
