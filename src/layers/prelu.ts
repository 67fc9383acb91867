import type { Node, Variable } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { axisOf, singleShape } from './shapes.js';
import type { InitializerOption } from './initializers/index.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import type { RegularizerOption } from './regularizers.js';
import { weightConfig, weightSettings, type WeightSettings } from './weightOptions.js';

/** Options of `PReLU`. */
export interface PReLUOptions extends LayerOptions {
  /** Axes along which all positions have one slope, [1, 2] for a slope per channel; none by default, as in Keras. */
  readonly sharedAxes?: readonly number[];
  /** `'zeros'` by default. */
  readonly alphaInitializer?: InitializerOption;
  readonly alphaRegularizer?: RegularizerOption;
}

/**
 * A rectified linear unit whose slope on the negative side is learned (He et al. 2015; Keras's PReLU): any shape → the same
 * shape. Weight: `alpha`, the input's shape with 1 at shared axes.
 *
 * @throws StriateError when the input has no such shared axis.
 */
export class PReLU extends Layer {
  static override readonly traits = { keepsNonNegative: true, weightNames: ['alpha'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<PReLUOptions> = {
    where: 'prelu',
    kinds: {
      ...layerOptionKinds,
      sharedAxes: 'list',
      alphaInitializer: 'string or object',
      alphaRegularizer: 'string or object',
    },
  };
  readonly className = 'PReLU';
  readonly sharedAxes: readonly number[];
  private readonly settings: Readonly<Record<'alpha', WeightSettings>>;
  private alpha!: Variable;

  constructor(options: PReLUOptions = {}) {
    super(options);
    this.sharedAxes = [...(options.sharedAxes ?? [])];
    this.settings = weightSettings(labelOf(this), options, { alpha: 'zeros' });
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = singleShape(this, inputShapes);
    for (const axis of this.sharedAxes) axisOf(this, axis, shape);
    return shape;
  }

  protected override build([shape]: readonly Shape[]): void {
    const shared = this.sharedAxes.map((axis) => axisOf(this, axis, shape) - 1);
    const slopes = shape.map((size, i) => (shared.includes(i) ? 1 : size));
    const { alpha } = this.settings;
    this.alpha = this.addWeight('alpha', slopes, alpha.initializer, alpha);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const positive = ops.relu(x);
    const negative = ops.sub(x, positive);
    return ops.add(positive, ops.mul(negative, this.alpha));
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), sharedAxes: this.sharedAxes, ...weightConfig(this.settings) };
  }
}

/**
 * A rectified linear unit with a learned slope on the negative side.
 *
 * @example
 * layers.prelu({ sharedAxes: [1, 2] });
 */
export function prelu(options?: PReLUOptions): PReLU;
export function prelu(...given: readonly unknown[]): PReLU {
  return new PReLU(layerOptions(PReLU.acceptedOptions, given));
}
