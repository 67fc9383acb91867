import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Margins, Padding, Pair } from '../ops/window.js';
import { expectWhole, isWhole, shown } from '../tensor/check.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import {
  addKernel,
  biasedAndActivated,
  kernelOptionKinds,
  kernelConfig,
  kernelSettings,
  type KernelOptions,
  type KernelSettings,
  type KernelWeights,
} from './weightOptions.js';
import { Layer, type LayerContext, type LayerWindow } from './layer.js';
import {
  commonConfig,
  labelOf,
  layerOptions,
  paddingOption,
  type PaddingOption,
  type PairOption,
  pairOption,
  type WindowOptions,
  windowOptionKinds,
} from './options.js';
import { pictureShape } from './shapes.js';

/** Options of `Conv2DTranspose`. */
export interface Conv2DTransposeOptions extends KernelOptions, WindowOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** How many times as tall and wide, about; 1 by default. */
  readonly strides?: PairOption;
  /**
   * `'valid'` (default) keeps all that the kernels reach, `'same'` gives H · strides rows, and margins, as PyTorch's
   * ConvTranspose2d has them, are cut off.
   */
  readonly padding?: PaddingOption;
  /** Rows and columns added below and right, fewer than the strides; by default what `padding` says, 0 with margins. */
  readonly outputPadding?: number | Pair;
}

/** Rows or columns of the output, and how many of those that the kernels reach are cut off before and after. */
export interface TransposedExtent {
  readonly size: number;
  readonly before: number;
  readonly after: number;
}

/** A transposed convolution along one axis. */
export interface TransposedWindow {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: 'valid' | 'same' | readonly [before: number, after: number];
  readonly outputPadding: number | undefined;
}

/** What it makes of so many positions: Keras's sizes; what is cut off is split as by TensorFlow, the odd row below. */
export function transposedExtent(
  input: number,
  { kernel, stride, dilation, padding, outputPadding }: TransposedWindow,
): TransposedExtent {
  const span = (kernel - 1) * dilation + 1;
  const reached = (input - 1) * stride + span;
  if (typeof padding !== 'string') {
    const [before, after] = padding;
    return { size: reached - before - after + (outputPadding ?? 0), before, after };
  }
  const sizes = {
    valid: outputPadding === undefined ? input * stride + Math.max(span - stride, 0) : reached + outputPadding,
    same: outputPadding === undefined ? input * stride : reached - 2 * Math.floor(span / 2) + outputPadding,
  } as const;
  const cut = Math.max(0, reached - sizes[padding]);
  return { size: sizes[padding], before: Math.floor(cut / 2), after: Math.ceil(cut / 2) };
}

/**
 * The transpose of a convolution, by which decoders enlarge pictures (Keras's Conv2DTranspose, PyTorch's ConvTranspose2d;
 * Dumoulin & Visin 2016): every pixel adds its multiple of the kernel to the output, `strides` apart.
 * x: [N, H, W, C] → [N, outH, outW, filters]; per axis, `'same'`: H · stride; `'valid'`: H · stride + max(kernel − stride, 0);
 * with `outputPadding`: (H − 1) · stride + kernel − cut + outputPadding, where `'same'` cuts 2 · ⌊kernel / 2⌋.
 * Weights: `kernel` [kh, kw, filters, C], `bias` [filters].
 *
 * @throws StriateError when an option is out of range, and when the padding leaves nothing of the output.
 */
