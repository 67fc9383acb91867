import type { Node, Variable } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectNumber, isWhole, shown } from '../tensor/check.js';
import { formatShape, sizeOf, StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import type { LayerNormalizationOptions } from './layerNormalization.js';
import { Layer, type LayerContext, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { singleShape } from './shapes.js';
import { weightConfig, weightSettings, type WeightSettings } from './weightOptions.js';

/** Options of `GroupNormalization`. */
export interface GroupNormalizationOptions extends LayerNormalizationOptions {
  /** Into how many groups the channels are cut; 32 by default. −1: each is a group of its own, instance normalization. */
  readonly groups?: number;
}

/**
 * Brings the channels of each group, over all positions of an example, to mean 0 and variance 1, then each channel to `gamma`
 * and `beta` (Wu & He 2018; Keras's GroupNormalization over the last axis, PyTorch's GroupNorm): x: [N, ..., C] → the same
 * shape. Weights: `gamma`, `beta`, each [C].
 *
 * @throws StriateError when epsilon is negative, and when the channels do not go into so many groups.
 */
export class GroupNormalization extends Layer {
  static override readonly traits = { weightNames: ['gamma', 'beta'] } as const;
  static override readonly acceptedOptions: AcceptedOptions<GroupNormalizationOptions> = {
    where: 'groupNormalization',
    first: ['groups'],
    kinds: {
      ...layerOptionKinds,
      groups: 'number',
      epsilon: 'number',
      center: 'boolean',
      scale: 'boolean',
      betaInitializer: 'string or object',
      gammaInitializer: 'string or object',
      betaRegularizer: 'string or object',
      gammaRegularizer: 'string or object',
    },
  };
  readonly className = 'GroupNormalization';
  readonly groups: number;
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  private readonly settings: Readonly<Record<'gamma' | 'beta', WeightSettings>>;
  private gamma: Variable | undefined;
  private beta: Variable | undefined;

  constructor(options: GroupNormalizationOptions = {}) {
    super(options);
    const label = labelOf(this);
    this.groups = options.groups ?? 32;
    if (this.groups !== -1 && !isWhole(this.groups, 1)) {
      const rule = 'groups must be a whole number from 1, or −1 for one channel each';
      throw new StriateError({ where: label, rule, received: shown(this.groups) });
    }
    this.epsilon = expectNumber(label, 'epsilon', options.epsilon ?? 1e-3, { least: 0 });
    this.center = options.center ?? true;
    this.scale = options.scale ?? true;
    this.settings = weightSettings(label, options, { gamma: 'ones', beta: 'zeros' });
  }

  /** How many groups so many channels make. */
  groupsOf(channels: number): number {
    return this.groups === -1 ? channels : this.groups;
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = singleShape(this, inputShapes);
    const channels = shape.at(-1) ?? 0;
    if (channels > 0 && channels % this.groupsOf(channels) === 0) return shape;
    throw new StriateError({
      where: labelOf(this),
      rule: `the channels must go into ${this.groups} groups of one size`,
      received: formatShape(shape),
    });
  }

  protected override build([shape]: readonly Shape[]): void {
    const channels = shape.slice(-1);
    const { gamma, beta } = this.settings;
    if (this.scale) this.gamma = this.addWeight('gamma', channels, gamma.initializer, gamma);
    if (this.center) this.beta = this.addWeight('beta', channels, beta.initializer, beta);
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const { epsilon, gamma, beta } = this;
    const { shape } = x.type;
    const channels = shape[shape.length - 1];
    const groups = this.groupsOf(channels);
    const grouped = ops.reshape(x, { shape: [shape[0], sizeOf(shape.slice(1, -1)), groups, channels / groups] });
    const within = { axes: [1, 3], keepDims: true };
    const centered = ops.sub(grouped, ops.reduceMean(grouped, within));
    const variance = ops.reduceMean(ops.square(centered), within);
    const steadied = ops.affine(variance, { scale: 1, offset: epsilon });
    let y: Node = ops.reshape(ops.div(centered, ops.sqrt(steadied)), { shape });
    if (gamma) y = ops.mul(y, gamma);
    return beta ? ops.biasAdd(y, beta) : y;
  }

  override config(): Record<string, unknown> {
    const { groups, epsilon, center, scale } = this;
    return { ...commonConfig(this), groups, epsilon, center, scale, ...weightConfig(this.settings) };
  }
}

/** With its first options by position. */
export function groupNormalization(
  groups: number,
  options?: Omit<GroupNormalizationOptions, 'groups'>,
): GroupNormalization;
/**
 * Channels in groups to mean 0 and variance 1, then each to a learned scale and offset.
 *
 * @example
 * layers.groupNormalization({ groups: 8 }); // where batches are too small for a batch normalization
 */
export function groupNormalization(options?: GroupNormalizationOptions): GroupNormalization;
export function groupNormalization(...given: readonly unknown[]): GroupNormalization {
  return new GroupNormalization(layerOptions(GroupNormalization.acceptedOptions, given));
}
