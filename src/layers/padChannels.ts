import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectWhole } from '../tensor/check.js';
import type { Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { pictureShape } from './shapes.js';

/** Options of `PadChannels`. */
export interface PadChannelsOptions extends LayerOptions {
  /** Channels of zeros before the picture's own; 0 by default. */
  readonly before?: number;
  /** Channels of zeros behind the picture's own; 0 by default. */
  readonly after?: number;
}

/**
 * Channels of zeros around a picture's own: x: [N, H, W, C] → [N, H, W, before + C + after]. It is the shortcut without
 * weights past a layer that adds channels (He et al. 2016, option A, where it follows a stride of 2).
 *
 * @throws StriateError when a number of channels is negative or the input is not a picture.
 */
export class PadChannels extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<PadChannelsOptions> = {
    where: 'padChannels',
    first: ['before', 'after'],
    kinds: { ...layerOptionKinds, before: 'number', after: 'number' },
  };
  readonly className = 'PadChannels';
  readonly before: number;
  readonly after: number;

  constructor(options: PadChannelsOptions = {}) {
    super(options);
    const label = labelOf(this);
    this.before = expectWhole(label, 'before', options.before ?? 0, 0);
    this.after = expectWhole(label, 'after', options.after ?? 0, 0);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const [height, width, channels] = pictureShape(this, inputShapes);
    return [height, width, this.before + channels + this.after];
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const attributes = { before: [0, 0, 0, this.before], after: [0, 0, 0, this.after], value: 0 };
    return ops.pad(x, attributes);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), before: this.before, after: this.after };
  }
}

/** With its first options by position. */
export function padChannels(before: number, options?: Omit<PadChannelsOptions, 'before'>): PadChannels;
/** With its first options by position. */
export function padChannels(
  before: number,
  after: number,
  options?: Omit<PadChannelsOptions, 'before' | 'after'>,
): PadChannels;
/**
 * Channels of zeros around the picture's own.
 *
 * @example
 * layers.padChannels({ before: 8, after: 8 });
 */
export function padChannels(options?: PadChannelsOptions): PadChannels;
export function padChannels(...given: readonly unknown[]): PadChannels {
  return new PadChannels(layerOptions(PadChannels.acceptedOptions, given));
}
