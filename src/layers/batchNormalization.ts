import type { GraphBuilder, Node, Variable } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectNumber } from '../tensor/check.js';
import { sizeOf, StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import type { Initializer } from './initializers/initializer.js';
import { resolveInitializer, type InitializerOption } from './initializers/index.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { serialize } from './named.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import type { RegularizerOption } from './regularizers.js';
import { singleShape } from './shapes.js';
import { weightConfig, weightSettings, type WeightSettings } from './weightOptions.js';

/** Options of `BatchNormalization`. */
export interface BatchNormalizationOptions extends LayerOptions {
  /** How much of the running statistics a training step keeps; 0.99 by default (PyTorch's momentum 0.1 is 0.9 here). */
  readonly momentum?: number;
  /**
   * Whether the running variance is an average of unbiased variances, the sums of squares divided by n − 1, as PyTorch's is;
   * false by default: divided by n, as in Keras. What training normalizes by is divided by n in both.
   */
  readonly unbiasedVariance?: boolean;
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
  /** `'zeros'` by default. */
  readonly movingMeanInitializer?: InitializerOption;
  /** `'ones'` by default. */
  readonly movingVarianceInitializer?: InitializerOption;
  readonly betaRegularizer?: RegularizerOption;
  readonly gammaRegularizer?: RegularizerOption;
}

/**
 * Brings each channel to mean 0 and variance 1, then to `gamma` and `beta` (Ioffe & Szegedy 2015; Keras's
 * BatchNormalization): x: [N, ..., C] → the same shape. In training it takes the batch's statistics and keeps a running
 * average of them; otherwise, and always while `trainable` is false, it takes the running ones. Weights: `gamma`, `beta`,
 * `movingMean`, `movingVariance`, each [C].
 *
 * @throws StriateError when an option is out of range, and when the input has no axis besides the batch.
 */
export class BatchNormalization extends Layer {
  static override readonly traits = { weightNames: ['gamma', 'beta', 'movingMean', 'movingVariance'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<BatchNormalizationOptions> = {
    where: 'batchNormalization',
    kinds: {
      ...layerOptionKinds,
      momentum: 'number',
      unbiasedVariance: 'boolean',
      epsilon: 'number',
      center: 'boolean',
      scale: 'boolean',
      betaInitializer: 'string or object',
      gammaInitializer: 'string or object',
      movingMeanInitializer: 'string or object',
      movingVarianceInitializer: 'string or object',
      betaRegularizer: 'string or object',
      gammaRegularizer: 'string or object',
    },
  };
  readonly className = 'BatchNormalization';
  readonly momentum: number;
  readonly epsilon: number;
  readonly unbiasedVariance: boolean;
  readonly center: boolean;
  readonly scale: boolean;
  private readonly settings: Readonly<Record<'gamma' | 'beta', WeightSettings>>;
  private readonly initial: Readonly<Record<'movingMean' | 'movingVariance', Initializer>>;
  private gamma: Variable | undefined;
  private beta: Variable | undefined;
  private movingMean!: Variable;
  private movingVariance!: Variable;

  constructor(options: BatchNormalizationOptions = {}) {
    super(options);
    const label = labelOf(this);
    this.momentum = expectNumber(label, 'momentum', options.momentum ?? 0.99, { least: 0, most: 1 });
    this.epsilon = expectNumber(label, 'epsilon', options.epsilon ?? 1e-3, { least: 0 });
    this.unbiasedVariance = options.unbiasedVariance ?? false;
    this.center = options.center ?? true;
    this.scale = options.scale ?? true;
    this.settings = weightSettings(label, options, { gamma: 'ones', beta: 'zeros' });
    this.initial = {
      movingMean: resolveInitializer(options.movingMeanInitializer ?? 'zeros', label),
      movingVariance: resolveInitializer(options.movingVarianceInitializer ?? 'ones', label),
    };
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
    const { initial } = this;
    const { gamma, beta } = this.settings;
    const channels = shape.slice(-1);
    if (this.scale) this.gamma = this.addWeight('gamma', channels, gamma.initializer, gamma);
    if (this.center) this.beta = this.addWeight('beta', channels, beta.initializer, beta);
    this.movingMean = this.addWeight('movingMean', channels, initial.movingMean, { role: 'statistic' });
    this.movingVariance = this.addWeight('movingVariance', channels, initial.movingVariance, { role: 'statistic' });
  }

  call({ graph, training }: LayerContext, [x]: readonly Node[]): Node {
    const { epsilon, momentum } = this;
    const movingMean = graph.variable(this.movingMean);
    const movingVariance = graph.variable(this.movingVariance);
    const gamma = this.factor(graph, this.gamma, 1);
    const beta = this.factor(graph, this.beta, 0);
    if (!training || !this.trainable) {
      const inputs = [x, movingMean, movingVariance, gamma, beta];
      return ops.batchNormalization(...inputs, { epsilon, batchStatistics: false });
    }
    const mean = ops.channelMean(x);
    const variance = ops.channelVariance(x, mean);
    ops.movingAverage(movingMean, mean, { momentum });
    ops.movingAverage(movingVariance, this.unbiasedVariance ? unbiased(variance, x) : variance, { momentum });
    const inputs = [x, mean, variance, gamma, beta];
    return ops.batchNormalization(...inputs, { epsilon, batchStatistics: true });
  }

  override config(): Record<string, unknown> {
    const { momentum, epsilon, unbiasedVariance, center, scale, initial, settings } = this;
    return {
      ...commonConfig(this),
      momentum,
      epsilon,
      ...(unbiasedVariance && { unbiasedVariance }),
      center,
      scale,
      ...weightConfig(settings),
      movingMeanInitializer: serialize(initial.movingMean),
      movingVarianceInitializer: serialize(initial.movingVariance),
    };
  }

  /** gamma or beta, or the constant that replaces it where it is switched off. */
  private factor(graph: GraphBuilder, variable: Variable | undefined, fallback: number): Node {
    if (variable) return graph.variable(variable);
    const { shape } = this.movingMean;
    return graph.constant(new Float32Array(this.movingMean.size).fill(fallback), shape, this.name);
  }
}

/** The variance of x by channel, divided by n − 1 in place of n; that of a single number stays zero. */
function unbiased(variance: Node, x: Node): Node {
  const count = sizeOf(x.type.shape) / sizeOf(variance.type.shape);
  return count > 1 ? ops.affine(variance, { scale: count / (count - 1), offset: 0 }) : variance;
}

/**
 * Each channel to mean 0 and variance 1, then to a learned scale and offset.
 *
 * @example
 * layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5, unbiasedVariance: true }); // PyTorch's BatchNorm2d
 */
export function batchNormalization(options?: BatchNormalizationOptions): BatchNormalization;
export function batchNormalization(...given: readonly unknown[]): BatchNormalization {
  return new BatchNormalization(layerOptions(BatchNormalization.acceptedOptions, given));
}
