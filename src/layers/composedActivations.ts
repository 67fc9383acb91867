import type { GraphBuilder, Node } from '../graph/index.js';
import { operators as ops } from '../ops/index.js';

/** Adds an activation's operators for `x` under a layer's name. */
type Emit = (graph: GraphBuilder, x: Node, name: string) => Node;

const affine = (graph: GraphBuilder, x: Node, scale: number, offset: number, name: string): Node =>
  graph.add(ops.affine, [x], { scale, offset }, name);

/** max(0, x) + alpha · (e^min(0, x) − 1): both exponents and parts stay finite on either side. */
export function exponentialLinear(graph: GraphBuilder, x: Node, alpha: number, name: string): Node {
  const positive = graph.add(ops.relu, [x], {}, name);
  const magnitude = graph.add(ops.relu, [affine(graph, x, -1, 0, name)], {}, name);
  const power = graph.add(ops.exp, [affine(graph, magnitude, -1, 0, name)], {}, name);
  return graph.add(ops.add, [positive, affine(graph, power, alpha, -alpha, name)], {}, name);
}

/** log(1 + e^x) as max(0, x) + log(1 + e^−|x|), which never overflows. */
const softplus: Emit = (graph, x, name) => {
  const distance = graph.add(ops.abs, [x], {}, name);
  const tail = graph.add(ops.exp, [affine(graph, distance, -1, 0, name)], {}, name);
  const rest = graph.add(ops.log, [affine(graph, tail, 1, 1, name)], {}, name);
  return graph.add(ops.add, [graph.add(ops.relu, [x], {}, name), rest], {}, name);
};

/** From the highest power of x² to the lowest; the quotient is within 5e-7 of erf where |x| ≤ 4, and is ±1 beyond. */
const erfNumerator = [
  -2.72614225801306e-10, 2.77068142495902e-8, -2.10102402082508e-6, -5.69250639462346e-5, -7.34990630326855e-4,
  -2.95459980854025e-3, -1.60960333262415e-2,
];
const erfDenominator = [
  -1.45660718464996e-5, -2.13374055278905e-4, -1.68282697438203e-3, -7.37332916720468e-3, -1.42647390514189e-2,
];

/** The error function as a quotient of polynomials, an odd one by construction: x · P(x²) / Q(x²). */
const erf: Emit = (graph, given, name) => {
  const x = graph.add(ops.clip, [given], { min: -4, max: 4 }, name);
  const square = graph.add(ops.square, [x], {}, name);
  const polynomial = ([first, second, ...rest]: readonly number[]): Node =>
    rest.reduce(
      (sum, coefficient) => affine(graph, graph.add(ops.mul, [sum, square], {}, name), 1, coefficient, name),
      affine(graph, square, first, second, name),
    );
  const quotient = graph.add(ops.div, [polynomial(erfNumerator), polynomial(erfDenominator)], {}, name);
  return graph.add(ops.mul, [x, quotient], {}, name);
};

/** Activations that are put together from other operators: slower than those with a kernel of their own. */
export const composedActivations = {
  elu: (graph, x, name) => exponentialLinear(graph, x, 1, name),
  // Klambauer et al. 2017: these two numbers keep mean 0 and variance 1 from layer to layer.
  selu: (graph, x, name) =>
    affine(graph, exponentialLinear(graph, x, 1.6732632423543772, name), 1.0507009873554805, 0, name),
  // Hendrycks & Gimpel 2016, by the error function.
  gelu: (graph, x, name) => {
    const share = affine(graph, erf(graph, affine(graph, x, Math.SQRT1_2, 0, name), name), 0.5, 0.5, name);
    return graph.add(ops.mul, [x, share], {}, name);
  },
  softplus,
  softsign: (graph, x, name) => {
    const distance = graph.add(ops.abs, [x], {}, name);
    return graph.add(ops.div, [x, affine(graph, distance, 1, 1, name)], {}, name);
  },
  // Misra 2019.
  mish: (graph, x, name) => {
    const share = graph.add(ops.tanh, [softplus(graph, x, name)], {}, name);
    return graph.add(ops.mul, [x, share], {}, name);
  },
  logSoftmax: (graph, x, name) => {
    const last = { axes: [x.type.shape.length - 1], keepDims: true };
    const shifted = graph.add(ops.sub, [x, graph.add(ops.reduceMax, [x], last, name)], {}, name);
    const total = graph.add(ops.reduceSum, [graph.add(ops.exp, [shifted], {}, name)], last, name);
    return graph.add(ops.sub, [shifted, graph.add(ops.log, [total], {}, name)], {}, name);
  },
  erf,
  abs: (graph, x, name) => graph.add(ops.abs, [x], {}, name),
  log: (graph, x, name) => graph.add(ops.log, [x], {}, name),
} satisfies Record<string, Emit>;
