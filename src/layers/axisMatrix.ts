import type { Node, Variable } from '../graph/index.js';
import { expectWhole } from '../tensor/check.js';
import { StriateError, type Shape } from '../tensor/index.js';
import { matrixAlong } from './alongAxis.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { axisOf, singleShape } from './shapes.js';
import { initializers, type Initializer } from './initializers/index.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';

/** Options of `AxisMatrix`. */
export interface AxisMatrixOptions extends LayerOptions {
  /** How many positions the axis has afterwards. */
  readonly units: number;
  /** The axis, counted from 1, as 0 is the batch; −1, the last, by default. */
  readonly axis?: number;
  /** The matrix itself, row after row, where it is known already. */
  readonly matrix?: ArrayLike<number>;
}

/**
 * A matrix that training leaves as it is, along one axis: each new position is a weighted sum of the old ones, as when
 * pictures are resized or mirrored at their edges. x: [N, ..., n, ...] → [N, ..., units, ...]. What it keeps: `matrix`
 * [n, units], a column for each new position, 0 until it is set.
 *
 * @throws StriateError when there is no such axis, or units is not a whole number from 1.
 */
export class AxisMatrix extends Layer {
  static override readonly traits = { weightNames: ['matrix'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<AxisMatrixOptions> = {
    where: 'axisMatrix',
    first: ['units'],
    kinds: { ...layerOptionKinds, units: 'number', axis: 'number', matrix: 'list' },
  };
  readonly className = 'AxisMatrix';
  readonly units: number;
  readonly axis: number;
  private readonly given: ArrayLike<number> | undefined;
  private matrix!: Variable;

  constructor(options: AxisMatrixOptions) {
    super(options);
    this.units = expectWhole(labelOf(this), 'units', options.units);
    this.axis = options.axis ?? -1;
    this.given = options.matrix;
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = singleShape(this, inputShapes);
    const place = axisOf(this, this.axis, shape) - 1;
    return shape.map((n, i) => (i === place ? this.units : n));
  }

  protected override build([shape]: readonly Shape[]): void {
    const size = shape[axisOf(this, this.axis, shape) - 1];
    const start = this.given ? this.fixed(this.given, size) : initializers.zeros();
    this.matrix = this.addWeight('matrix', [size, this.units], start, { role: 'statistic' });
  }

  private fixed(matrix: ArrayLike<number>, size: number): Initializer {
    if (matrix.length !== size * this.units) {
      throw new StriateError({
        where: labelOf(this),
        rule: `matrix must hold [${size}, ${this.units}] numbers, ${size * this.units} in all`,
        received: String(matrix.length),
      });
    }
    return { className: 'Matrix', config: () => ({}), fill: (values) => values.set(matrix) };
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return matrixAlong(x, axisOf(this, this.axis, x.type.shape.slice(1)), this.matrix, this.units);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), units: this.units, axis: this.axis };
  }
}

/** With its first options by position. */
export function axisMatrix(units: number, options?: Omit<AxisMatrixOptions, 'units'>): AxisMatrix;
/**
 * A matrix along one axis that training leaves as it is.
 *
 * @example
 * const shrink = layers.axisMatrix({ units: 48, axis: 1, name: 'shrink', inputShape: [64, 64, 3] }); // 64 rows become 48
 * const model = sequential([shrink]);
 * await model.setWeights(new Map([['shrink/matrix', shares]])); // [64, 48]
 */
export function axisMatrix(options: AxisMatrixOptions): AxisMatrix;
export function axisMatrix(...given: readonly unknown[]): AxisMatrix {
  return new AxisMatrix(layerOptions(AxisMatrix.acceptedOptions, given));
}
