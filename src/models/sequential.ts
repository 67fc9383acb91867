import type { Layer } from '../layers/layer.js';
import { formatShape, sameShape, StriateError, type Shape } from '../tensor/index.js';
import { Model } from './model.js';
import { assignNames, chain } from '../topology/topology.js';

/** Options of `sequential`. */
export interface SequentialOptions {
  readonly layers?: readonly Layer[];
  /** 'sequential' by default. */
  readonly name?: string;
  /** What starting weights and random layers follow from; 0 by default. */
  readonly seed?: number;
}

/** A stack of layers, each applied to the output of the one before (Keras's Sequential). */
export class Sequential extends Model {
  private readonly stack: Layer[];
  private inputShapeNow: Shape | undefined;

  constructor({ layers = [], name = 'sequential', seed = 0 }: SequentialOptions = {}) {
    const stack = [...layers];
    assignNames(stack);
    super({ kind: 'Sequential', name, seed, whenKnown: (shape) => this.chainFrom(shape) });
    this.stack = stack;
    if (stack[0]?.inputShape) this.build(stack[0].inputShape);
  }

  /**
   * Puts a layer on top.
   *
   * @throws StriateError when it does not suit the output of the layer below.
   */
  add(layer: Layer): this {
    assignNames([...this.stack, layer]);
    this.stack.push(layer);
    const shape = this.inputShapeNow ?? this.stack[0].inputShape;
    try {
      if (shape) this.adopt(this.chainFrom(shape));
    } catch (error) {
      this.stack.pop();
      throw error;
    }
    return this;
  }

  /** Makes the weights for inputs of this shape (without the batch). */
  build(inputShape: Shape): this {
    if (this.inputShapeNow && !sameShape(this.inputShapeNow, inputShape)) {
      throw new StriateError({
        where: `model '${this.name}'`,
        rule: `was built for inputs ${formatShape(this.inputShapeNow)}`,
        received: formatShape(inputShape),
      });
    }
    this.adopt(this.chainFrom(inputShape));
    return this;
  }

  private chainFrom(inputShape: Shape): ReturnType<typeof chain> {
    if (this.stack.length === 0)
      throw new StriateError({ where: `model '${this.name}'`, rule: 'has no layers yet', advice: 'add one' });
    const topology = chain(this.stack, inputShape, this.seed);
    this.inputShapeNow = inputShape;
    return topology;
  }
}

/**
 * A model that is a stack of layers.
 *
 * @example
 * const digits = sequential([
 *   layers.flatten({ inputShape: [28, 28, 1] }),
 *   layers.dense({ units: 10, activation: 'softmax' }),
 * ]);
 */
export function sequential(options: SequentialOptions | readonly Layer[] = {}): Sequential {
  return new Sequential(isLayerList(options) ? { layers: options } : options);
}

function isLayerList(options: SequentialOptions | readonly Layer[]): options is readonly Layer[] {
  return Array.isArray(options);
}