export class Conv2DTranspose extends Layer {
  static override readonly traits = { weightNames: ['kernel', 'bias'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<Conv2DTransposeOptions> = {
    where: 'conv2dTranspose',
    first: ['filters', 'kernelSize'],
    kinds: { ...kernelOptionKinds, ...windowOptionKinds, filters: 'number', outputPadding: 'number or list' },
  };
  readonly className = 'Conv2DTranspose';
  readonly filters: number;
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly outputPadding: Pair | undefined;
  readonly dilationRate: Pair;
  readonly settings: KernelSettings;
  private parameters!: KernelWeights;

  constructor(options: Conv2DTransposeOptions) {
    super(options);
    const label = labelOf(this);
    this.filters = expectWhole(label, 'filters', options.filters);
    this.kernelSize = pairOption(label, 'kernelSize', options.kernelSize);
    this.strides = pairOption(label, 'strides', options.strides ?? 1);
    this.padding = paddingOption(label, options.padding ?? 'valid');
    this.outputPadding = outputPaddingOption(label, options.outputPadding, this.strides);
    this.dilationRate = pairOption(label, 'dilationRate', options.dilationRate ?? 1);
    this.settings = kernelSettings(label, options);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const input = pictureShape(this, inputShapes);
    const shape = [this.extent(input[0], 0).size, this.extent(input[1], 1).size, this.filters];
    if (shape.some((size) => size < 1)) {
      const padding = typeof this.padding === 'string' ? `'${this.padding}'` : `[${this.padding.join(', ')}]`;
      throw new StriateError({
        where: labelOf(this),
        rule: `padding ${padding} leaves nothing of the output`,
        received: `input ${formatShape(input)}`,
        advice: 'use less padding or a larger kernel',
      });
    }
    return shape;
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const [, , channels] = pictureShape(this, inputShapes);
    this.parameters = addKernel(this.addWeight.bind(this), this.settings, {
      kernel: [...this.kernelSize, this.filters, channels],
      bias: [this.filters],
    });
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { strides, dilationRate: dilation } = this;
    const [batch, height, width] = x.type.shape;
    const [rows, columns] = [this.extent(height, 0), this.extent(width, 1)];
    // What the convolution that this one transposes would have to be padded with, to give x's size.
    const padding: Margins = [rows.before, rows.after, columns.before, columns.after];
    const attributes = { strides, padding, dilation, groups: 1, shape: [batch, rows.size, columns.size, this.filters] };
    const y = ops.conv2dInputGradient(x, this.parameters.kernel, attributes);
    return biasedAndActivated(y, this.parameters.bias, this.settings.activation);
  }

  override config(): Record<string, unknown> {
    const { filters, kernelSize, strides, padding, outputPadding, dilationRate } = this;
    return {
      ...commonConfig(this),
      filters,
      kernelSize,
      strides,
      padding,
      ...(outputPadding && { outputPadding }),
      dilationRate,
      ...kernelConfig(this.settings),
    };
  }

  override window(): LayerWindow {
    const [height, width] = this.strides;
    const strides = [1 / height, 1 / width] as const;
    return { kernel: this.kernelSize, strides, dilation: this.dilationRate, padding: this.padding };
  }

  private extent(input: number, axis: 0 | 1): TransposedExtent {
    const { padding } = this;
    return transposedExtent(input, {
      kernel: this.kernelSize[axis],
      stride: this.strides[axis],
      dilation: this.dilationRate[axis],
      padding: typeof padding === 'string' ? padding : [padding[2 * axis], padding[2 * axis + 1]],
      outputPadding: this.outputPadding?.[axis],
    });
  }
}

/** With its first options by position. */
export function conv2dTranspose(
  filters: number,
  kernelSize: PairOption,
  options?: Omit<Conv2DTransposeOptions, 'filters' | 'kernelSize'>,
): Conv2DTranspose;
/**
 * The transpose of a 2D convolution, which enlarges.
 *
 * @example
 * layers.conv2dTranspose({ filters: 32, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' });
 */
export function conv2dTranspose(options: Conv2DTransposeOptions): Conv2DTranspose;
export function conv2dTranspose(...given: readonly unknown[]): Conv2DTranspose {
  return new Conv2DTranspose(layerOptions(Conv2DTranspose.acceptedOptions, given));
}

function outputPaddingOption(label: string, value: number | Pair | undefined, strides: Pair): Pair | undefined {
  if (value === undefined) return undefined;
  const pair: readonly number[] = typeof value === 'number' ? [value, value] : value;
  const allowed = (n: number, axis: number): boolean => isWhole(n, 0, strides[axis] - 1);
  if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(allowed)) {
    throw new StriateError({
      where: label,
      rule: `outputPadding must be a whole number from 0, smaller than the strides [${strides.join(', ')}], or two of them [height, width]`,
      received: shown(value),
    });
  }
  return [pair[0], pair[1]];
}
