import { GraphBuilder, type Node, type Value } from '../graph/index.js';
import { evaluate } from '../ops/evaluateNodes.js';
import { sizeOf, StriateError, type Shape } from '../tensor/index.js';
import type { Layer } from './layer.js';

/** How `runLayer` runs a layer. */
export interface RunOptions {
  /** Whether as in training, in step `step`; false by default. */
  readonly training?: boolean;
  /** 1 by default. */
  readonly step?: number;
  /** The model's seed, for weights that are not given; 1 by default. */
  readonly seed?: number;
  /** Weights by their names in the layer; the others start as the layer says. */
  readonly weights?: Readonly<Record<string, ArrayLike<number>>>;
}

/** What came out of a layer. */
export interface LayerRun {
  readonly shape: Shape;
  readonly values: readonly number[];
  /** The weights afterwards, by name: training changes running statistics. */
  readonly weights: Readonly<Record<string, readonly number[]>>;
  /** The operators that the layer added, in order, and the names they carry. */
  readonly operators: readonly { readonly operator: string; readonly name: string }[];
}

/**
 * Runs one layer alone, slowly, on the operators' float64 reference implementations: for tests of layers.
 *
 * @param inputs shapes with the batch, and values
 * @throws StriateError when the layer does not give the shape that it promised, or a given weight does not fit.
 *
 * @example
 * runLayer(layers.relu(), [{ shape: [1, 2], values: [-1, 1] }]).values; // [0, 1]
 */
export function runLayer(
  layer: Layer,
  inputs: readonly { readonly shape: Shape; readonly values: ArrayLike<number> }[],
  { training = false, step = 1, seed = 1, weights = {} }: RunOptions = {},
): LayerRun {
  const inner = inputs.map(({ shape }) => shape.slice(1));
  layer.assignName(layer.className.toLowerCase());
  const promised = layer.outputShape(inner);
  layer.buildOnce(inner, seed);

  const graph = new GraphBuilder('layer');
  const known = new Map<Node, Value>();
  const nodes = inputs.map(({ shape, values }, i) => {
    const node = graph.input(`x${i}`, shape);
    known.set(node, { shape, data: Float64Array.from(values) });
    return node;
  });
  const stepNode = training ? graph.input('step', [], 'int32') : undefined;
  if (stepNode) known.set(stepNode, { shape: [], data: Float64Array.of(step) });
  const variables = layer.weights.map(({ name, variable }) => {
    const data = Float64Array.from(weights[name] ?? variable.initialize());
    if (data.length !== sizeOf(variable.shape)) {
      throw new StriateError({ rule: `weight '${name}' has ${sizeOf(variable.shape)} values`, received: data.length });
    }
    known.set(graph.variable(variable), { shape: variable.shape, data });
    return [name, data] as const;
  });

  graph.output(
    'y',
    graph.scope(layer.name, () => layer.call({ graph, training, step: stepNode }, nodes)),
  );
  const { nodes: all, outputs } = graph.finish();
  const output = outputs.get('y')!;
  const expected = [inputs[0].shape[0], ...promised];
  if (expected.join() !== output.type.shape.join()) {
    throw new StriateError({
      where: layer.className,
      rule: `outputShape gives [${expected.join(', ')}], call [${output.type.shape.join(', ')}]`,
    });
  }
  evaluate(all, known);
  return {
    shape: output.type.shape,
    values: [...known.get(output)!.data],
    weights: Object.fromEntries(variables.map(([name, data]) => [name, [...data]])),
    operators: all.flatMap((node) =>
      node.kind === 'operator' ? [{ operator: node.operator.name, name: node.name }] : [],
    ),
  };
}
