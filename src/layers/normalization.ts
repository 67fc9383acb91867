import type { Node, Variable } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { formatShape, sizeOf, StriateError, tensor, type NestedNumbers, type Shape } from '../tensor/index.js';
import type { AdaptData, AxisStatistics } from './axisStatistics.js';
import { initializers } from './initializers/index.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { axisOf, singleShape } from './shapes.js';

/** Options of `Normalization`. */
export interface NormalizationOptions extends LayerOptions {
  /**
   * The axis, or axes, along which each place has a mean and a variance of its own, counted as in Keras: 0 is the batch, −1 the
   * last; −1 by default. `null`: one mean and one variance for all numbers.
   */
  readonly axis?: number | readonly number[] | null;
  /** The mean, one number or as many as the axis has places; without it, `adapt` finds it. */
  readonly mean?: NestedNumbers;
  /** The variance, likewise. */
  readonly variance?: NestedNumbers;
  /** Whether it goes the other way, from normalized numbers to those of the data; false by default. */
  readonly invert?: boolean;
}

/** Keras's least deviation, so that what never changes divides by something. */
const leastDeviation = 1e-7;

/** Numbers in a shape that stretches to an input's, from the last axis on. */
interface StretchedStatistics {
  readonly shape: Shape;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/**
 * Brings numbers to mean 0 and variance 1 by the statistics of data that it was adapted to or was given (Keras's
 * Normalization): (x − mean) / max(√variance, 1e-7), any shape → the same shape. Weights, unless they are given: `mean` and
 * `variance`, 0 and 1 before `adapt`; training does not change them.
 *
 * @throws StriateError when one of mean and variance is given without the other, or they do not fit the axis.
 */
export class Normalization extends Layer {
  static override readonly traits = { weightNames: ['mean', 'variance'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<NormalizationOptions> = {
    where: 'normalization',
    first: ['axis'],
    kinds: {
      ...layerOptionKinds,
      axis: 'number or list or null',
      mean: 'number or list',
      variance: 'number or list',
      invert: 'boolean',
    },
  };
  readonly className = 'Normalization';
  override readonly keepsOrder = true;
  readonly axis: number | readonly number[] | null;
  readonly invert: boolean;
  /** The statistics that it was given. */
  readonly given: { readonly mean: NestedNumbers; readonly variance: NestedNumbers } | undefined;
  private builtShape: Shape | undefined;
  private adapted: (StretchedStatistics & { readonly to: Shape }) | undefined;
  private mean: Variable | undefined;
  private variance: Variable | undefined;

  constructor(options: NormalizationOptions = {}) {
    super(options);
    const { axis = -1, mean, variance, invert = false } = options;
    this.axis = axis;
    this.invert = invert;
    if ((mean === undefined) !== (variance === undefined)) {
      throw new StriateError({
        where: labelOf(this),
        rule: 'takes mean and variance together, or neither, to find them with adapt',
        received: mean === undefined ? 'a variance alone' : 'a mean alone',
      });
    }
    this.given = mean !== undefined && variance !== undefined ? { mean, variance } : undefined;
    for (const value of this.given ? Object.values(this.given) : []) expectNumbersIn(this, value);
  }

  /** The axes of an input of this shape whose places are kept apart, without the batch, counted from 0. */
  keptAxes(shape: Shape): readonly number[] {
    const axes = this.axis === null ? [] : [this.axis].flat();
    return [...new Set(axes.map((axis) => axisOf(this, axis, shape) - 1))].sort((a, b) => a - b);
  }

  /** The shape in which its statistics stretch to an input of this shape: [1, 1, C] for a picture's channels. */
  stretchedShape(shape: Shape): Shape {
    const kept = this.keptAxes(shape);
    return shape.map((size, axis) => (kept.includes(axis) ? size : 1));
  }

  /** What it was given, for an input of this shape; undefined where its statistics are weights. */
  constants(shape: Shape): StretchedStatistics | undefined {
    if (!this.given) return undefined;
    const [mean, variance] = [this.given.mean, this.given.variance].map((value) => this.fitted(value, shape));
    return { shape: this.stretchedShape(shape), mean, variance };
  }

  /** What is divided by: the square roots of variances, not quite 0. */
  deviations(variance: Float32Array): Float32Array {
    return variance.map((value) => Math.max(Math.sqrt(value), leastDeviation));
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = singleShape(this, inputShapes);
    this.keptAxes(shape);
    this.constants(shape);
    return shape;
  }

  protected override build([shape]: readonly Shape[]): void {
    this.builtShape = shape;
    if (this.given) return;
    const { adapted } = this;
    if (adapted) this.expectShape(shape, adapted.to);
    const sizes = this.keptAxes(shape).map((axis) => shape[axis]);
    const startingFrom = (values: 'mean' | 'variance', otherwise: number): Variable =>
      this.addWeight(
        values,
        sizes,
        {
          ...initializers.constant({ value: otherwise }),
          fill: (into) => into.set(this.adapted?.[values] ?? new Float32Array(into.length).fill(otherwise)),
        },
        { role: 'statistic' },
      );
    this.mean = startingFrom('mean', 0);
    this.variance = startingFrom('variance', 1);
  }

  /**
   * Finds mean and variance of data, which replace those that it had: before the model is trained, as in Keras. A data set is
   * read once, without augmentation.
   *
   * @throws StriateError when mean and variance were given, the data is empty, or has another shape than the layer's input.
   *
   * @example
   * import { layers, tensor } from 'striate';
   * const normalization = layers.normalization({ axis: -1 });
   * await normalization.adapt(tensor([[0, 7, 4], [2, 9, 6]])); // means 1, 8, 5, variances 1
   */
  async adapt(data: AdaptData): Promise<void> {
    const where = `${labelOf(this)}: adapt`;
    if (this.given) {
      const advice = 'leave mean and variance out where data is to decide';
      throw new StriateError({ where, rule: 'its mean and variance are given', advice });
    }
    const { AxisStatistics: Statistics, batchesOf } = await import('./axisStatistics.js');
    let statistics: AxisStatistics | undefined;
    let shape: Shape = [];
    for await (const batch of batchesOf(data, where)) {
      if (!statistics) {
        shape = batch.shape.slice(1);
        if (this.builtShape) this.expectShape(this.builtShape, shape);
        statistics = new Statistics(shape, this.keptAxes(shape));
      }
      statistics.add(batch, where);
    }
    if (!statistics || statistics.isEmpty) {
      throw new StriateError({ where, rule: 'needs at least one example', received: 'none' });
    }
    const mean = Float32Array.from(statistics.mean);
    const variance = Float32Array.from(statistics.variance);
    this.adapted = { shape: this.stretchedShape(shape), mean, variance, to: shape };
    if (this.mean) await this.setWeight(this.mean, mean);
    if (this.variance) await this.setWeight(this.variance, variance);
  }

  call({ graph }: LayerContext, [x]: readonly Node[]): Node {
    const shape = x.type.shape.slice(1);
    const constants = this.constants(shape);
    const stretched = this.stretchedShape(shape);
    const [mean, variance] = constants
      ? [constants.mean, constants.variance].map((values) => graph.constant(values, stretched, this.name))
      : [this.mean!, this.variance!].map((weight) => ops.reshape(graph.variable(weight), { shape: stretched }));
    const deviation = ops.maximum(ops.sqrt(variance), leastDeviation);
    return this.invert ? ops.add(ops.mul(x, deviation), mean) : ops.div(ops.sub(x, mean), deviation);
  }

  override config(): Record<string, unknown> {
    const { axis, invert, given } = this;
    return { ...commonConfig(this), axis, ...given, ...(invert && { invert }) };
  }

  /** Given numbers for each place of the kept axes; theirs are the last of these, or one stands for all. */
  private fitted(value: NestedNumbers, shape: Shape): Float32Array {
    const { shape: own, data } = typeof value === 'number' ? { shape: [], data: [value] } : tensor(value);
    const sizes = this.keptAxes(shape).map((axis) => shape[axis]);
    // Ones before the first axis say nothing: older files have [1, 1, 1, C].
    const needed = [...own];
    while (needed.length > sizes.length && needed[0] === 1) needed.shift();
    const full = [...new Array<number>(Math.max(0, sizes.length - needed.length)).fill(1), ...needed];
    if (full.length !== sizes.length || full.some((size, i) => size !== 1 && size !== sizes[i])) {
      throw new StriateError({
        where: labelOf(this),
        rule: `mean and variance must be one number, or ${formatShape(sizes)} of them for an input ${formatShape(shape)}`,
        received: formatShape(own),
      });
    }
    return Float32Array.from({ length: sizeOf(sizes) }, (_, i) => {
      let [rest, place, step] = [i, 0, 1];
      for (let axis = sizes.length - 1; axis >= 0; axis--) {
        if (full[axis] > 1) place += (rest % sizes[axis]) * step;
        step *= full[axis];
        rest = Math.floor(rest / sizes[axis]);
      }
      return data[place];
    });
  }

  private expectShape(shape: Shape, received: Shape): void {
    const kept = this.keptAxes(shape);
    if (shape.length === received.length && kept.every((axis) => shape[axis] === received[axis])) return;
    throw new StriateError({
      where: `${labelOf(this)}: adapt`,
      rule: `its input is ${formatShape(shape)}`,
      received: `examples ${formatShape(received)}`,
    });
  }
}

/** Throws where an option is no number and no nested lists of numbers. */
function expectNumbersIn(layer: Normalization, value: unknown): void {
  const flat = [value].flat(8) as readonly unknown[];
  if (flat.length > 0 && flat.every((number) => typeof number === 'number' && Number.isFinite(number))) return;
  throw new StriateError({
    where: labelOf(layer),
    rule: 'mean and variance must be numbers or lists of numbers',
    received: JSON.stringify(value) ?? 'nothing',
  });
}

/** With its first options by position. */
export function normalization(
  axis: number | readonly number[],
  options?: Omit<NormalizationOptions, 'axis'>,
): Normalization;
/**
 * Numbers to mean 0 and variance 1, as the data has them that it adapts to.
 *
 * @example
 * const normalization = layers.normalization({ inputShape: [28, 28, 1] });
 * await normalization.adapt(train); // a data set or a tensor
 */
export function normalization(options?: NormalizationOptions): Normalization;
export function normalization(...given: readonly unknown[]): Normalization {
  return new Normalization(layerOptions(Normalization.acceptedOptions, given));
}
