import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer } from '../layers/layer.js';
import { formatShape, sameShape, StriateError, type Shape } from '../tensor/index.js';
import { Model } from './model.js';
import { assignNames, chain } from '../topology/topology.js';

/** A layer, or a model, which becomes part of the whole with its layers and their weights. */
export type SequentialPart = Layer | Model;

/** Options of `sequential`. */
export interface SequentialOptions {
  readonly layers?: readonly SequentialPart[];
  /** 'sequential' by default. */
  readonly name?: string;
  /** What starting weights and random layers follow from; 0 by default. */
  readonly seed?: number;
}

const accepts = {
  where: 'sequential',
  kinds: { layers: 'list', name: 'string', seed: 'number' },
} as const satisfies AcceptedOptions<SequentialOptions>;

/**
 * A stack of layers, each applied to the output of the one before (Keras's Sequential). Models in it become part of it, layer
 * by layer; what is no stack any more, as one of them has branches, is saved as a graph of layers.
 */
export class Sequential extends Model {
  private readonly stack: SequentialPart[];
  private inputShapeNow: Shape | undefined;

  constructor(given: SequentialOptions | readonly SequentialPart[] = {}) {
    if (given instanceof Layer || given instanceof Model) {
      throw new StriateError({
        where: 'sequential',
        rule: 'takes a list of layers',
        advice: 'write sequential([a, b, c])',
      });
    }
    const options = isLayerList(given) ? { layers: given } : given;
    const { layers = [], name = 'sequential', seed = 0 } = expectOptions(accepts, options);
    const stack = layers.flatMap(partsOf);
    assignNames(stack.flatMap(layersOf));
    super({ kind: 'Sequential', name, seed, whenKnown: (shape) => this.chainFrom(shape) });
    this.stack = stack;
    const shape = inputShapeOf(stack[0]);
    if (shape) this.build(shape);
    // The same pictures go in.
    if (layers[0] instanceof Model) this.preprocessing = layers[0].preprocessing;
  }

  /**
   * Puts a layer, or a model, on top.
   *
   * @throws StriateError when it does not suit the output of the layer below.
   */
  add(layer: SequentialPart): this {
    const added = partsOf(layer);
    assignNames([...this.stack, ...added].flatMap(layersOf));
    this.stack.push(...added);
    const shape = this.inputShapeNow ?? inputShapeOf(this.stack[0]);
    try {
      if (shape) this.adopt(this.chainFrom(shape));
    } catch (error) {
      this.stack.length -= added.length;
      throw error;
    }
    return this;
  }

  /**
   * Takes the last layer off, which keeps its weights.
   *
   * @throws StriateError when there is none.
   */
  pop(): this {
    if (this.stack.length === 0)
      throw new StriateError({ where: `model '${this.name}'`, rule: 'has no layers to take off' });
    this.stack.pop();
    if (this.inputShapeNow && this.stack.length > 0) this.adopt(this.chainFrom(this.inputShapeNow));
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
    for (const { layer, output } of [...topology.calls].reverse()) layer.adoptOutput(output);
    return topology;
  }

  /** The parts of a stack within a stack. */
  static parts(part: SequentialPart): readonly SequentialPart[] {
    return part instanceof Sequential ? part.stack : [part];
  }
}

const partsOf = (part: SequentialPart): readonly SequentialPart[] => Sequential.parts(part);

const layersOf = (part: SequentialPart): readonly Layer[] => (part instanceof Model ? part.layers : [part]);

/** The shape of what goes into the first part, where that is known. */
function inputShapeOf(part: SequentialPart | undefined): Shape | undefined {
  return part instanceof Model ? part.inputs[0].shape : part?.inputShape;
}

/**
 * A model that is a stack of layers.
 *
 * @example
 * const digits = sequential([
 *   layers.flatten({ inputShape: [28, 28, 1] }),
 *   layers.dense({ units: 10, activation: 'softmax' }),
 * ]);
 * const base = zoo.create('resnet18', { includeTop: false, pooling: 'avg' });
 * const pets = sequential([base, layers.dense({ units: 37 })]); // models are parts, too
 */
export function sequential(options: SequentialOptions | readonly SequentialPart[] = {}): Sequential {
  return new Sequential(options);
}

function isLayerList(options: SequentialOptions | readonly SequentialPart[]): options is readonly SequentialPart[] {
  return Array.isArray(options);
}
