import type { Program } from '../engine/contract.js';
import { GraphBuilder, type Node } from '../graph/index.js';
import { add, affine, mul, reduceMean, reduceSum, reshape } from '../ops/allOperators.js';
import { formatShape, StriateError } from '../tensor/index.js';
import { emitInputs } from '../topology/predictionGraph.js';
import type { Topology } from '../topology/topology.js';
import type { Loss } from '../training/loss.js';
import type { Metric } from '../training/metric.js';
import { lossName, type JointObjective } from './compileOptions.js';
import { feedNames, type Executor } from './executor.js';
import type { Objective } from './objective.js';

/**
 * The program that tests: the loss's mean, the metrics' sums over the batch; with `perExample`, losses and metrics of each
 * example, and outputs `output:0`, …
 */
export function testProgram(
  executor: Executor,
  batch: number,
  objective: Objective,
  weighted: boolean,
  perExample = false,
): Promise<Program> {
  return executor.program(`test/${batch}/${weighted}/${perExample}`, () => {
    const graph = new GraphBuilder('test');
    emitObjective(graph, executor.topology, objective, batch, { weighted, perExample });
    return graph.finish();
  });
}

/** How an objective is emitted. */
interface ObjectiveOptions {
  readonly weighted: boolean;
  /** The number of the training step; undefined in tests. */
  readonly step?: Node;
  /** Whether losses and metrics are reported for each example, beside the model's outputs, instead of over the batch. */
  readonly perExample?: boolean;
}

/** Adds forward pass, loss, penalties and metrics, and names what is reported; gives the loss. */
export function emitObjective(
  graph: GraphBuilder,
  topology: Topology,
  objective: Objective,
  batch: number,
  { weighted, step, perExample = false }: ObjectiveOptions,
): Node {
  const predictions = topology.emit(graph, emitInputs(graph, topology, batch), step);
  if (perExample) predictions.forEach((prediction, i) => graph.output(`output:${i}`, prediction));
  const sampleWeight = weighted ? graph.input(feedNames.sampleWeight, [batch]) : undefined;
  const terms: Node[] = [];
  const all = { axes: [0], keepDims: false };
  for (const output of objective.outputs) {
    const prediction = predictions[output.index];
    const { loss } = output;
    const classes = loss.targets === 'classes';
    const shape = classes ? prediction.type.shape.slice(0, -1) : prediction.type.shape;
    const target = graph.input(feedNames.target(output.name), shape, classes ? 'int32' : 'float32');
    const meanLoss = (predicted: Node): Node =>
      graph.scope(loss.name, () => {
        const losses = loss.emit(predicted, target);
        const counted = sampleWeight ? mul(losses, sampleWeight) : losses;
        // As in Keras the weighted sum is divided by the number of examples, not by the sum of their weights.
        return perExample ? counted : reduceMean(counted, all);
      });
    const count = (mean: Node, weight: number): void => {
      terms.push(weight === 1 ? mean : affine(mean, { scale: weight, offset: 0 }));
    };
    const mean = meanLoss(prediction);
    if (objective.outputs.length > 1) graph.output(lossName(output), mean);
    count(mean, output.weight);
    if (step && output.index === 0) {
      topology.auxiliaries.forEach(({ weight }, i) => {
        count(meanLoss(predictions[topology.outputs.length + i]), output.weight * weight);
      });
    }
    for (const metric of output.metrics) {
      const values = graph.scope(metric.name, () => emitMetric(metric, prediction, target, loss));
      const reported = perExample ? values : reduceSum(values, all);
      graph.output(metric.name, reported);
    }
  }
  if (objective.joint) {
    const { weights } = objective.joint;
    const outputs = predictions.slice(0, topology.outputs.length);
    emitParts(graph, objective.joint, outputs, batch).forEach(([name, part], i) => {
      graph.output(name, part);
      terms.push(weights[i] === 1 ? part : affine(part, { scale: weights[i], offset: 0 }));
    });
  }
  for (const layer of new Set((step ? topology.calls : topology.predictionCalls).map((call) => call.layer))) {
    if (!layer.trainable) continue;
    for (const { regularizer, variable } of layer.weights) {
      if (regularizer) terms.push(regularizer.penalty(graph.variable(variable)));
    }
  }
  const total = terms.reduce((sum, term) => add(sum, term));
  graph.output('loss', total);
  return total;
}

/** The parts of a joint loss by name, checked: it may be the user's own. */
function emitParts(
  graph: GraphBuilder,
  { loss }: JointObjective,
  outputs: readonly Node[],
  batch: number,
): (readonly [name: string, part: Node])[] {
  const targets = loss.targets.map(({ name, shape, kind }) => {
    const dtype = kind === 'classes' ? 'int32' : 'float32';
    return [name, graph.input(feedNames.target(name), [batch, ...shape], dtype)] as const;
  });
  const parts: Readonly<Record<string, Node | undefined>> = graph.scope(loss.name, () =>
    loss.emit(outputs, Object.fromEntries(targets)),
  );
  return loss.parts.map((name) => {
    const part = parts[name];
    if (part?.type.shape.length === 0) return [name, part];
    throw new StriateError({
      where: `loss '${loss.name}'`,
      rule: `emit must give one number for its part '${name}'`,
      received: part ? formatShape(part.type.shape) : 'nothing',
    });
  });
}

/** A metric's numbers, checked: a metric of the user's own may give others than it should. */
function emitMetric(metric: Metric, prediction: Node, target: Node, loss: Loss): Node {
  const values = metric.emit(prediction, target, loss);
  const { shape } = values.type;
  const rank = metric.result ? 2 : 1;
  const examples = prediction.type.shape[0];
  if (metric.result && shape.length === 1 && shape[0] === examples) return reshape(values, { shape: [examples, 1] });
  if (shape.length === rank && shape[0] === examples) return values;
  throw new StriateError({
    where: `metric '${metric.name}'`,
    rule: metric.result
      ? `emit must give ${formatShape([examples, null])}, numbers for each example`
      : `emit must give ${formatShape([examples])}, a number for each example`,
    received: formatShape(shape),
  });
}
