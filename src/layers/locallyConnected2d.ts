import type { Node, Variable } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Pair } from '../ops/window.js';
import { expectWhole } from '../tensor/check.js';
import { sizeOf, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { activate } from './activations.js';
import type { Initializer } from './initializers/initializer.js';
import {
  kernelOptionKinds,
  kernelConfig,
  kernelSettings,
  type KernelOptions,
  type KernelSettings,
} from './weightOptions.js';
import { Layer, type LayerContext, type LayerWindow } from './layer.js';
import { commonConfig, labelOf, pairOption, type PairOption, layerOptions } from './options.js';
import { pictureShape, windowShape } from './shapes.js';

/** Options of `LocallyConnected2D`. */
export interface LocallyConnected2DOptions extends KernelOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** Side of the kernels, or [height, width]. */
  readonly kernelSize: PairOption;
  /** 1 by default. */
  readonly strides?: PairOption;
}

/**
 * A convolution that shares no weights: every position has a kernel of its own (Keras 2's LocallyConnected2D).
 * x: [N, H, W, C] → [N, outH, outW, filters], without padding. Weights: `kernel` [outH · outW, kh · kw · C, filters], `bias`
 * [outH, outW, filters]. Unlike in Keras, each position's kernel starts with the spread of a convolution's: Keras counts all
 * positions into the fans, which makes the weights start too small to learn.
 * (An initializer with a seed of its own starts all positions alike.)
 *
 * @throws StriateError when an option is out of range, and when the kernel does not fit the input.
 */
export class LocallyConnected2D extends Layer {
  static override readonly traits = { weightNames: ['kernel', 'bias'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<LocallyConnected2DOptions> = {
    where: 'locallyConnected2d',
    first: ['filters', 'kernelSize'],
    kinds: { ...kernelOptionKinds, filters: 'number', kernelSize: 'number or list', strides: 'number or list' },
  };
  readonly className = 'LocallyConnected2D';
  readonly filters: number;
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly settings: KernelSettings;
  private kernel!: Variable;
  private bias: Variable | undefined;

  constructor(options: LocallyConnected2DOptions) {
    super(options);
    const label = labelOf(this);
    this.filters = expectWhole(label, 'filters', options.filters);
    this.kernelSize = pairOption(label, 'kernelSize', options.kernelSize);
    this.strides = pairOption(label, 'strides', options.strides ?? 1);
    this.settings = kernelSettings(label, options);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const { kernelSize: kernel, strides } = this;
    const output = windowShape(this, pictureShape(this, inputShapes), { kernel, strides, padding: 'valid' });
    return [...output, this.filters];
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const [, , channels] = pictureShape(this, inputShapes);
    const [height, width] = this.outputShape(inputShapes);
    const { useBias, kernel, bias } = this.settings;
    const window = [...this.kernelSize, channels, this.filters];
    const shape = [height * width, sizeOf(this.kernelSize) * channels, this.filters];
    this.kernel = this.addWeight('kernel', shape, positionByPosition(kernel.initializer, window), kernel);
    if (useBias) {
      const biasShape = [height, width, this.filters];
      this.bias = this.addWeight('bias', biasShape, bias.initializer, bias);
    }
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { kernelSize: kernel, strides } = this;
    let y: Node = ops.locallyConnected2d(x, this.kernel, { kernel, strides });
    if (this.bias) y = ops.add(y, this.bias);
    return activate(this.settings.activation, y);
  }

  override config(): Record<string, unknown> {
    const { filters, kernelSize, strides } = this;
    return { ...commonConfig(this), filters, kernelSize, strides, ...kernelConfig(this.settings) };
  }

  override window(): LayerWindow {
    return { kernel: this.kernelSize, strides: this.strides, dilation: [1, 1] };
  }
}

/** With its first options by position. */
export function locallyConnected2d(
  filters: number,
  kernelSize: PairOption,
  options?: Omit<LocallyConnected2DOptions, 'filters' | 'kernelSize'>,
): LocallyConnected2D;
/**
 * A convolution that shares no weights.
 *
 * @example
 * layers.locallyConnected2d({ filters: 8, kernelSize: 3, activation: 'relu' });
 */
export function locallyConnected2d(options: LocallyConnected2DOptions): LocallyConnected2D;
export function locallyConnected2d(...given: readonly unknown[]): LocallyConnected2D {
  return new LocallyConnected2D(layerOptions(LocallyConnected2D.acceptedOptions, given));
}

/** Fills a weight window by window, each as if it were the only one. */
function positionByPosition(initializer: Initializer, window: Shape): Initializer {
  return {
    className: initializer.className,
    config: () => initializer.config(),
    fill(values, _shape, random) {
      const size = sizeOf(window);
      for (let at = 0; at < values.length; at += size) initializer.fill(values.subarray(at, at + size), window, random);
    },
  };
}
