import type { Node, Variable } from '../graph/index.js';
import { biasAdd, matmul, reshape } from '../ops/index.js';
import { sizeOf, StriateError, type Shape } from '../tensor/index.js';
import { activate } from './activation.js';
import { kernelConfig, kernelSettings, type KernelOptions, type KernelSettings } from './kernelOptions.js';
import { Layer, type LayerContext } from './layer.js';
import { commonConfig, labelOf, positiveInteger } from './options.js';
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
 * @throws StriateError when an option is out of range, and when the input has no axis beside the batch.
 *
 * @example
 * layers.dense({ units: 10, activation: 'softmax' });
 */
export class Dense extends Layer {
  readonly className = 'Dense';
  readonly units: number;
  readonly settings: KernelSettings;
  private kernel!: Variable;
  private bias: Variable | undefined;

  constructor(options: DenseOptions) {
    super(options);
    const label = labelOf(this);
    this.units = positiveInteger(label, 'units', options.units);
    this.settings = kernelSettings(label, options);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = singleShape(this, inputShapes);
    if (shape.length === 0) {
      throw new StriateError({
        where: labelOf(this),
        rule: 'needs an input with at least one axis beside the batch',
        received: '[]',
        advice: 'put a flatten before it',
      });
    }
    return [...shape.slice(0, -1), this.units];
  }

  protected override build([shape]: readonly Shape[]): void {
    const { useBias, kernelInitializer, kernelRegularizer, biasInitializer, biasRegularizer } = this.settings;
    const kernelShape = [shape[shape.length - 1], this.units];
    this.kernel = this.addWeight('kernel', kernelShape, kernelInitializer, { regularizer: kernelRegularizer });
    if (useBias) {
      this.bias = this.addWeight('bias', [this.units], biasInitializer, { regularizer: biasRegularizer });
    }
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { units } = this;
    const outer = x.type.shape.slice(0, -1);
    const channels = x.type.shape[outer.length];
    const rows = outer.length === 1 ? x : reshape(x, { shape: [sizeOf(outer), channels] });
    let y: Node = matmul(rows, this.kernel, { transposeA: false, transposeB: false });
    if (this.bias) y = biasAdd(y, this.bias);
    // Activated before the axes are put back, so that product, bias and activation stay next to each other and fuse.
    y = activate(this.settings.activation, y);
    return outer.length === 1 ? y : reshape(y, { shape: [...outer, units] });
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), units: this.units, ...kernelConfig(this.settings) };
  }
}
