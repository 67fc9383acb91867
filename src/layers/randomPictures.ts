import type { GraphBuilder, Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { shown } from '../tensor/check.js';
import { mix32, sizeOf, StriateError, type Shape } from '../tensor/index.js';
import { Layer, type LayerContext } from './layer.js';
import { commonConfig, labelOf } from './options.js';
import { pictureShape } from './shapes.js';

/** How much at most: a number f for what lies between −f and f, or [least, most]. */
export type FactorOption = number | readonly [number, number];

/** Random numbers for the pictures of a batch, each a function of seed, step and the picture's place alone. */
export class Draws {
  private streams = 0;

  constructor(
    private readonly graph: GraphBuilder,
    private readonly step: Node,
    private readonly seed: number,
    /** How many pictures there are. */
    readonly batch: number,
  ) {}

  /** A number for each picture, [N, 1]. */
  uniform(minval: number, maxval: number): Node {
    if (minval === maxval) return this.all(minval);
    return ops.randomUniform(this.step, { shape: [this.batch, 1], minval, maxval, seed: this.nextSeed() });
  }

  /** 1 for this share of the pictures, 0 for the others, [N, 1]. */
  chosen(share: number): Node {
    if (share <= 0 || share >= 1) return this.all(share <= 0 ? 0 : 1);
    const kept = ops.dropout(this.all(1), this.step, { rate: 1 - share, seed: this.nextSeed() });
    return ops.affine(kept, { scale: share, offset: 0 });
  }

  /** One number for all pictures, [N, 1]. */
  all(value: number): Node {
    return this.graph.constant(new Float32Array(this.batch).fill(value), [this.batch, 1], 'pictures');
  }

  /** Normally distributed numbers in the shape of pictures. */
  normal(x: Node, stddev: number): Node {
    const none = ops.affine(x, { scale: 0, offset: 0 });
    return ops.gaussianNoise(none, this.step, { stddev, seed: this.nextSeed() });
  }

  /** The same number in each pixel, [N, height, width, 1]. */
  pixels(value: number, height: number, width: number): Node {
    const shape = [this.batch, height, width, 1];
    return this.graph.constant(new Float32Array(sizeOf(shape)).fill(value), shape, 'pictures');
  }

  /** The same few numbers for all pictures, [how many]. */
  values(list: readonly number[]): Node {
    return this.graph.constant(Float32Array.from(list), [list.length], 'pictures');
  }

  private nextSeed(): number {
    return mix32((this.seed + Math.imul(this.streams++, 0x9e3779b9)) >>> 0);
  }
}

/**
 * A layer that changes pictures at random in training, each picture in its own way, and passes them through otherwise:
 * x: [N, H, W, C] → the same shape.
 */
export abstract class RandomPictures extends Layer {
  static override readonly traits = { onlyInTraining: true, keepsNonNegative: true } as const;
  abstract readonly seed: number | undefined;

  /** The options besides the seed that make the layer again. */
  protected abstract settings(): Readonly<Record<string, unknown>>;

  /** The changed pictures. */
  protected abstract change(x: Node, draws: Draws): Node;

  outputShape(inputShapes: readonly Shape[]): Shape {
    return pictureShape(this, inputShapes);
  }

  call({ graph, training, step }: LayerContext, [x]: readonly Node[]): Node {
    if (!training) return x;
    if (!step)
      throw new StriateError({ where: labelOf(this), rule: 'needs the number of the training step', received: 'none' });
    return this.change(x, new Draws(graph, step, (this.seed ?? this.randomSeed) >>> 0, x.type.shape[0]));
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), ...this.settings(), ...(this.seed !== undefined && { seed: this.seed }) };
  }
}

/** [least, most] of a factor, which lies within bounds. */
export function factorOption(
  label: string,
  option: string,
  value: FactorOption,
  [least, most]: readonly [number, number],
): readonly [number, number] {
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isNumber = (one: unknown): one is number => typeof one === 'number' && one >= least && one <= most;
  if ((given.length === 1 || given.length === 2) && given.every(isNumber)) {
    if (given.length === 2) return [Math.min(...given), Math.max(...given)];
    const size = Math.abs(given[0]);
    return [Math.max(-size, least), size];
  }
  throw new StriateError({
    where: label,
    rule: `${option} must be a number from ${least} to ${most}, or two of them [least, most]`,
    received: shown(value),
  });
}
