import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { broadcastShapes, formatShape, StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';

/** Throws unless a layer that joins inputs has at least two. */
export function expectSeveral(layer: Layer, inputShapes: readonly Shape[]): void {
  if (inputShapes.length >= 2) return;
  const received = inputShapes.map(formatShape).join(', ') || 'none';
  throw new StriateError({ where: labelOf(layer), rule: 'joins at least two inputs', received });
}

/** A layer that joins its inputs element by element; an input with fewer axes gets axes of 1 after the batch, as in Keras. */
abstract class Merge extends Layer {
  /** Whether it takes more than two inputs, one after the other. */
  protected abstract readonly takesMore: boolean;

  /** Joins two inputs with the same number of axes. */
  protected abstract join(a: Node, b: Node): Node;

  /** What is done to all inputs joined; left out where that is the result. */
  protected finish?(joined: Node, count: number): Node;

  outputShape(inputShapes: readonly Shape[]): Shape {
    if (this.takesMore) expectSeveral(this, inputShapes);
    else if (inputShapes.length !== 2) {
      const received = inputShapes.map(formatShape).join(', ') || 'none';
      throw new StriateError({ where: labelOf(this), rule: 'takes two inputs', received });
    }
    return inputShapes.reduce((merged, shape) => {
      const next = broadcastShapes(merged, shape);
      if (next) return next;
      throw new StriateError({
        where: labelOf(this),
        rule: 'inputs must have the same shape, or sizes of 1 where they differ',
        received: inputShapes.map(formatShape).join(' and '),
      });
    });
  }

  call(_: LayerContext, inputs: readonly Node[]): Node {
    const rank = Math.max(...inputs.map(({ type }) => type.shape.length));
    const aligned = inputs.map((input) => {
      const [batch, ...shape] = input.type.shape;
      if (shape.length + 1 === rank) return input;
      const ones = new Array<number>(rank - 1 - shape.length).fill(1);
      return ops.reshape(input, { shape: [batch, ...ones, ...shape] });
    });
    const joined = aligned.reduce((a, b) => this.join(a, b));
    return this.finish?.(joined, inputs.length) ?? joined;
  }

  override config(): Record<string, unknown> {
    return commonConfig(this);
  }
}

/**
 * The sum of its inputs, element by element, x1 + x2 + … (Keras's Add): inputs of one shape, or with sizes of 1 that stretch.
 *
 * @throws StriateError when there are fewer than two inputs or their shapes do not fit.
 */
export class Add extends Merge {
  static override readonly traits = { sameAsKeras: true, keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<LayerOptions> = { where: 'add', kinds: layerOptionKinds };
  readonly className = 'Add';
  protected readonly takesMore = true;

  protected join(a: Node, b: Node): Node {
    return ops.add(a, b);
  }
}

/**
 * The sum of inputs.
 *
 * @example
 * const y = layers.add().apply(shortcut, x);
 */
export function add(options?: LayerOptions): Add;
export function add(...given: readonly unknown[]): Add {
  return new Add(layerOptions(Add.acceptedOptions, given));
}

/**
 * The mean of its inputs, element by element (Keras's Average): inputs of one shape, or with sizes of 1 that stretch.
 *
 * @throws StriateError when there are fewer than two inputs or their shapes do not fit.
 */
export class Average extends Merge {
  static override readonly traits = { sameAsKeras: true, keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<LayerOptions> = {
    where: 'average',
    kinds: layerOptionKinds,
  };
  readonly className = 'Average';
  protected readonly takesMore = true;

  protected join(a: Node, b: Node): Node {
    return ops.add(a, b);
  }

  protected override finish(joined: Node, count: number): Node {
    return ops.affine(joined, { scale: 1 / count, offset: 0 });
  }
}

/**
 * The mean of inputs.
 *
 * @example
 * const middle = layers.average().apply(before, after);
 */
export function average(options?: LayerOptions): Average;
export function average(...given: readonly unknown[]): Average {
  return new Average(layerOptions(Average.acceptedOptions, given));
}

/**
 * The first input minus the second, element by element (Keras's Subtract): inputs of one shape, or with sizes of 1 that stretch.
 *
 * @throws StriateError when there are not two inputs or their shapes do not fit.
 */
export class Subtract extends Merge {
  static override readonly acceptedOptions: AcceptedOptions<LayerOptions> = {
    where: 'subtract',
    kinds: layerOptionKinds,
  };
  readonly className = 'Subtract';
  protected readonly takesMore = false;

  protected join(a: Node, b: Node): Node {
    return ops.sub(a, b);
  }
}

/**
 * The first input minus the second.
 *
 * @example
 * const change = layers.subtract().apply(after, before);
 */
export function subtract(options?: LayerOptions): Subtract;
export function subtract(...given: readonly unknown[]): Subtract {
  return new Subtract(layerOptions(Subtract.acceptedOptions, given));
}

/**
 * The product of its inputs, element by element, x1 · x2 · … (Keras's Multiply): inputs of one shape, or with sizes of 1 that stretch.
 *
 * @throws StriateError when there are fewer than two inputs or their shapes do not fit.
 */
export class Multiply extends Merge {
  static override readonly traits = { sameAsKeras: true, keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<LayerOptions> = {
    where: 'multiply',
    kinds: layerOptionKinds,
  };
  readonly className = 'Multiply';
  protected readonly takesMore = true;

  protected join(a: Node, b: Node): Node {
    return ops.mul(a, b);
  }
}

/**
 * The product of inputs.
 *
 * @example
 * const y = layers.multiply().apply(x, gate); // gate: [1, 1, C] scales whole channels
 */
export function multiply(options?: LayerOptions): Multiply;
export function multiply(...given: readonly unknown[]): Multiply {
  return new Multiply(layerOptions(Multiply.acceptedOptions, given));
}

/**
 * The first input divided by the second, element by element: inputs of one shape, or with sizes of 1 that stretch.
 *
 * @throws StriateError when there are not two inputs or their shapes do not fit.
 */
export class Divide extends Merge {
  static override readonly acceptedOptions: AcceptedOptions<LayerOptions> = {
    where: 'divide',
    kinds: layerOptionKinds,
  };
  readonly className = 'Divide';
  protected readonly takesMore = false;

  protected join(a: Node, b: Node): Node {
    return ops.div(a, b);
  }
}

/**
 * The first input divided by the second.
 *
 * @example
 * const shares = layers.divide().apply(x, total);
 */
export function divide(options?: LayerOptions): Divide;
export function divide(...given: readonly unknown[]): Divide {
  return new Divide(layerOptions(Divide.acceptedOptions, given));
}

/**
 * The largest of its inputs, element by element (Keras's Maximum): inputs of one shape, or with sizes of 1 that stretch.
 *
 * @throws StriateError when there are fewer than two inputs or their shapes do not fit.
 */
export class Maximum extends Merge {
  static override readonly traits = { sameAsKeras: true, keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<LayerOptions> = {
    where: 'maximum',
    kinds: layerOptionKinds,
  };
  readonly className = 'Maximum';
  protected readonly takesMore = true;

  protected join(a: Node, b: Node): Node {
    // b + max(a − b, 0), which has a gradient.
    return ops.add(b, ops.relu(ops.sub(a, b)));
  }
}

/**
 * The largest of inputs.
 *
 * @example
 * const y = layers.maximum().apply(x1, x2);
 */
export function maximum(options?: LayerOptions): Maximum;
export function maximum(...given: readonly unknown[]): Maximum {
  return new Maximum(layerOptions(Maximum.acceptedOptions, given));
}

/**
 * The smallest of its inputs, element by element (Keras's Minimum): inputs of one shape, or with sizes of 1 that stretch.
 *
 * @throws StriateError when there are fewer than two inputs or their shapes do not fit.
 */
export class Minimum extends Merge {
  static override readonly traits = { sameAsKeras: true, keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<LayerOptions> = {
    where: 'minimum',
    kinds: layerOptionKinds,
  };
  readonly className = 'Minimum';
  protected readonly takesMore = true;

  protected join(a: Node, b: Node): Node {
    // b − max(b − a, 0), which has a gradient.
    return ops.sub(b, ops.relu(ops.sub(b, a)));
  }
}

/**
 * The smallest of inputs.
 *
 * @example
 * const y = layers.minimum().apply(x1, x2);
 */
export function minimum(options?: LayerOptions): Minimum;
export function minimum(...given: readonly unknown[]): Minimum {
  return new Minimum(layerOptions(Minimum.acceptedOptions, given));
}
