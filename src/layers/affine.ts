import type { Node, Variable } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectWholes } from '../tensor/check.js';
import { broadcastShapes, formatShape, sameShape, StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import type { InitializerOption } from './initializers/index.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import type { RegularizerOption } from './regularizers.js';
import { singleShape } from './shapes.js';
import { weightConfig, weightSettings, type WeightSettings } from './weightOptions.js';

/** Options of `Affine`. */
export interface AffineOptions extends LayerOptions {
  /** Whether `gamma` is learned and multiplied; true by default. */
  readonly scale?: boolean;
  /** Whether `beta` is learned and added; true by default. */
  readonly center?: boolean;
  /** The weights' shape, which stretches to the input's without the batch; one number per channel by default. */
  readonly shape?: Shape;
  /** `'ones'` by default. */
  readonly gammaInitializer?: InitializerOption;
  /** `'zeros'` by default. */
  readonly betaInitializer?: InitializerOption;
  readonly gammaRegularizer?: RegularizerOption;
  readonly betaRegularizer?: RegularizerOption;
}

/**
 * x · gamma + beta, both learned: ConvNeXt's LayerScale, ResMLP's Affine, a bias by itself. Any shape → the same shape.
 * Weights: `gamma`, `beta`.
 *
 * @throws StriateError when the weights' shape does not stretch to the input's.
 */
export class Affine extends Layer {
  static override readonly traits = { weightNames: ['gamma', 'beta'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<AffineOptions> = {
    where: 'affine',
    kinds: {
      ...layerOptionKinds,
      scale: 'boolean',
      center: 'boolean',
      shape: 'list',
      gammaInitializer: 'string or object',
      betaInitializer: 'string or object',
      gammaRegularizer: 'string or object',
      betaRegularizer: 'string or object',
    },
  };
  readonly className = 'Affine';
  readonly scale: boolean;
  readonly center: boolean;
  readonly shape: Shape | undefined;
  private readonly settings: Readonly<Record<'gamma' | 'beta', WeightSettings>>;
  private gamma: Variable | undefined;
  private beta: Variable | undefined;

  constructor(options: AffineOptions = {}) {
    super(options);
    this.scale = options.scale ?? true;
    this.center = options.center ?? true;
    this.shape = options.shape && [...expectWholes(labelOf(this), 'shape', options.shape)];
    this.settings = weightSettings(labelOf(this), options, { gamma: 'ones', beta: 'zeros' });
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const input = singleShape(this, inputShapes);
    const own = this.shape ?? input.slice(-1);
    const merged = broadcastShapes(input, own);
    if (own.length <= input.length && merged && sameShape(merged, input)) return input;
    throw new StriateError({
      where: labelOf(this),
      rule: `its shape ${formatShape(own)} must stretch to the input's`,
      received: formatShape(input),
    });
  }

  protected override build([input]: readonly Shape[]): void {
    const shape = this.shape ?? input.slice(-1);
    const { gamma, beta } = this.settings;
    if (this.scale) this.gamma = this.addWeight('gamma', shape, gamma.initializer, gamma);
    if (this.center) this.beta = this.addWeight('beta', shape, beta.initializer, beta);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { gamma, beta } = this;
    const scaled = gamma ? ops.mul(x, gamma) : x;
    return beta ? ops.add(scaled, beta) : scaled;
  }

  override config(): Record<string, unknown> {
    const { scale, center, shape } = this;
    return { ...commonConfig(this), scale, center, ...(shape && { shape }), ...weightConfig(this.settings) };
  }
}

/**
 * x · gamma + beta, both learned.
 *
 * @example
 * layers.affine({ center: false }); // one learned factor per channel
 */
export function affine(options?: AffineOptions): Affine;
export function affine(...given: readonly unknown[]): Affine {
  return new Affine(layerOptions(Affine.acceptedOptions, given));
}
