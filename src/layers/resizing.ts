import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import {
  coordinateModes,
  nearestRoundings,
  type CoordinateMode,
  type NearestRounding,
  type Resize2dAttributes,
} from '../ops/resize2d.js';
import { resizeMatrices } from '../ops/resizeShares.js';
import type { Pair } from '../ops/window.js';
import { expectOneOf, expectWhole } from '../tensor/check.js';
import { StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { resizedBy } from './alongAxis.js';
import { reaches, resizingInterpolations, resizingMatrix, type ResizingInterpolation } from './interpolation.js';
import { Layer, type LayerContext, type LayerOptions, type LayerWindow, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { pictureShape } from './shapes.js';

/** Options of `Resizing`. */
export interface ResizingOptions extends LayerOptions {
  readonly height: number;
  readonly width: number;
  /** `'bilinear'` by default. */
  readonly interpolation?: ResizingInterpolation;
  /** Whether the largest middle part of the new picture's proportions is taken, so that nothing is distorted; false by default. */
  readonly cropToAspectRatio?: boolean;
  /**
   * Where new pixels lie among the old ones, as in ONNX's Resize: `'halfPixel'` by default; `'alignCorners'` is PyTorch's
   * `align_corners`. Of `'nearest'` and `'bilinear'`.
   */
  readonly coordinates?: CoordinateMode;
  /** Which pixel is the `'nearest'`: `'roundPreferCeil'` by default; PyTorch's nearest is `'floor'` at `'asymmetric'` coordinates. */
  readonly rounding?: NearestRounding;
}

/**
 * A picture of another size (Keras's Resizing): x: [N, H, W, C] → [N, height, width, C]. Unless `coordinates` say otherwise,
 * the centres of pixels are what positions are counted by, and larger pictures are not smoothed before they shrink (Pillow and torchvision do so: prepare
 * pictures with `preparePicture` for those).
 *
 * @throws StriateError when a size is no whole number from 1, or the input is not a picture.
 */
export class Resizing extends Layer {
  static override readonly acceptedOptions: AcceptedOptions<ResizingOptions> = {
    where: 'resizing',
    first: ['height', 'width'],
    kinds: {
      ...layerOptionKinds,
      height: 'number',
      width: 'number',
      interpolation: 'string',
      cropToAspectRatio: 'boolean',
      coordinates: 'string',
      rounding: 'string',
    },
  };
  readonly className = 'Resizing';
  readonly height: number;
  readonly width: number;
  readonly interpolation: ResizingInterpolation;
  readonly cropToAspectRatio: boolean;
  readonly coordinates: CoordinateMode;
  readonly rounding: NearestRounding;
  private from: Pair | undefined;

  constructor(options: ResizingOptions) {
    super(options);
    const label = labelOf(this);
    this.height = expectWhole(label, 'height', options.height);
    this.width = expectWhole(label, 'width', options.width);
    const { interpolation = 'bilinear' } = options;
    this.interpolation = expectOneOf(label, 'interpolation', interpolation, resizingInterpolations);
    this.cropToAspectRatio = options.cropToAspectRatio ?? false;
    const { coordinates = 'halfPixel', rounding = 'roundPreferCeil' } = options;
    this.coordinates = expectOneOf(label, 'coordinates', coordinates, coordinateModes);
    this.rounding = expectOneOf(label, 'rounding', rounding, nearestRoundings);
    if (coordinates !== 'halfPixel' && reaches[interpolation] > 2) {
      const rule = `'${interpolation}' takes pixels to be squares`;
      throw new StriateError({ where: label, rule, received: `coordinates: '${coordinates}'` });
    }
  }

  /** What the operator is told of a region of this size; undefined where it stays as it is, or takes matrices. */
  attributes(from: Pair): Resize2dAttributes | undefined {
    const { interpolation, coordinates, rounding } = this;
    const to: Pair = [this.height, this.width];
    const same = from[0] === to[0] && from[1] === to[1];
    if (same || (interpolation !== 'nearest' && interpolation !== 'bilinear')) return undefined;
    return { from, to, interpolation, coordinates, rounding };
  }

  /** The part of a picture of this size that is resized. */
  region(shape: Shape): { readonly begin: Pair; readonly size: Pair } {
    const [height, width] = shape;
    if (!this.cropToAspectRatio) return { begin: [0, 0], size: [height, width] };
    const within = (size: number, wanted: number): number => Math.max(1, Math.min(size, Math.floor(wanted)));
    const rows = within(height, (width * this.height) / this.width);
    const columns = within(width, (height * this.width) / this.height);
    return { begin: [Math.floor((height - rows) / 2), Math.floor((width - columns) / 2)], size: [rows, columns] };
  }

  /** The matrices that resize rows and columns of a region of this size; undefined where an axis stays as it is. */
  matrices(size: Pair): readonly (Float32Array | undefined)[] {
    const attributes = this.attributes(size);
    if (attributes) return resizeMatrices(attributes);
    return [this.height, this.width].map((to, axis) =>
      size[axis] === to ? undefined : resizingMatrix(size[axis], to, this.interpolation),
    );
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    return [this.height, this.width, pictureShape(this, inputShapes)[2]];
  }

  protected override build([shape]: readonly Shape[]): void {
    this.from = this.region(shape).size;
  }

  call({ graph }: LayerContext, [x]: readonly Node[]): Node {
    const [batch, height, width, channels] = x.type.shape;
    const { begin, size } = this.region([height, width]);
    const whole = size[0] === height && size[1] === width;
    const part = whole ? x : ops.slice(x, { begin: [0, ...begin, 0], size: [batch, ...size, channels] });
    const attributes = this.attributes(size);
    // Two interpolations have kernels of their own.
    if (attributes) return ops.resize2d(part, attributes);
    return resizedBy(graph, part, this.matrices(size), [this.height, this.width], this.name);
  }

  override config(): Record<string, unknown> {
    const { height, width, interpolation, cropToAspectRatio, coordinates, rounding } = this;
    return { ...commonConfig(this), height, width, interpolation, cropToAspectRatio, coordinates, rounding };
  }

  override window(): LayerWindow {
    const reach = reaches[this.interpolation];
    const [rows, columns] = [this.height, this.width].map((to, axis) => (this.from?.[axis] ?? to) / to);
    // Of a layer that enlarges, a kernel is what one old position goes into.
    const kernel = (stride: number): number => (stride === 1 ? 1 : stride > 1 ? reach : Math.ceil(reach / stride));
    return { kernel: [kernel(rows), kernel(columns)], strides: [rows, columns], dilation: [1, 1], padding: 'same' };
  }
}

/** With its first options by position. */
export function resizing(height: number, width: number, options?: Omit<ResizingOptions, 'height' | 'width'>): Resizing;
/**
 * A picture of another size.
 *
 * @example
 * layers.resizing({ height: 64, width: 64, inputShape: [100, 80, 3] });
 */
export function resizing(options: ResizingOptions): Resizing;
export function resizing(...given: readonly unknown[]): Resizing {
  return new Resizing(layerOptions(Resizing.acceptedOptions, given));
}
