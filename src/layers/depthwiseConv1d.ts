import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWhole } from '../tensor/check.js';
import type { Shape } from '../tensor/index.js';
import type { LayerContext } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import {
  asRow,
  asSignal,
  SignalConvolution,
  signalShape,
  signalWindowOptionKinds,
  windowSteps,
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

/** Options of `DepthwiseConv1D`; `kernelInitializer` is Keras's `depthwise_initializer`. */
export interface DepthwiseConv1DOptions extends KernelOptions, SignalWindowOptions {
  /** Output channels per input channel; 1 by default. */
  readonly depthMultiplier?: number;
}

/**
 * A convolution of every channel of a signal by itself (Keras's DepthwiseConv1D): x: [N, L, C] → [N, outL, C · depthMultiplier],
 * where output channel c · depthMultiplier + m comes from input channel c. Weights: `kernel` [k, C, depthMultiplier], `bias`
 * [C · depthMultiplier].
 *
 * @throws StriateError when an option is out of range, and when the kernel does not fit the input.
 */
export class DepthwiseConv1D extends SignalConvolution {
  static override readonly traits = { weightNames: ['kernel', 'bias'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<DepthwiseConv1DOptions> = {
    where: 'depthwiseConv1d',
    first: ['kernelSize'],
    kinds: { ...kernelOptionKinds, ...signalWindowOptionKinds, depthMultiplier: 'number' },
  };
  readonly className = 'DepthwiseConv1D';
  readonly depthMultiplier: number;
  readonly settings: KernelSettings;
  private parameters!: KernelWeights;

  constructor(options: DepthwiseConv1DOptions) {
    super(options);
    const label = labelOf(this);
    this.depthMultiplier = expectWhole(label, 'depthMultiplier', options.depthMultiplier ?? 1);
    this.settings = kernelSettings(label, options);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const input = signalShape(this, inputShapes);
    return [windowSteps(this, input, this.row), input[1] * this.depthMultiplier];
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const [, channels] = signalShape(this, inputShapes);
    this.parameters = addKernel(this.addWeight.bind(this), this.settings, {
      kernel: [this.kernelSize, channels, this.depthMultiplier],
      bias: [channels * this.depthMultiplier],
    });
  }

  call({ graph }: LayerContext, [x]: readonly Node[]): Node {
    const { strides, padding, dilationRate: dilation } = this.row;
    const groups = x.type.shape[2];
    const shape = [1, this.kernelSize, 1, groups * this.depthMultiplier];
    const kernel = ops.reshape(graph.variable(this.parameters.kernel), { shape });
    const y = ops.conv2d(asRow(x), kernel, { strides, padding, dilation, groups });
    return asSignal(biasedAndActivated(y, this.parameters.bias, this.settings.activation));
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
}

/** With its first options by position. */
export function depthwiseConv1d(
  kernelSize: StepsOption,
  options?: Omit<DepthwiseConv1DOptions, 'kernelSize'>,
): DepthwiseConv1D;
/**
 * A convolution of every channel of a signal by itself.
 *
 * @example
 * layers.depthwiseConv1d({ kernelSize: 5, padding: 'same', useBias: false });
 */
export function depthwiseConv1d(options: DepthwiseConv1DOptions): DepthwiseConv1D;
export function depthwiseConv1d(...given: readonly unknown[]): DepthwiseConv1D {
  return new DepthwiseConv1D(layerOptions(DepthwiseConv1D.acceptedOptions, given));
}
