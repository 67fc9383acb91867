import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { shown } from '../tensor/check.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';
import { Layer, layerOptionKinds, type LayerContext, type LayerOptions, type LayerWindow } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { endsOption, signalShape, type Ends, type EndsOption } from './signal.js';

/** Options of `Cropping1D`. */
export interface Cropping1DOptions extends LayerOptions {
  /** Steps that are cut off before and behind; 1 by default, as in Keras. */
  readonly cropping?: EndsOption;
}

/**
 * A signal without its first and last steps (Keras's Cropping1D): x: [N, L, C] → [N, L − before − after, C].
 *
 * @throws StriateError when a number is negative, nothing is left, or the input is not a signal.
 */
export class Cropping1D extends Layer {
  static override readonly traits = { keepsNonNegative: true } as const;
  static override readonly acceptedOptions: AcceptedOptions<Cropping1DOptions> = {
    where: 'cropping1d',
    first: ['cropping'],
    kinds: { ...layerOptionKinds, cropping: 'number or list' },
  };
  readonly className = 'Cropping1D';
  /** [before, after]. */
  readonly cropping: Ends;

  constructor(options: Cropping1DOptions = {}) {
    super(options);
    this.cropping = endsOption(labelOf(this), 'cropping', options.cropping ?? 1);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const shape = signalShape(this, inputShapes);
    const rest = shape[0] - this.cropping[0] - this.cropping[1];
    if (rest > 0) return [rest, shape[1]];
    throw new StriateError({
      where: labelOf(this),
      rule: 'cropping must leave something of the signal',
      received: `${shown(this.cropping)} for ${formatShape(shape)}`,
    });
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const [batch, steps, channels] = x.type.shape;
    const [before, after] = this.cropping;
    return ops.slice(x, { begin: [0, before, 0], size: [batch, steps - before - after, channels] });
  }

  override window(): LayerWindow {
    const [before, after] = this.cropping;
    return { kernel: [1, 1], strides: [1, 1], dilation: [1, 1], padding: [0, 0, 0 - before, 0 - after] };
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), cropping: this.cropping };
  }
}

/** With its first options by position. */
export function cropping1d(cropping: EndsOption, options?: Omit<Cropping1DOptions, 'cropping'>): Cropping1D;
/**
 * A signal without its first and last steps.
 *
 * @example
 * layers.cropping1d({ cropping: [2, 0] });
 */
export function cropping1d(options?: Cropping1DOptions): Cropping1D;
export function cropping1d(...given: readonly unknown[]): Cropping1D {
  return new Cropping1D(layerOptions(Cropping1D.acceptedOptions, given));
}
