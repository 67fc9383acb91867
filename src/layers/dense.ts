import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectWhole } from '../tensor/check.js';
import { sizeOf, StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import type { ActivationName } from './activations.js';
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
import { Layer, type LayerContext } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `Dense`. */
export interface DenseOptions extends KernelOptions {
  /** Number of outputs. */
  readonly units: number;
}

/**
 * A fully connected layer (Keras's Dense): x: [N, ..., C] → [N, ..., units], over the last axis. Weights: `kernel` [C, units],
 * `bias` [units].
 *
 * @throws StriateError when an option is out of range, and when the input has no axis besides the batch.
 */
export class Dense extends Layer {
  static override readonly traits = { weightNames: ['kernel', 'bias'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<DenseOptions> = {
    where: 'dense',
    first: ['units', 'activation'],
    kinds: { ...kernelOptionKinds, units: 'number' },
  };
  readonly className = 'Dense';
  readonly units: number;
  readonly settings: KernelSettings;
  private parameters!: KernelWeights;

  constructor(options: DenseOptions) {
    super(options);
    const label = labelOf(this);
    this.units = expectWhole(label, 'units', options.units);
    this.settings = kernelSettings(label, options);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = singleShape(this, inputShapes);
    if (shape.length === 0) {
      throw new StriateError({
        where: labelOf(this),
        rule: 'needs an input with at least one axis besides the batch',
        received: '[]',
        advice: 'put a flatten before it',
      });
    }
    return [...shape.slice(0, -1), this.units];
  }

  protected override build([shape]: readonly Shape[]): void {
    this.parameters = addKernel(this.addWeight.bind(this), this.settings, {
      kernel: [shape[shape.length - 1], this.units],
      bias: [this.units],
    });
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { units } = this;
    const { kernel, bias } = this.parameters;
    const outer = x.type.shape.slice(0, -1);
    const channels = x.type.shape[outer.length];
    const rows = outer.length === 1 ? x : ops.reshape(x, { shape: [sizeOf(outer), channels] });
    const product = ops.matmul(rows, kernel, { transposeA: false, transposeB: false });
    // Activated before the axes are put back, so that product, bias and activation stay next to each other and fuse.
    const y = biasedAndActivated(product, bias, this.settings.activation);
    return outer.length === 1 ? y : ops.reshape(y, { shape: [...outer, units] });
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), units: this.units, ...kernelConfig(this.settings) };
  }
}

/** With its first options by position. */
export function dense(units: number, options?: Omit<DenseOptions, 'units'>): Dense;
/** With its first options by position. */
export function dense(
  units: number,
  activation: ActivationName,
  options?: Omit<DenseOptions, 'units' | 'activation'>,
): Dense;
/**
 * A fully connected layer.
 *
 * @example
 * layers.dense({ units: 10, activation: 'softmax' });
 */
export function dense(options: DenseOptions): Dense;
export function dense(...given: readonly unknown[]): Dense {
  return new Dense(layerOptions(Dense.acceptedOptions, given));
}
