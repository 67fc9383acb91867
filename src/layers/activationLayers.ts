import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectNumber } from '../tensor/check.js';
import { StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { activate, activationOption, exponentialLinear, type ActivationName } from './activations.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { axisOf, singleShape } from './shapes.js';

/** A layer that changes every number on its own. */
abstract class Elementwise extends Layer {
  outputShape(inputShapes: readonly Shape[]): Shape {
    return singleShape(this, inputShapes);
  }
}

/** Options of `Activation`. */
export interface ActivationOptions extends LayerOptions {
  readonly activation: ActivationName;
}

/**
 * An activation function by name (Keras's Activation): any shape → the same shape.
 *
 * @throws StriateError that lists the known names, when it is not one of them.
 */
export class Activation extends Elementwise {
  static override readonly acceptedOptions: AcceptedOptions<ActivationOptions> = {
    where: 'activation',
    first: ['activation'],
    kinds: { ...layerOptionKinds, activation: 'string' },
  };
  readonly className = 'Activation';
  readonly activation: ActivationName;

  constructor(options: ActivationOptions) {
    super(options);
    this.activation = activationOption(labelOf(this), options.activation);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return activate(this.activation, x);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), activation: this.activation };
  }
}

/** With its first options by position. */
export function activation(activation: ActivationName, options?: Omit<ActivationOptions, 'activation'>): Activation;
/**
 * An activation function by name.
 *
 * @example
 * layers.activation({ activation: 'tanh' });
 */
export function activation(options: ActivationOptions): Activation;
export function activation(...given: readonly unknown[]): Activation {
  return new Activation(layerOptions(Activation.acceptedOptions, given));
}

/** Options of `ReLU`. */
export interface ReLUOptions extends LayerOptions {
  /** Larger values become this; no limit by default. */
  readonly maxValue?: number;
  /** What negative values are multiplied by; 0 by default. */
  readonly negativeSlope?: number;
}

/**
 * The rectified linear unit, min(maxValue, max(0, x)) (Keras's ReLU): any shape → the same shape.
 *
 * @throws StriateError when an option is negative.
 */
export class ReLU extends Elementwise {
  static override readonly acceptedOptions: AcceptedOptions<ReLUOptions> = {
    where: 'relu',
    first: ['maxValue'],
    kinds: { ...layerOptionKinds, maxValue: 'number', negativeSlope: 'number' },
  };
  readonly className = 'ReLU';
  readonly maxValue: number | undefined;
  readonly negativeSlope: number;

  constructor(options: ReLUOptions = {}) {
    super(options);
    const label = labelOf(this);
    const { maxValue } = options;
    this.maxValue = maxValue === undefined ? undefined : expectNumber(label, 'maxValue', maxValue, { least: 0 });
    this.negativeSlope = expectNumber(label, 'negativeSlope', options.negativeSlope ?? 0, { least: 0 });
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { maxValue, negativeSlope } = this;
    if (maxValue === 6 && negativeSlope === 0) return activate('relu6', x);
    const y = negativeSlope === 0 ? activate('relu', x) : ops.leakyRelu(x, { negativeSlope });
    // relu stays in front of clip so that the gradient at 0 is 0, as relu's is.
    return maxValue === undefined ? y : ops.clip(y, { min: -Infinity, max: maxValue });
  }

  override config(): Record<string, unknown> {
    const { maxValue, negativeSlope } = this;
    return { ...commonConfig(this), ...(maxValue !== undefined && { maxValue }), negativeSlope };
  }
}

/** With its first options by position. */
export function relu(maxValue: number, options?: Omit<ReLUOptions, 'maxValue'>): ReLU;
/**
 * The rectified linear unit.
 *
 * @example
 * layers.relu({ maxValue: 6 });
 */
export function relu(options?: ReLUOptions): ReLU;
export function relu(...given: readonly unknown[]): ReLU {
  return new ReLU(layerOptions(ReLU.acceptedOptions, given));
}

