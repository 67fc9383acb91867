import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { shown } from '../tensor/check.js';
import { formatShape, sizeOf, StriateError, type Shape } from '../tensor/index.js';
import { Layer, layerOptionKinds, type LayerContext, type LayerOptions } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { axisOf } from './shapes.js';
import { unitLength } from './unitNormalization.js';

/** Options of `Dot`. */
export interface DotOptions extends LayerOptions {
  /** The axis of both inputs, or one of each, along which products are added up; 0 is the batch, −1 the last. */
  readonly axes: number | readonly [number, number];
  /** Whether both are brought to length 1 along these axes, so that the result is the cosine of their angle; false by default. */
  readonly normalize?: boolean;
}

/** The sizes of all axes but the one, batch counted. */
const without = (shape: Shape, axis: number): Shape => shape.filter((_, i) => i !== axis && i > 0);

/**
 * Products of two inputs added up along an axis of each (Keras's Dot): with axes [2, 1], [N, M, K] and [N, K, P] → [N, M, P];
 * two vectors [N, K] → [N, 1]. The output has the axes that are left of the first input, then those of the second.
 *
 * @throws StriateError when there are not two inputs, or the axes are not theirs or not of one size.
 */
export class Dot extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<DotOptions> = {
    where: 'dot',
    first: ['axes'],
    kinds: { ...layerOptionKinds, axes: 'number or list', normalize: 'boolean' },
  };
  readonly className = 'Dot';
  readonly axes: readonly [number, number];
  readonly normalize: boolean;

  constructor(options: DotOptions) {
    super(options);
    const { axes } = options;
    const pair: readonly number[] = typeof axes === 'number' ? [axes, axes] : axes;
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(Number.isInteger)) {
      throw new StriateError({
        where: labelOf(this),
        rule: 'axes must be a whole number or two of them, one for each input',
        received: shown(axes),
      });
    }
    this.axes = [pair[0], pair[1]];
    this.normalize = options.normalize ?? false;
  }

  /** The axis of each input along which products are added up, the batch being 0. */
  axesOf(inputShapes: readonly Shape[]): readonly [number, number] {
    return [axisOf(this, this.axes[0], inputShapes[0]), axisOf(this, this.axes[1], inputShapes[1])];
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    if (inputShapes.length !== 2) {
      const received = inputShapes.map(formatShape).join(', ') || 'none';
      throw new StriateError({ where: labelOf(this), rule: 'takes two inputs', received });
    }
    const axes = this.axesOf(inputShapes);
    if (inputShapes[0][axes[0] - 1] !== inputShapes[1][axes[1] - 1]) {
      throw new StriateError({
        where: labelOf(this),
        rule: `axis ${axes[0]} of the first input must be as large as axis ${axes[1]} of the second`,
        received: inputShapes.map((shape) => formatShape([null, ...shape])).join(' and '),
      });
    }
    const left = inputShapes.flatMap((shape, i) => shape.filter((_, axis) => axis !== axes[i] - 1));
    return left.length ? left : [1];
  }

  call(_: LayerContext, inputs: readonly Node[]): Node {
    const shapes = inputs.map((x) => x.type.shape.slice(1));
    const axes = this.axesOf(shapes);
    const [a, b] = inputs.map((x, i) => (this.normalize ? unitLength(x, [axes[i]], 1e-7) : x));
    const [batch, ...target] = [a.type.shape[0], ...this.outputShape(shapes)];
    const [rows, columns] = [without(a.type.shape, axes[0]), without(b.type.shape, axes[1])];
    const size = a.type.shape[axes[0]];
    const first = ops.reshape(moved(a, axes[0], a.type.shape.length - 1), { shape: [batch, sizeOf(rows), size] });
    const second = ops.reshape(moved(b, axes[1], 1), { shape: [batch, size, sizeOf(columns)] });
    return ops.reshape(ops.batchMatmul(first, second), { shape: [batch, ...target] });
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), axes: this.axes, normalize: this.normalize };
  }
}

/** A value one of whose axes, batch counted, is at another place. */
function moved(x: Node, axis: number, place: number): Node {
  if (axis === place) return x;
  const order = x.type.shape.map((_, i) => i).filter((i) => i !== axis);
  return ops.transpose(x, { permutation: order.toSpliced(place, 0, axis) });
}

/** With its first options by position. */
export function dot(axes: number | readonly [number, number], options?: Omit<DotOptions, 'axes'>): Dot;
/**
 * Products of two inputs added up along an axis of each.
 *
 * @example
 * const [a, b] = [input({ shape: [64] }), input({ shape: [64] })];
 * const similarity = layers.dot({ axes: -1, normalize: true }).apply(a, b); // the cosine of two embeddings
 */
export function dot(options: DotOptions): Dot;
export function dot(...given: readonly unknown[]): Dot {
  return new Dot(layerOptions(Dot.acceptedOptions, given));
}
