import type { GraphBuilder, Node } from '../graph/index.js';
import { operators as ops } from '../ops/index.js';
import type { Shape } from '../tensor/index.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { commonConfig, labelOf, numberIn } from './options.js';
import { singleShape } from './shapes.js';

/** Options of `Power`. */
export interface PowerOptions extends LayerOptions {
  readonly exponent: number;
}

/**
 * x^exponent, element by element: any shape → the same shape. Exponents that are neither whole nor halves need positive
 * values.
 *
 * @throws StriateError when the exponent is no finite number.
 */
export class Power extends Layer {
  readonly className = 'Power';
  readonly exponent: number;

  constructor(options: PowerOptions) {
    super(options);
    this.exponent = numberIn(labelOf(this), 'exponent', options.exponent);
  }

  outputShape(inputShapes: readonly Shape[]): Shape {
    return singleShape(this, inputShapes);
  }

  call({ graph }: LayerContext, [x]: readonly Node[]): Node {
    const { exponent, name } = this;
    const y = positivePower(graph, x, Math.abs(exponent), name);
    if (exponent >= 0) return y;
    const one = graph.constant(Float32Array.of(1), [1], name);
    return graph.add(ops.div, [one, y], {}, name);
  }

  override config(): Record<string, unknown> {
    return { ...commonConfig(this), exponent: this.exponent };
  }
}

/**
 * x to the power of a number.
 *
 * @example
 * layers.power({ exponent: 0.5 }); // the square root
 */
export const power = (options: PowerOptions): Power => new Power(options);

function positivePower(graph: GraphBuilder, x: Node, exponent: number, name: string): Node {
  const half = exponent % 1 === 0.5;
  // Whole numbers by products, as logarithms of negative numbers there are none.
  if (exponent > 64 || (exponent % 1 !== 0 && !half)) {
    const logarithm = graph.add(ops.log, [x], {}, name);
    return graph.add(ops.exp, [graph.add(ops.affine, [logarithm], { scale: exponent, offset: 0 }, name)], {}, name);
  }
  let result: Node | undefined = half ? graph.add(ops.sqrt, [x], {}, name) : undefined;
  let factor: Node = x;
  for (let rest = Math.floor(exponent); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2) result = result ? graph.add(ops.mul, [result, factor], {}, name) : factor;
    if (rest > 1) factor = graph.add(ops.square, [factor], {}, name);
  }
  return result ?? graph.add(ops.affine, [x], { scale: 0, offset: 1 }, name);
}
