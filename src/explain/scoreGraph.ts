import type { GraphBuilder, Node } from '../graph/index.js';
import type { SymbolicTensor } from '../layers/layer.js';
import { argMax, mul, oneHot, reduceSum, reshape } from '../ops/index.js';
import { formatShape, sizeOf, StriateError } from '../tensor/index.js';
import { inputFeed } from '../topology/predictionGraph.js';
import type { Topology } from '../topology/topology.js';
import { classScores, type ScoreForm } from './classScores.js';
import type { ResolvedTarget } from './target.js';

/** The feed that says how much each number of the target's value counts, for each row. */
export const targetFeed = 'target';

/** Where what is explained enters a model: as its picture, or in place of what a layer gives. */
export interface Entry {
  readonly place: SymbolicTensor;
  readonly node: (graph: GraphBuilder, size: number) => Node;
  /** What the node is fed with. */
  readonly feeds: Readonly<Record<string, Float32Array>>;
  /** Rows of a batch. */
  readonly size: number;
}

/** What a target's score is computed from. */
export interface ScoreGraphParts {
  /** The model's name, for messages. */
  readonly name: string;
  readonly topology: Topology;
  readonly pictureInput: number;
  readonly form: ScoreForm;
  /** undefined: the class that the model finds likeliest. */
  readonly target: ResolvedTarget | undefined;
  readonly entry: Entry;
}

/** The parts of a graph that what is computed is built from. */
export interface ScoreNodes {
  /** `[R]`: the target's score. */
  readonly score: Node;
  /** What a layer gives, or the model is given, there. */
  readonly nodeOf: (place: SymbolicTensor) => Node;
}

/**
 * The model's forward pass and the target's score, in a graph; what the model says of classes becomes the outputs 'classes' and
 * 'probabilities'.
 *
 * @throws StriateError where a path leads around the place of entry, or the model's first output is not [classes] and the target is a class.
 */
export function scoreGraph(graph: GraphBuilder, parts: ScoreGraphParts): ScoreNodes {
  const { topology, pictureInput, form, target, entry } = parts;
  const { size, place } = entry;
  const inputs = topology.inputs.map(({ shape }, i) =>
    i === pictureInput ? undefined : graph.input(inputFeed(topology.inputNames[i]), [size, ...shape]),
  );
  const given = new Map([[place, entry.node(graph, size)]]);
  const values = topology.emitValues(graph, inputs, undefined, given);
  const valueOf = (value: SymbolicTensor): Node => values.get(value) ?? bypassed(parts);
  const first = values.get(topology.outputs[0]);
  const classes = first?.type.shape.length === 2 ? classScores(first, form) : undefined;
  if (first && classes) {
    graph.output('classes', classes);
    graph.output('probabilities', classScores(first, 'probabilities'));
  }
  const score = (): Node => {
    if (target?.kind === 'own') return checkedScore(target.emit(topology.outputs.map(valueOf)), size);
    const value =
      target?.kind === 'unit' ? valueOf(target.value) : (classes ?? noClasses(parts, valueOf(topology.outputs[0])));
    if (target) return weighted(value, graph.input(targetFeed, [size, target.weights.length]), size);
    return weighted(value, oneHot(argMax(value), { depth: value.type.shape[1] }), size);
  };
  return { score: score(), nodeOf: (value) => values.get(value)! };
}

function weighted(value: Node, weights: Node, size: number): Node {
  const flat = reshape(value, { shape: [size, sizeOf(value.type.shape) / size] });
  return reduceSum(mul(flat, weights), { axes: [1], keepDims: false });
}

function bypassed({ name, entry }: ScoreGraphParts): never {
  throw new StriateError({
    where: 'explain',
    rule: `there is a path around '${entry.place.source?.layer.name ?? entry.place.name}' to the outputs of '${name}'`,
    advice: 'name a layer that every path goes through (layer)',
  });
}

function noClasses({ name, topology }: ScoreGraphParts, { type: { shape } }: Node): never {
  throw new StriateError({
    where: 'explain',
    rule: `a class is a target where the model's first output is [classes]; that of '${name}' is ${formatShape(shape.slice(1))}`,
    advice:
      `name a unit of it: { output: 0, unit: [row, column, channel] }, or give a function of the outputs; on the command line ` +
      `--target '${topology.outputNames[0]}:ROW,COLUMN,CHANNEL'`,
  });
}

function checkedScore(score: Node, size: number): Node {
  const { shape, dtype } = score.type;
  if (dtype === 'float32' && shape.length === 1 && shape[0] === size) return score;
  throw new StriateError({
    where: 'explain',
    rule: `a target function must give a number for each of the ${size} pictures, float32 [${size}]`,
    received: `${dtype} ${formatShape(shape)}`,
    advice: 'reduce the other axes: operators.reduceSum(value, { axes: [1], keepDims: false })',
  });
}
