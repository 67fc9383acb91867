import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWhole } from '../tensor/check.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';
import { Layer, layerOptionKinds, type LayerContext, type LayerOptions, type LayerWindow } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { singleShape } from './shapes.js';
import { asRow, asSignal, signalShape, stepsOption, type StepsOption } from './signal.js';

/** Options of `UpSampling1D`. */
export interface UpSampling1DOptions extends LayerOptions {
  /** How many times as long; 2 by default. */
  readonly size?: StepsOption;
}

/** A signal, each of whose steps comes so many times: [N, L, C] → [N, L · times, C]. */
function repeated(x: Node, times: number): Node {
  return asSignal(ops.upSampling2d(asRow(x), { size: [1, times], interpolation: 'nearest' }));
}

/**
 * A signal with each step repeated (Keras's UpSampling1D): x: [N, L, C] → [N, L · size, C].
 *
 * @throws StriateError when the size is not a whole number from 1 or the input is not a signal.
 */
export class UpSampling1D extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<UpSampling1DOptions> = {
    where: 'upSampling1d',
    first: ['size'],
    kinds: { ...layerOptionKinds, size: 'number or list' },
  };
  readonly className = 'UpSampling1D';
  readonly size: number;

  constructor(options: UpSampling1DOptions = {}) {
    super(options);
    this.size = stepsOption(labelOf(this), 'size', options.size ?? 2);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const [steps, channels] = signalShape(this, inputShapes);
    return [steps * this.size, channels];
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return repeated(x, this.size);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), size: this.size };
  }

  override window(): LayerWindow {
    return { kernel: [1, this.size], strides: [1, 1 / this.size], dilation: [1, 1], padding: 'same' };
  }
}

/** With its first options by position. */
export function upSampling1d(size: StepsOption, options?: Omit<UpSampling1DOptions, 'size'>): UpSampling1D;
/**
 * A signal with each step repeated.
 *
 * @example
 * layers.upSampling1d({ size: 3 });
 */
export function upSampling1d(options?: UpSampling1DOptions): UpSampling1D;
export function upSampling1d(...given: readonly unknown[]): UpSampling1D {
  return new UpSampling1D(layerOptions(UpSampling1D.acceptedOptions, given));
}

/** Options of `RepeatVector`. */
export interface RepeatVectorOptions extends LayerOptions {
  /** How often. */
  readonly n: number;
}

/**
 * A vector repeated as the steps of a signal (Keras's RepeatVector): x: [N, C] → [N, n, C].
 *
 * @throws StriateError when n is not a whole number from 1 or the input is not a vector.
 */
export class RepeatVector extends Layer {
  static override readonly traits = { sameAsKeras: true, keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<RepeatVectorOptions> = {
    where: 'repeatVector',
    first: ['n'],
    kinds: { ...layerOptionKinds, n: 'number' },
  };
  readonly className = 'RepeatVector';
  readonly n: number;

  constructor(options: RepeatVectorOptions) {
    super(options);
    this.n = expectWhole(labelOf(this), 'n', options.n);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = singleShape(this, inputShapes);
    if (shape.length === 1) return [this.n, shape[0]];
    throw new StriateError({
      where: labelOf(this),
      rule: 'needs a vector',
      received: formatShape(shape),
      advice: 'put a flatten before it',
    });
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const [batch, channels] = x.type.shape;
    return repeated(ops.reshape(x, { shape: [batch, 1, channels] }), this.n);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), n: this.n };
  }
}

/** With its first options by position. */
export function repeatVector(n: number, options?: Omit<RepeatVectorOptions, 'n'>): RepeatVector;
/**
 * A vector repeated as the steps of a signal.
 *
 * @example
 * layers.repeatVector({ n: 8 });
 */
export function repeatVector(options: RepeatVectorOptions): RepeatVector;
export function repeatVector(...given: readonly unknown[]): RepeatVector {
  return new RepeatVector(layerOptions(RepeatVector.acceptedOptions, given));
}
