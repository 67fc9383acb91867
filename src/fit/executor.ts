import { gradients } from '../autodiff/gradients.js';
import type { Program } from '../engine/contract.js';
import { GraphBuilder, type Graph, type Node } from '../graph/index.js';
import { add, affine, assign, movingAverage, mul, reduceMean, reduceSum, reshape } from '../ops/index.js';
import { formatShape, StriateError } from '../tensor/index.js';
import { endsInScores, type Loss, type Metric, type Optimizer } from '../training/index.js';
import { lossName, type Objective } from './objective.js';
import { emitInputs, inputFeed, predictionGraph } from '../topology/predictionGraph.js';
import type { Topology } from '../topology/topology.js';
import type { WeightStore } from './weightStore.js';

/** The names under which batches are fed to programs. */
export const feedNames = {
  input: inputFeed,
  target: (name: string): string => `target:${name}`,
  sampleWeight: 'sampleWeight',
  learningRate: 'learningRate',
  scalar: (name: string): string => `optimizer:${name}`,
  step: 'step',
  batch: 'batch',
} as const;

/** Programs kept at once: those of the full and last batches of training, validation and prediction. */
const programsKept = 8;

/** Builds a model's graphs and keeps the programs of the batch sizes in use. */
export class Executor {
  private readonly programs = new Map<string, Program>();
  private generation: number;

  constructor(
    readonly topology: Topology,
    readonly store: WeightStore,
  ) {
    this.generation = store.generation;
  }

  /** Predictions only: outputs `output:0`, … */
  predictor(batch: number): Promise<Program> {
    return this.program(`predict/${batch}`, () => predictionGraph(this.topology, batch));
  }

  /**
   * Loss and metrics: the loss's mean, the metrics' sums over the batch; with `perExample`, losses and metrics of each
   * example, and outputs `output:0`, …
   */
  tester(batch: number, objective: Objective, weighted: boolean, perExample = false): Promise<Program> {
    return this.program(`test/${batch}/${weighted}/${perExample}`, () => {
      const graph = new GraphBuilder('test');
      emitObjective(graph, this.topology, objective, batch, { weighted, perExample });
      return graph.finish();
    });
  }

  /** One training step. */
  trainer(batch: number, objective: Objective, optimizer: Optimizer, weighted: boolean): Promise<Program> {
    // Freezing and factors take effect at the next call: they are part of the program's name.
    const shares = this.topology.layers.map((layer) => (layer.trainable ? layer.learningRateFactor : '')).join('/');
    return this.program(`train/${batch}/${weighted}/${optimizer.phase}/${shares}`, () =>
      trainingGraph(this.topology, objective, optimizer, batch, weighted),
    );
  }

  /** Begins the moving means of the weights, moves them on, or puts them in the weights' place. */
  averager(optimizer: Optimizer, what: 'begin' | 'move' | 'take'): Promise<Program> {
    return this.program(`average/${what}`, () => {
      const graph = new GraphBuilder('average');
      for (const variable of this.topology.trainable) {
        const average = optimizer.average(variable);
        if (what === 'take') assign(variable, graph.variable(average));
        else if (what === 'begin') assign(average, graph.variable(variable));
        else movingAverage(average, graph.variable(variable), { momentum: optimizer.ema?.momentum ?? 0 });
      }
      return graph.finish();
    });
  }

  /** Throws away programs that hold on to a former objective. */
  forget(): void {
    for (const program of this.programs.values()) program.dispose();
    this.programs.clear();
  }

  private async program(key: string, build: () => Graph): Promise<Program> {
    if (this.generation !== this.store.generation) {
      // The engine that had these programs may go on without this model: one that the user opened.
      this.forget();
      this.generation = this.store.generation;
    }
    const known = this.programs.get(key);
    if (known) {
      // Moved to the end: the first is the one not used for longest.
      this.programs.delete(key);
      this.programs.set(key, known);
      return known;
    }
    const program = await this.store.compile(build());
    this.programs.set(key, program);
    for (const [oldest, old] of this.programs) {
      if (this.programs.size <= programsKept) break;
      this.programs.delete(oldest);
      old.dispose();
    }
    return program;
  }
}

/**
 * Whether a model's first output is scores, for which softmax or sigmoid is left to the loss and to who reads predictions;
 * otherwise it is probabilities or what else its last activation gives.
 */
export function predictsScores({ topology }: { readonly topology: Topology }): boolean {
  return endsInScores(predictionGraph(topology, 1).outputs.get('output:0')!);
}

/** A training step for a batch: forward, loss, gradients by the weights that are not frozen, and their update. */
export function trainingGraph(
  topology: Topology,
  objective: Objective,
  optimizer: Optimizer,
  batch: number,
  weighted: boolean,
): Graph {
  const graph = new GraphBuilder('train');
  const updates = optimizer.phase === 'update';
  const drawn = graph.input(optimizer.accumulates ? feedNames.batch : feedNames.step, [], 'int32');
  const loss = emitObjective(graph, topology, objective, batch, { weighted, step: drawn });
  const learned = topology.learned;
  const found = gradients(
    loss,
    learned.map(({ variable }) => graph.variable(variable)),
  );
  const changes = learned.flatMap((one, i) => {
    const gradient = found[i];
    return gradient ? [{ ...one, gradient }] : [];
  });
  if (!updates) optimizer.accumulate(changes);
  else {
    const step = optimizer.accumulates ? graph.input(feedNames.step, [], 'int32') : drawn;
    const learningRate = graph.input(feedNames.learningRate, []);
    const scalars = Object.keys(optimizer.scalars?.(1) ?? {});
    const inputs = new Map(scalars.map((name) => [name, graph.input(feedNames.scalar(name), [])]));
    optimizer.update(changes, { learningRate, step, scalar: (name) => inputs.get(name)! });
  }
  return graph.finish();
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
function emitObjective(
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
