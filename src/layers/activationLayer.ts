import type { Node } from '../graph/index.js';
import type { Shape } from '../tensor/index.js';
import { activate, activationOption, type ActivationName } from './activation.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { commonConfig, labelOf } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `Activation`. */
export interface ActivationOptions extends LayerOptions {
  readonly activation: ActivationName;
}

/**
 * An activation function by name (Keras's Activation): any shape → the same shape.
 *
 * @throws StriateError that lists the known names, when it is none of them.
 */
export class Activation extends Layer {
  readonly className = 'Activation';
  readonly activation: ActivationName;

  constructor(options: ActivationOptions) {
    super(options);
    this.activation = activationOption(labelOf(this), options.activation);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    return singleShape(this, inputShapes);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return activate(this.activation, x);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), activation: this.activation };
  }
}

/**
 * An activation function by name.
 *
 * @example
 * layers.activation({ activation: 'tanh' });
 */
export const activation = (options: ActivationOptions): Activation => new Activation(options);