/** Options of `LeakyReLU`. */
export interface LeakyReLUOptions extends LayerOptions {
  /** What negative values are multiplied by; 0.3 by default, as in Keras. */
  readonly negativeSlope?: number;
}

/**
 * x where it is positive, negativeSlope · x elsewhere (Keras's LeakyReLU): any shape → the same shape.
 *
 * @throws StriateError when the slope is negative.
 */
export class LeakyReLU extends Elementwise {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<LeakyReLUOptions> = {
    where: 'leakyRelu',
    first: ['negativeSlope'],
    kinds: { ...layerOptionKinds, negativeSlope: 'number' },
  };
  readonly className = 'LeakyReLU';
  readonly negativeSlope: number;

  constructor(options: LeakyReLUOptions = {}) {
    super(options);
    this.negativeSlope = expectNumber(labelOf(this), 'negativeSlope', options.negativeSlope ?? 0.3, { least: 0 });
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return ops.leakyRelu(x, { negativeSlope: this.negativeSlope });
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), negativeSlope: this.negativeSlope };
  }
}

/** With its first options by position. */
export function leakyRelu(negativeSlope: number, options?: Omit<LeakyReLUOptions, 'negativeSlope'>): LeakyReLU;
/**
 * A rectified linear unit with a slope on the negative side.
 *
 * @example
 * layers.leakyRelu({ negativeSlope: 0.1 });
 */
export function leakyRelu(options?: LeakyReLUOptions): LeakyReLU;
export function leakyRelu(...given: readonly unknown[]): LeakyReLU {
  return new LeakyReLU(layerOptions(LeakyReLU.acceptedOptions, given));
}

/** Options of `ELU`. */
export interface ELUOptions extends LayerOptions {
  /** What very negative values go to, turned around; 1 by default. */
  readonly alpha?: number;
}

/**
 * The exponential linear unit, x where it is positive and alpha · (e^x − 1) elsewhere (Clevert et al. 2016; Keras's ELU): any
 * shape → the same shape.
 *
 * @throws StriateError when alpha is not a finite number.
 */
export class ELU extends Elementwise {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<ELUOptions> = {
    where: 'elu',
    first: ['alpha'],
    kinds: { ...layerOptionKinds, alpha: 'number' },
  };
  readonly className = 'ELU';
  readonly alpha: number;

  constructor(options: ELUOptions = {}) {
    super(options);
    this.alpha = expectNumber(labelOf(this), 'alpha', options.alpha ?? 1);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return exponentialLinear(x, this.alpha);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), alpha: this.alpha };
  }
}

/** With its first options by position. */
export function elu(alpha: number, options?: Omit<ELUOptions, 'alpha'>): ELU;
/**
 * The exponential linear unit.
 *
 * @example
 * layers.elu({ alpha: 0.5 });
 */
export function elu(options?: ELUOptions): ELU;
export function elu(...given: readonly unknown[]): ELU {
  return new ELU(layerOptions(ELU.acceptedOptions, given));
}

/** Options of `Clip`. */
export interface ClipOptions extends LayerOptions {
  /** Smaller values become this; no limit by default. */
  readonly minValue?: number;
  /** Larger values become this; no limit by default. */
  readonly maxValue?: number;
}

/**
 * Values kept within limits, min(max(x, minValue), maxValue) (PyTorch's Hardtanh): any shape → the same shape.
 *
 * @throws StriateError when a limit is not a finite number or the lower exceeds the upper.
 */
export class Clip extends Elementwise {
  static override readonly acceptedOptions: AcceptedOptions<ClipOptions> = {
    where: 'clip',
    first: ['minValue', 'maxValue'],
    kinds: { ...layerOptionKinds, minValue: 'number', maxValue: 'number' },
  };
  readonly className = 'Clip';
  readonly minValue: number | undefined;
  readonly maxValue: number | undefined;

