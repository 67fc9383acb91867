import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { isWholes, shown } from '../tensor/check.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `Slice`; both lists leave out the batch. */
export interface SliceOptions extends LayerOptions {
  /** The first position along each axis. */
  readonly begin: readonly number[];
  /** How many positions along each axis; −1: all that are left. */
  readonly size: readonly number[];
}

/**
 * A block of its input: x: [N, ...] → [N, ...size].
 *
 * @throws StriateError when the lists are not positions and sizes, or the block reaches beyond the input.
 */
export class Slice extends Layer {
  static override readonly acceptedOptions: AcceptedOptions<SliceOptions> = {
    where: 'slice',
    first: ['begin', 'size'],
    kinds: { ...layerOptionKinds, begin: 'list', size: 'list' },
  };
  readonly className = 'Slice';
  readonly begin: readonly number[];
  readonly size: readonly number[];

  constructor(options: SliceOptions) {
    super(options);
    const { begin, size } = options;
    if (!isWholes(begin, 0) || !isWholes(size, 1, -1) || begin.length !== size.length) {
      throw new StriateError({
        where: labelOf(this),
        rule: 'begin must be whole numbers from 0, size as many from 1 or −1',
        received: `${shown(begin)} and ${shown(size)}`,
      });
    }
    this.begin = [...begin];
    this.size = [...size];
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    const input = singleShape(this, inputShapes);
    const { begin, size } = this;
    const shape = size.map((n, axis) => (n === -1 ? input[axis] - begin[axis] : n));
    if (size.length === input.length && shape.every((n, axis) => n > 0 && begin[axis] + n <= input[axis])) return shape;
    throw new StriateError({
      where: labelOf(this),
      rule: `a block of size ${formatShape(size)} from ${formatShape(begin)} must lie in the input`,
      received: formatShape(input),
    });
  }

  call(_: LayerContext, [x]: readonly Node[]): Node {
    const [batch, ...shape] = x.type.shape;
    const size = [batch, ...this.outputShape([shape])];
    return ops.slice(x, { begin: [0, ...this.begin], size });
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), begin: this.begin, size: this.size };
  }
}

/** With its first options by position. */
export function slice(
  begin: readonly number[],
  size: readonly number[],
  options?: Omit<SliceOptions, 'begin' | 'size'>,
): Slice;
/**
 * A block of its input.
 *
 * @example
 * layers.slice({ begin: [0, 0, 8], size: [-1, -1, 8] }); // channels 8 to 15
 */
export function slice(options: SliceOptions): Slice;
export function slice(...given: readonly unknown[]): Slice {
  return new Slice(layerOptions(Slice.acceptedOptions, given));
}
