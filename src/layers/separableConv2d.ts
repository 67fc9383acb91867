import type { Node, Variable } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Padding, Pair } from '../ops/window.js';
import type { Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import type { ActivationName } from './activations.js';
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
import { separableOptionKinds, separableSettings, type SeparableOptions, type SeparableSettings } from './separable.js';
import { pictureShape, windowShape } from './shapes.js';
import { biasedAndActivated, weightConfig } from './weightOptions.js';

/** Options of `SeparableConv2D`; kernel size, strides, padding and dilation are the depthwise convolution's. */
export interface SeparableConv2DOptions extends SeparableOptions, WindowOptions {}

/**
 * A convolution of every channel by itself, then one of 1×1 across channels, with nothing between (Keras's SeparableConv2D;
 * Chollet 2017, https://arxiv.org/abs/1610.02357): x: [N, H, W, C] → [N, outH, outW, filters]. Weights: `depthwiseKernel`
 * [kh, kw, C, depthMultiplier], `pointwiseKernel` [1, 1, C · depthMultiplier, filters], `bias` [filters].
 *
 * @throws StriateError when an option is out of range, and when the kernel does not fit the input.
 */
export class SeparableConv2D extends Layer {
  static override readonly traits = { weightNames: ['depthwiseKernel', 'pointwiseKernel', 'bias'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<SeparableConv2DOptions> = {
    where: 'separableConv2d',
    first: ['filters', 'kernelSize'],
    kinds: { ...separableOptionKinds, ...windowOptionKinds },
  };
  readonly className = 'SeparableConv2D';
  readonly filters: number;
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilationRate: Pair;
  readonly depthMultiplier: number;
  readonly activation: ActivationName;
  readonly useBias: boolean;
  private readonly settings: SeparableSettings['weights'];
  private depthwise!: Variable;
  private pointwise!: Variable;
  private bias: Variable | undefined;

  constructor(options: SeparableConv2DOptions) {
    super(options);
    const label = labelOf(this);
    this.kernelSize = pairOption(label, 'kernelSize', options.kernelSize);
    this.strides = pairOption(label, 'strides', options.strides ?? 1);
    this.padding = paddingOption(label, options.padding ?? 'valid');
    this.dilationRate = pairOption(label, 'dilationRate', options.dilationRate ?? 1);
    const settings = separableSettings(label, options);
    this.filters = settings.filters;
    this.depthMultiplier = settings.depthMultiplier;
    this.activation = settings.activation;
    this.useBias = settings.useBias;
    this.settings = settings.weights;
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const { kernelSize: kernel, strides, padding, dilationRate: dilation } = this;
    const output = windowShape(this, pictureShape(this, inputShapes), { kernel, strides, padding, dilation });
    return [...output, this.filters];
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const [, , channels] = pictureShape(this, inputShapes);
    const { depthMultiplier, filters, useBias } = this;
    const { depthwise, pointwise, bias } = this.settings;
    const kernel = [...this.kernelSize, channels, depthMultiplier];
    const across = [1, 1, channels * depthMultiplier, filters];
    this.depthwise = this.addWeight('depthwiseKernel', kernel, depthwise.initializer, depthwise);
    this.pointwise = this.addWeight('pointwiseKernel', across, pointwise.initializer, pointwise);
    if (useBias) this.bias = this.addWeight('bias', [filters], bias.initializer, bias);
  }

  call({ graph }: LayerContext, [x]: readonly Node[]): Node {
    const { strides, padding, dilationRate: dilation } = this;
    const groups = x.type.shape[3];
    const shape = [...this.kernelSize, 1, groups * this.depthMultiplier];
    const kernel = ops.reshape(graph.variable(this.depthwise), { shape });
    const channels = ops.conv2d(x, kernel, { strides, padding, dilation, groups });
    const pointwise = { strides: [1, 1], padding: 'valid', dilation: [1, 1], groups: 1 } as const;
    const y = ops.conv2d(channels, this.pointwise, pointwise);
    return biasedAndActivated(y, this.bias, this.activation);
  }

  override config(): Record<string, unknown> {
    const { filters, kernelSize, strides, padding, dilationRate, depthMultiplier, activation, useBias } = this;
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
      ...weightConfig(this.settings),
    };
  }

  override window(): LayerWindow {
    return { kernel: this.kernelSize, strides: this.strides, dilation: this.dilationRate, padding: this.padding };
  }
}

/** With its first options by position. */
export function separableConv2d(
  filters: number,
  kernelSize: PairOption,
  options?: Omit<SeparableConv2DOptions, 'filters' | 'kernelSize'>,
): SeparableConv2D;
/**
 * A convolution of every channel by itself, then one across channels.
 *
 * @example
 * layers.separableConv2d({ filters: 64, kernelSize: 3, padding: 'same', activation: 'relu' });
 */
export function separableConv2d(options: SeparableConv2DOptions): SeparableConv2D;
export function separableConv2d(...given: readonly unknown[]): SeparableConv2D {
  return new SeparableConv2D(layerOptions(SeparableConv2D.acceptedOptions, given));
}
