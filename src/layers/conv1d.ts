import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWhole } from '../tensor/check.js';
import type { Shape } from '../tensor/index.js';
import type { LayerContext } from './layer.js';
import { commonConfig, groupsOption, labelOf, layerOptions } from './options.js';
import { expectGroups } from './shapes.js';
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

/** Options of `Conv1D`. */
export interface Conv1DOptions extends KernelOptions, SignalWindowOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** Cuts input and output channels into this many independent parts; 1 by default. */
  readonly groups?: number;
}

/**
 * A convolution along a signal (Keras's Conv1D): x: [N, L, C] → [N, outL, filters]. Weights: `kernel` [k, C / groups, filters],
 * `bias` [filters].
 *
 * @throws StriateError when an option is out of range, and when the kernel or the groups do not fit the input.
 */
export class Conv1D extends SignalConvolution {
  static override readonly traits = { weightNames: ['kernel', 'bias'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<Conv1DOptions> = {
    where: 'conv1d',
    first: ['filters', 'kernelSize'],
    kinds: { ...kernelOptionKinds, ...signalWindowOptionKinds, filters: 'number', groups: 'number' },
  };
  readonly className = 'Conv1D';
  readonly filters: number;
  readonly groups: number;
  readonly settings: KernelSettings;
  private parameters!: KernelWeights;

  constructor(options: Conv1DOptions) {
    super(options);
    const label = labelOf(this);
    this.filters = expectWhole(label, 'filters', options.filters);
    this.groups = groupsOption(label, options.groups, this.filters);
    this.settings = kernelSettings(label, options);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const input = signalShape(this, inputShapes);
    expectGroups(this, input, this.groups);
    return [windowSteps(this, input, this.row), this.filters];
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const [, channels] = signalShape(this, inputShapes);
    this.parameters = addKernel(this.addWeight.bind(this), this.settings, {
      kernel: [this.kernelSize, channels / this.groups, this.filters],
      bias: [this.filters],
    });
  }

  call({ graph }: LayerContext, [x]: readonly Node[]): Node {
    const { strides, padding, dilationRate: dilation } = this.row;
    const kernel = ops.reshape(graph.variable(this.parameters.kernel), { shape: [1, ...this.parameters.kernel.shape] });
    const y = ops.conv2d(asRow(x), kernel, { strides, padding, dilation, groups: this.groups });
    return asSignal(biasedAndActivated(y, this.parameters.bias, this.settings.activation));
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
}

/** With its first options by position. */
export function conv1d(
  filters: number,
  kernelSize: StepsOption,
  options?: Omit<Conv1DOptions, 'filters' | 'kernelSize'>,
): Conv1D;
/**
 * A convolution along a signal.
 *
 * @example
 * layers.conv1d({ filters: 32, kernelSize: 5, padding: 'causal', activation: 'relu', inputShape: [128, 6] });
 */
export function conv1d(options: Conv1DOptions): Conv1D;
export function conv1d(...given: readonly unknown[]): Conv1D {
  return new Conv1D(layerOptions(Conv1D.acceptedOptions, given));
}
