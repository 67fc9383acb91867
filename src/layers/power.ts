import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { expectNumber } from '../tensor/check.js';
import type { Shape } from '../tensor/index.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Layer, type LayerContext, type LayerOptions, layerOptionKinds } from './layer.js';
import { commonConfig, labelOf, layerOptions } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `Power`. */
export interface PowerOptions extends LayerOptions {
  readonly exponent: number;
}

/**
 * x^exponent, element by element: any shape → the same shape. Exponents that are neither whole nor halves need positive
 * values.
 *
 * @throws StriateError when the exponent is not a finite number.
 */
export class Power extends Layer {
  static override readonly acceptedOptions: AcceptedOptions<PowerOptions> = {
    where: 'power',
    first: ['exponent'],
    kinds: { ...layerOptionKinds, exponent: 'number' },
  };
  readonly className = 'Power';
  readonly exponent: number;

  constructor(options: PowerOptions) {
    super(options);
    this.exponent = expectNumber(labelOf(this), 'exponent', options.exponent);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    return singleShape(this, inputShapes);
  }

  call({ graph }: LayerContext, [x]: readonly Node[]): Node {
    const { exponent, name } = this;
    const y = positivePower(x, Math.abs(exponent));
    if (exponent >= 0) return y;
    const one = graph.constant(Float32Array.of(1), [1], name);
    return ops.div(one, y);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), exponent: this.exponent };
  }
}

/** With its first options by position. */
export function power(exponent: number, options?: Omit<PowerOptions, 'exponent'>): Power;
/**
 * x to the power of a number.
 *
 * @example
 * layers.power({ exponent: 0.5 }); // the square root
 */
export function power(options: PowerOptions): Power;
export function power(...given: readonly unknown[]): Power {
  return new Power(layerOptions(Power.acceptedOptions, given));
}

function positivePower(x: Node, exponent: number): Node {
  const half = exponent % 1 === 0.5;
  // Whole numbers by products, as negative numbers have no logarithm.
  if (exponent > 64 || (exponent % 1 !== 0 && !half)) {
    const logarithm = ops.log(x);
    return ops.exp(ops.affine(logarithm, { scale: exponent, offset: 0 }));
  }
  let result: Node | undefined = half ? ops.sqrt(x) : undefined;
  let factor: Node = x;
  for (let rest = Math.floor(exponent); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2) result = result ? ops.mul(result, factor) : factor;
    if (rest > 1) factor = ops.square(factor);
  }
  return result ?? ops.affine(x, { scale: 0, offset: 1 });
}
