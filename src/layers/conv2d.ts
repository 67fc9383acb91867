import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Padding, Pair } from '../ops/window.js';
import { expectWhole } from '../tensor/check.js';
import type { Shape } from '../tensor/index.js';
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
  groupsOption,
  labelOf,
  paddingOption,
  pairOption,
  type WindowOptions,
  layerOptions,
  windowOptionKinds,
  type PairOption,
} from './options.js';
import { expectGroups, pictureShape, windowShape } from './shapes.js';

/** Options of `Conv2D`. */
export interface Conv2DOptions extends KernelOptions, WindowOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** Cuts input and output channels into this many independent parts; 1 by default. */
  readonly groups?: number;
}

/**
 * 2D convolution (Keras's Conv2D): x: [N, H, W, C] → [N, outH, outW, filters]. Weights: `kernel` [kh, kw, C / groups,
 * filters], `bias` [filters].
 *
 * @throws StriateError when an option is out of range, and when the kernel or the groups do not fit the input.
 */
export class Conv2D extends Layer {
  static override readonly traits = { weightNames: ['kernel', 'bias'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<Conv2DOptions> = {
    where: 'conv2d',
    first: ['filters', 'kernelSize'],
    kinds: { ...kernelOptionKinds, ...windowOptionKinds, filters: 'number', groups: 'number' },
  };
  readonly className = 'Conv2D';
  readonly filters: number;
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilationRate: Pair;
  readonly groups: number;
  readonly settings: KernelSettings;
  private parameters!: KernelWeights;

  constructor(options: Conv2DOptions) {
    super(options);
    const label = labelOf(this);
    this.filters = expectWhole(label, 'filters', options.filters);
    this.kernelSize = pairOption(label, 'kernelSize', options.kernelSize);
    this.strides = pairOption(label, 'strides', options.strides ?? 1);
    this.padding = paddingOption(label, options.padding ?? 'valid');
    this.dilationRate = pairOption(label, 'dilationRate', options.dilationRate ?? 1);
    this.groups = groupsOption(label, options.groups, this.filters);
    this.settings = kernelSettings(label, options);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const input = pictureShape(this, inputShapes);
    expectGroups(this, input, this.groups);
    const [height, width] = windowShape(this, input, {
      kernel: this.kernelSize,
      strides: this.strides,
      padding: this.padding,
      dilation: this.dilationRate,
    });
    return [height, width, this.filters];
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const [, , channels] = pictureShape(this, inputShapes);
    this.parameters = addKernel(this.addWeight.bind(this), this.settings, {
      kernel: [...this.kernelSize, channels / this.groups, this.filters],
      bias: [this.filters],
    });
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { strides, padding, dilationRate: dilation, groups } = this;
    const y = ops.conv2d(x, this.parameters.kernel, { strides, padding, dilation, groups });
    return biasedAndActivated(y, this.parameters.bias, this.settings.activation);
  }

  override config(): Record<string, unknown> {
    const { filters, kernelSize, strides, padding, dilationRate, groups } = this;
    return {
      ...commonConfig(this),
      filters,
      kernelSize,
      strides,
      padding,
      dilationRate,
      groups,
      ...kernelConfig(this.settings),
    };
  }

  override window(): LayerWindow {
    return { kernel: this.kernelSize, strides: this.strides, dilation: this.dilationRate, padding: this.padding };
  }
}

/** With its first options by position. */
export function conv2d(
  filters: number,
  kernelSize: PairOption,
  options?: Omit<Conv2DOptions, 'filters' | 'kernelSize'>,
): Conv2D;
/**
 * 2D convolution.
 *
 * @example
 * layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] });
 */
export function conv2d(options: Conv2DOptions): Conv2D;
export function conv2d(...given: readonly unknown[]): Conv2D {
  return new Conv2D(layerOptions(Conv2D.acceptedOptions, given));
}
