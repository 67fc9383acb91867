import type { Node, Variable } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectNumber } from '../tensor/check.js';
import { StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import type { InitializerOption } from './initializers/index.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import type { RegularizerOption } from './regularizers.js';
import { singleShape } from './shapes.js';
import { weightConfig, weightSettings, type WeightSettings } from './weightOptions.js';

/** Options of `LayerNormalization`. */
export interface LayerNormalizationOptions extends LayerOptions {
  /** Added to the variance; 0.001 by default. */
  readonly epsilon?: number;
  /** Whether `beta` is learned and added; true by default. */
  readonly center?: boolean;
  /** Whether `gamma` is learned and multiplied; true by default. */
  readonly scale?: boolean;
  /** `'zeros'` by default. */
  readonly betaInitializer?: InitializerOption;
  /** `'ones'` by default. */
  readonly gammaInitializer?: InitializerOption;
  readonly betaRegularizer?: RegularizerOption;
  readonly gammaRegularizer?: RegularizerOption;
}

/**
 * Brings the channels of each position to mean 0 and variance 1, then to `gamma` and `beta` (Ba et al. 2016; Keras's
 * LayerNormalization over the last axis): x: [N, ..., C] → the same shape. Weights: `gamma`, `beta`, each [C].
 *
 * @throws StriateError when epsilon is negative, and when the input has no axis besides the batch.
 */
export class LayerNormalization extends Layer {
  static override readonly traits = { weightNames: ['gamma', 'beta'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<LayerNormalizationOptions> = {
    where: 'layerNormalization',
    kinds: {
      ...layerOptionKinds,
      epsilon: 'number',
      center: 'boolean',
      scale: 'boolean',
      betaInitializer: 'string or object',
      gammaInitializer: 'string or object',
      betaRegularizer: 'string or object',
      gammaRegularizer: 'string or object',
    },
  };
  readonly className = 'LayerNormalization';
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  private readonly settings: Readonly<Record<'gamma' | 'beta', WeightSettings>>;
  private gamma: Variable | undefined;
  private beta: Variable | undefined;

  constructor(options: LayerNormalizationOptions = {}) {
    super(options);
    const label = labelOf(this);
    this.epsilon = expectNumber(label, 'epsilon', options.epsilon ?? 1e-3, { least: 0 });
    this.center = options.center ?? true;
    this.scale = options.scale ?? true;
    this.settings = weightSettings(label, options, { gamma: 'ones', beta: 'zeros' });
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = singleShape(this, inputShapes);
    if (shape.length === 0) {
      throw new StriateError({
        where: labelOf(this),
        rule: 'needs an input with at least one axis besides the batch',
        received: '[]',
      });
    }
    return shape;
  }

  protected override build([shape]: readonly Shape[]): void {
    const channels = shape.slice(-1);
    const { gamma, beta } = this.settings;
    if (this.scale) this.gamma = this.addWeight('gamma', channels, gamma.initializer, gamma);
    if (this.center) this.beta = this.addWeight('beta', channels, beta.initializer, beta);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { epsilon, gamma, beta } = this;
    const last = { axes: [x.type.shape.length - 1], keepDims: true };
    const centered = ops.sub(x, ops.reduceMean(x, last));
    const variance = ops.reduceMean(ops.square(centered), last);
    const steadied = ops.affine(variance, { scale: 1, offset: epsilon });
    let y = ops.div(centered, ops.sqrt(steadied));
    if (gamma) y = ops.mul(y, gamma);
    return beta ? ops.biasAdd(y, beta) : y;
  }

  override config(): Record<string, unknown> {
    const { epsilon, center, scale } = this;
    return { ...commonConfig(this), epsilon, center, scale, ...weightConfig(this.settings) };
  }
}

/**
 * Each position's channels to mean 0 and variance 1, then to a learned scale and offset.
 *
 * @example
 * layers.layerNormalization({ epsilon: 1e-6 }); // ConvNeXt's
 */
export function layerNormalization(options?: LayerNormalizationOptions): LayerNormalization;
export function layerNormalization(...given: readonly unknown[]): LayerNormalization {
  return new LayerNormalization(layerOptions(LayerNormalization.acceptedOptions, given));
}