  constructor(options: ClipOptions = {}) {
    super(options);
    const label = labelOf(this);
    const { minValue, maxValue } = options;
    this.minValue = minValue === undefined ? undefined : expectNumber(label, 'minValue', minValue);
    this.maxValue = maxValue === undefined ? undefined : expectNumber(label, 'maxValue', maxValue);
    if ((this.minValue ?? -Infinity) > (this.maxValue ?? Infinity)) {
      throw new StriateError({
        where: label,
        rule: 'minValue must not exceed maxValue',
        received: `${this.minValue} and ${this.maxValue}`,
      });
    }
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { minValue = -Infinity, maxValue = Infinity } = this;
    return ops.clip(x, { min: minValue, max: maxValue });
  }

  override config(): Record<string, unknown> {
    const { minValue, maxValue } = this;
    return {
      ...commonConfig(this),
      ...(minValue !== undefined && { minValue }),
      ...(maxValue !== undefined && { maxValue }),
    };
  }
}

/** With its first options by position. */
export function clip(minValue: number, options?: Omit<ClipOptions, 'minValue'>): Clip;
/** With its first options by position. */
export function clip(minValue: number, maxValue: number, options?: Omit<ClipOptions, 'minValue' | 'maxValue'>): Clip;
/**
 * Values kept within limits.
 *
 * @example
 * layers.clip({ minValue: -1, maxValue: 1 });
 */
export function clip(options?: ClipOptions): Clip;
export function clip(...given: readonly unknown[]): Clip {
  return new Clip(layerOptions(Clip.acceptedOptions, given));
}

/** Options of `Softmax`. */
export interface SoftmaxOptions extends LayerOptions {
  /** The axis, or the axes together, whose values become shares of 1; −1, the last, by default. 0 is the batch. */
  readonly axis?: number | readonly number[];
}

/**
 * Scores into shares that add up to 1, e^x / Σe^x (Keras's Softmax): any shape → the same shape.
 *
 * @throws StriateError when the input has no such axis.
 */
export class Softmax extends Layer {
  static override readonly acceptedOptions: AcceptedOptions<SoftmaxOptions> = {
    where: 'softmax',
    first: ['axis'],
    kinds: { ...layerOptionKinds, axis: 'number or list' },
  };
  readonly className = 'Softmax';
  readonly axis: number | readonly number[];

  constructor(options: SoftmaxOptions = {}) {
    super(options);
    const { axis = -1 } = options;
    this.axis = typeof axis === 'number' ? axis : axis.length === 1 ? axis[0] : [...axis];
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = singleShape(this, inputShapes);
    this.axesOf(shape);
    return shape;
  }

  private axesOf(shape: Shape): readonly number[] {
    return [this.axis].flat().map((axis) => axisOf(this, axis, shape));
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { shape } = x.type;
    const last = shape.length - 1;
    const [axis, ...more] = this.axesOf(shape.slice(1));
    if (more.length) {
      const together = { axes: [axis, ...more], keepDims: true };
      const powers = ops.exp(ops.sub(x, ops.reduceMax(x, together)));
      return ops.div(powers, ops.reduceSum(powers, together));
    }
    if (axis === last) return ops.softmax(x);
    // The operator goes over the last axis: the two change places, and change back.
    const permutation = shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
    const y = ops.softmax(ops.transpose(x, { permutation }));
    return ops.transpose(y, { permutation });
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), axis: this.axis };
  }
}

/** With its first options by position. */
export function softmax(axis: number | readonly number[], options?: Omit<SoftmaxOptions, 'axis'>): Softmax;
/**
 * Scores into shares that add up to 1.
 *
 * @example
 * layers.softmax();
 */
export function softmax(options?: SoftmaxOptions): Softmax;
export function softmax(...given: readonly unknown[]): Softmax {
  return new Softmax(layerOptions(Softmax.acceptedOptions, given));
}
