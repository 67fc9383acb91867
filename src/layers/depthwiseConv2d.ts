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
  labelOf,
  paddingOption,
  pairOption,
  type WindowOptions,
  layerOptions,
  windowOptionKinds,
  type PairOption,
} from './options.js';
import { pictureShape, windowShape } from './shapes.js';

/** Options of `DepthwiseConv2D`; `kernelInitializer` is Keras's `depthwise_initializer`. */
export interface DepthwiseConv2DOptions extends KernelOptions, WindowOptions {
  /** Output channels per input channel; 1 by default. */
  readonly depthMultiplier?: number;
}

/**
 * A convolution of every channel by itself (Keras's DepthwiseConv2D, PyTorch's Conv2d with as many groups as channels):
 * x: [N, H, W, C] → [N, outH, outW, C · depthMultiplier], where output channel c · depthMultiplier + m comes from input
 * channel c. Weights: `kernel` [kh, kw, C, depthMultiplier], `bias` [C · depthMultiplier].
 *
 * @throws StriateError when an option is out of range, and when the kernel does not fit the input.
 */
export class DepthwiseConv2D extends Layer {
  static override readonly traits = { weightNames: ['kernel', 'bias'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<DepthwiseConv2DOptions> = {
    where: 'depthwiseConv2d',
    first: ['kernelSize'],
    kinds: { ...kernelOptionKinds, ...windowOptionKinds, depthMultiplier: 'number' },
  };
  readonly className = 'DepthwiseConv2D';
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly depthMultiplier: number;
  readonly dilationRate: Pair;
  readonly settings: KernelSettings;
  private parameters!: KernelWeights;

  constructor(options: DepthwiseConv2DOptions) {
    super(options);
    const label = labelOf(this);
    this.kernelSize = pairOption(label, 'kernelSize', options.kernelSize);
    this.strides = pairOption(label, 'strides', options.strides ?? 1);
    this.padding = paddingOption(label, options.padding ?? 'valid');
    this.depthMultiplier = expectWhole(label, 'depthMultiplier', options.depthMultiplier ?? 1);
    this.dilationRate = pairOption(label, 'dilationRate', options.dilationRate ?? 1);
    this.settings = kernelSettings(label, options);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const input = pictureShape(this, inputShapes);
    const { kernelSize: kernel, strides, padding, dilationRate: dilation } = this;
    const output = windowShape(this, input, { kernel, strides, padding, dilation });
    return [...output, input[2] * this.depthMultiplier];
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const [, , channels] = pictureShape(this, inputShapes);
    this.parameters = addKernel(this.addWeight.bind(this), this.settings, {
      kernel: [...this.kernelSize, channels, this.depthMultiplier],
      bias: [channels * this.depthMultiplier],
    });
  }

  call({ graph }: LayerContext, [x]: readonly Node[]): Node {
    const { strides, padding, dilationRate: dilation } = this;
    const groups = x.type.shape[3];
    // The same numbers in the same order: a group per channel has one input channel and its multiples side by side.
    const shape = [...this.kernelSize, 1, groups * this.depthMultiplier];
    const kernel = ops.reshape(graph.variable(this.parameters.kernel), { shape });
    const y = ops.conv2d(x, kernel, { strides, padding, dilation, groups });
    return biasedAndActivated(y, this.parameters.bias, this.settings.activation);
  }

  override config(): Record<string, unknown> {
    const { kernelSize, strides, padding, depthMultiplier, dilationRate } = this;
    return {
      ...commonConfig(this),
      kernelSize,
      strides,
      padding,
      depthMultiplier,
      dilationRate,
      ...kernelConfig(this.settings),
    };
  }

  override window(): LayerWindow {
    return { kernel: this.kernelSize, strides: this.strides, dilation: this.dilationRate, padding: this.padding };
  }
}

/** With its first options by position. */
export function depthwiseConv2d(
  kernelSize: PairOption,
  options?: Omit<DepthwiseConv2DOptions, 'kernelSize'>,
): DepthwiseConv2D;
/**
 * A convolution of every channel by itself.
 *
 * @example
 * layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', useBias: false });
 */
export function depthwiseConv2d(options: DepthwiseConv2DOptions): DepthwiseConv2D;
export function depthwiseConv2d(...given: readonly unknown[]): DepthwiseConv2D {
  return new DepthwiseConv2D(layerOptions(DepthwiseConv2D.acceptedOptions, given));
}
