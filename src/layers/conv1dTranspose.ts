import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWhole, isWhole, shown } from '../tensor/check.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';
import { transposedExtent, type TransposedExtent } from './conv2dTranspose.js';
import { Layer, type LayerContext, type LayerWindow } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import {
  asRow,
  asSignal,
  rowPadding,
  signalPaddingOption,
  signalShape,
  signalWindowOptionKinds,
  stepsOption,
  type EndsOption,
  type SignalPadding,
  type SignalWindowOptions,
  type StepsOption,
} from './signal.js';
import {
  addKernel,
  biasedAndActivated,
  kernelConfig,
  kernelOptionKinds,
  kernelSettings,
  type KernelOptions,
  type KernelSettings,
  type KernelWeights,
} from './weightOptions.js';

/** Options of `Conv1DTranspose`. */
export interface Conv1DTransposeOptions extends KernelOptions, Omit<SignalWindowOptions, 'padding'> {
  /** Number of output channels. */
  readonly filters: number;
  /**
   * `'valid'` (default) keeps all that the kernels reach, `'same'` gives L · strides steps, and ends, as PyTorch's
   * ConvTranspose1d has them, are cut off.
   */
  readonly padding?: 'valid' | 'same' | EndsOption;
  /** Steps added behind, fewer than the strides; by default what `padding` says, 0 with ends. */
  readonly outputPadding?: StepsOption;
}

/**
 * The transpose of a convolution along a signal, which lengthens it (Keras's Conv1DTranspose, PyTorch's ConvTranspose1d):
 * x: [N, L, C] → [N, outL, filters], with outL as each axis of `Conv2DTranspose`. Weights: `kernel` [k, filters, C], `bias`
 * [filters].
 *
 * @throws StriateError when an option is out of range, and when the padding leaves nothing of the output.
 */
export class Conv1DTranspose extends Layer {
  static override readonly traits = { weightNames: ['kernel', 'bias'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<Conv1DTransposeOptions> = {
    where: 'conv1dTranspose',
    first: ['filters', 'kernelSize'],
    kinds: { ...kernelOptionKinds, ...signalWindowOptionKinds, filters: 'number', outputPadding: 'number or list' },
  };
  readonly className = 'Conv1DTranspose';
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides: number;
  readonly padding: SignalPadding;
  readonly outputPadding: number | undefined;
  readonly dilationRate: number;
  readonly settings: KernelSettings;
  private parameters!: KernelWeights;

  constructor(options: Conv1DTransposeOptions) {
    super(options);
    const label = labelOf(this);
    this.filters = expectWhole(label, 'filters', options.filters);
    this.kernelSize = stepsOption(label, 'kernelSize', options.kernelSize);
    this.strides = stepsOption(label, 'strides', options.strides ?? 1);
    this.padding = signalPaddingOption(label, options.padding ?? 'valid', ['valid', 'same']);
    this.outputPadding = outputPaddingOption(label, options.outputPadding, this.strides);
    this.dilationRate = stepsOption(label, 'dilationRate', options.dilationRate ?? 1);
    this.settings = kernelSettings(label, options);
  }

  /** What it makes of a signal of so many steps. */
  extent(steps: number): TransposedExtent {
    const { kernelSize: kernel, strides: stride, dilationRate: dilation, padding, outputPadding } = this;
    return transposedExtent(steps, { kernel, stride, dilation, padding, outputPadding });
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const input = signalShape(this, inputShapes);
    const { size } = this.extent(input[0]);
    if (size >= 1) return [size, this.filters];
    throw new StriateError({
      where: labelOf(this),
      rule: `padding ${shown(this.padding)} leaves nothing of the output`,
      received: `input ${formatShape(input)}`,
      advice: 'use less padding or a larger kernel',
    });
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const [, channels] = signalShape(this, inputShapes);
    this.parameters = addKernel(this.addWeight.bind(this), this.settings, {
      kernel: [this.kernelSize, this.filters, channels],
      bias: [this.filters],
    });
  }

  call({ graph }: LayerContext, [x]: readonly Node[]): Node {
    const [batch, steps] = x.type.shape;
    const { size, before, after } = this.extent(steps);
    const kernel = ops.reshape(graph.variable(this.parameters.kernel), { shape: [1, ...this.parameters.kernel.shape] });
    const y = ops.conv2dInputGradient(asRow(x), kernel, {
      strides: [1, this.strides],
      padding: [0, 0, before, after],
      dilation: [1, this.dilationRate],
      groups: 1,
      shape: [batch, 1, size, this.filters],
    });
    return asSignal(biasedAndActivated(y, this.parameters.bias, this.settings.activation));
  }

  override config(): Record<string, unknown> {
    const { filters, kernelSize, strides, padding, outputPadding, dilationRate } = this;
    return {
      ...commonConfig(this),
      filters,
      kernelSize,
      strides,
      padding,
      ...(outputPadding !== undefined && { outputPadding }),
      dilationRate,
      ...kernelConfig(this.settings),
    };
  }

  override window(): LayerWindow {
    const padding = rowPadding(this.padding);
    return { kernel: [1, this.kernelSize], strides: [1, 1 / this.strides], dilation: [1, this.dilationRate], padding };
  }
}

function outputPaddingOption(label: string, value: StepsOption | undefined, strides: number): number | undefined {
  if (value === undefined) return undefined;
  const list: readonly number[] = typeof value === 'number' ? [value] : value;
  if (list.length === 1 && isWhole(list[0], 0, strides - 1)) return list[0];
  throw new StriateError({
    where: label,
    rule: `outputPadding must be a whole number from 0, smaller than the strides ${strides}`,
    received: shown(value),
  });
}

/** With its first options by position. */
export function conv1dTranspose(
  filters: number,
  kernelSize: StepsOption,
  options?: Omit<Conv1DTransposeOptions, 'filters' | 'kernelSize'>,
): Conv1DTranspose;
/**
 * The transpose of a convolution along a signal, which lengthens it.
 *
 * @example
 * layers.conv1dTranspose({ filters: 32, kernelSize: 4, strides: 2, padding: 'same', activation: 'relu' });
 */
export function conv1dTranspose(options: Conv1DTransposeOptions): Conv1DTranspose;
export function conv1dTranspose(...given: readonly unknown[]): Conv1DTranspose {
  return new Conv1DTranspose(layerOptions(Conv1DTranspose.acceptedOptions, given));
}
