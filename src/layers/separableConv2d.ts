import type { Node, Variable } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Padding, Pair } from '../ops/window.js';
import { expectWhole } from '../tensor/check.js';
import type { Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { activate, activationOption, type ActivationName } from './activations.js';
import type { InitializerOption } from './initializers/index.js';
import { Layer, type LayerContext, type LayerOptions, type LayerWindow, layerOptionKinds } from './layer.js';
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
import type { RegularizerOption } from './regularizers.js';
import { pictureShape, windowShape } from './shapes.js';
import { weightConfig, weightSettings, type WeightSettings } from './weightOptions.js';

/** Options of `SeparableConv2D`; kernel size, strides, padding and dilation are the depthwise convolution's. */
export interface SeparableConv2DOptions extends LayerOptions, WindowOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** Channels between the two, per input channel; 1 by default. */
  readonly depthMultiplier?: number;
  /** Applied last; none by default. */
  readonly activation?: ActivationName;
  /** Whether a bias is added at the end; true by default. */
  readonly useBias?: boolean;
  /** `'glorotUniform'` by default. */
  readonly depthwiseInitializer?: InitializerOption;
  /** `'glorotUniform'` by default. */
  readonly pointwiseInitializer?: InitializerOption;
  /** `'zeros'` by default. */
  readonly biasInitializer?: InitializerOption;
  readonly depthwiseRegularizer?: RegularizerOption;
  readonly pointwiseRegularizer?: RegularizerOption;
  readonly biasRegularizer?: RegularizerOption;
}

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
    kinds: {
      ...layerOptionKinds,
      ...windowOptionKinds,
      filters: 'number',
      depthMultiplier: 'number',
      activation: 'string',
      useBias: 'boolean',
      depthwiseInitializer: 'other',
      pointwiseInitializer: 'other',
      biasInitializer: 'other',
      depthwiseRegularizer: 'other',
      pointwiseRegularizer: 'other',
      biasRegularizer: 'other',
    },
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
  private readonly settings: Readonly<Record<'depthwise' | 'pointwise' | 'bias', WeightSettings>>;
  private depthwise!: Variable;
  private pointwise!: Variable;
  private bias: Variable | undefined;

  constructor(options: SeparableConv2DOptions) {
    super(options);
    const label = labelOf(this);
    this.filters = expectWhole(label, 'filters', options.filters);
    this.kernelSize = pairOption(label, 'kernelSize', options.kernelSize);
    this.strides = pairOption(label, 'strides', options.strides ?? 1);
    this.padding = paddingOption(label, options.padding ?? 'valid');
    this.dilationRate = pairOption(label, 'dilationRate', options.dilationRate ?? 1);
    this.depthMultiplier = expectWhole(label, 'depthMultiplier', options.depthMultiplier ?? 1);
    this.activation = activationOption(label, options.activation);
    this.useBias = options.useBias ?? true;
    this.settings = weightSettings(label, options, {
      depthwise: 'glorotUniform',
      pointwise: 'glorotUniform',
      bias: 'zeros',
    });
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
    let y: Node = ops.conv2d(channels, this.pointwise, pointwise);
    if (this.bias) y = ops.biasAdd(y, this.bias);
    return activate(this.activation, y);
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
    return { kernel: this.kernelSize, strides: this.strides, dilation: this.dilationRate };
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
