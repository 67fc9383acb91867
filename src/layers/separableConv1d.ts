import type { Node, Variable } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import type { Shape } from '../tensor/index.js';
import type { LayerContext } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { separableOptionKinds, separableSettings, type SeparableOptions, type SeparableSettings } from './separable.js';
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
import { biasedAndActivated, weightConfig } from './weightOptions.js';

/** Options of `SeparableConv1D`; kernel size, strides, padding and dilation are the depthwise convolution's. */
export interface SeparableConv1DOptions extends SeparableOptions, SignalWindowOptions {}

/**
 * A convolution of every channel of a signal by itself, then one of length 1 across channels (Keras's SeparableConv1D):
 * x: [N, L, C] → [N, outL, filters]. Weights: `depthwiseKernel` [k, C, depthMultiplier], `pointwiseKernel`
 * [1, C · depthMultiplier, filters], `bias` [filters].
 *
 * @throws StriateError when an option is out of range, and when the kernel does not fit the input.
 */
export class SeparableConv1D extends SignalConvolution {
  static override readonly traits = { weightNames: ['depthwiseKernel', 'pointwiseKernel', 'bias'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<SeparableConv1DOptions> = {
    where: 'separableConv1d',
    first: ['filters', 'kernelSize'],
    kinds: { ...separableOptionKinds, ...signalWindowOptionKinds },
  };
  readonly className = 'SeparableConv1D';
  readonly settings: SeparableSettings;
  private depthwise!: Variable;
  private pointwise!: Variable;
  private bias: Variable | undefined;

  constructor(options: SeparableConv1DOptions) {
    super(options);
    this.settings = separableSettings(labelOf(this), options);
  }

  get filters(): number {
    return this.settings.filters;
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    return [windowSteps(this, signalShape(this, inputShapes), this.row), this.filters];
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const [, channels] = signalShape(this, inputShapes);
    const { depthMultiplier, filters, useBias, weights } = this.settings;
    const { depthwise, pointwise, bias } = weights;
    const kernel = [this.kernelSize, channels, depthMultiplier];
    const across = [1, channels * depthMultiplier, filters];
    this.depthwise = this.addWeight('depthwiseKernel', kernel, depthwise.initializer, depthwise);
    this.pointwise = this.addWeight('pointwiseKernel', across, pointwise.initializer, pointwise);
    if (useBias) this.bias = this.addWeight('bias', [filters], bias.initializer, bias);
  }

  call({ graph }: LayerContext, [x]: readonly Node[]): Node {
    const { strides, padding, dilationRate: dilation } = this.row;
    const groups = x.type.shape[2];
    const shape = [1, this.kernelSize, 1, groups * this.settings.depthMultiplier];
    const kernel = ops.reshape(graph.variable(this.depthwise), { shape });
    const channels = ops.conv2d(asRow(x), kernel, { strides, padding, dilation, groups });
    const across = ops.reshape(graph.variable(this.pointwise), { shape: [1, ...this.pointwise.shape] });
    const pointwise = { strides: [1, 1], padding: 'valid', dilation: [1, 1], groups: 1 } as const;
    const y = ops.conv2d(channels, across, pointwise);
    return asSignal(biasedAndActivated(y, this.bias, this.settings.activation));
  }

  override config(): Record<string, unknown> {
    const { kernelSize, strides, padding, dilationRate } = this;
    const { filters, depthMultiplier, activation, useBias, weights } = this.settings;
    return {
      ...commonConfig(this),
      filters,
      kernelSize,
      strides,
      padding,
      dilationRate,
      depthMultiplier,
      activation,
      useBias,
      ...weightConfig(weights),
    };
  }
}

/** With its first options by position. */
export function separableConv1d(
  filters: number,
  kernelSize: StepsOption,
  options?: Omit<SeparableConv1DOptions, 'filters' | 'kernelSize'>,
): SeparableConv1D;
/**
 * A convolution of every channel of a signal by itself, then one across channels.
 *
 * @example
 * layers.separableConv1d({ filters: 64, kernelSize: 5, padding: 'same', activation: 'relu' });
 */
export function separableConv1d(options: SeparableConv1DOptions): SeparableConv1D;
export function separableConv1d(...given: readonly unknown[]): SeparableConv1D {
  return new SeparableConv1D(layerOptions(SeparableConv1D.acceptedOptions, given));
}
