import { compileConfigOf } from '../../../fit/compileConfig.js';
import { chosenMetrics, type CompileOptions } from '../../../fit/compileOptions.js';
import { objectiveFor, type Objective } from '../../../fit/objective.js';
import { GraphBuilder } from '../../../graph/index.js';
import { emitInputs } from '../../../topology/predictionGraph.js';
import type { Topology } from '../../../topology/topology.js';
import type { Optimizer } from '../../../training/optimizer.js';
import { endsInScores } from '../../../training/scores.js';
import type { Json } from '../json.js';
import type { KerasDialect } from '../write/kerasEmitter.js';
import { writtenLoss } from './lossRows.js';
import { writtenMetric } from './metricRows.js';
import { writtenOptimizer } from './optimizerRows.js';
import { pythonJson } from './serialized.js';

/** What is written of how a model is trained. */
export interface WritableTraining {
  readonly topology: Topology;
  readonly optimizer?: Optimizer | undefined;
  readonly compileOptions?: CompileOptions | undefined;
}

/**
 * What `compile` was given, for Keras: `compile_config` of Keras 3, `training_config` of Keras 2. Undefined where the model is not
 * compiled, or Keras has no optimizer or loss that does the same: a model that trains on in another way would be wrong without a
 * word. Metrics that Keras does not have are left out.
 */
export function writtenTraining(model: WritableTraining, dialect: KerasDialect): string | undefined {
  const { optimizer, compileOptions, topology } = model;
  if (!optimizer || !compileOptions) return undefined;
  const written = writtenOptimizer(optimizer, dialect);
  const objective = objectiveFor(topology, compileOptions);
  // Keras has no loss of several outputs together.
  if (objective.joint) return undefined;
  const outputs = written && writtenOutputs(topology, objective, compileOptions);
  if (!outputs) return undefined;
  const { loss, metrics, lossWeights } = outputs;
  const several = topology.outputs.length > 1;
  const usual = lossWeights.every((weight) => weight === 1 || weight === null);
  const optimizerConfig =
    dialect === 'keras3'
      ? { optimizer: written }
      : { optimizer_config: { class_name: written.class_name, config: written.config } };
  return pythonJson({
    ...optimizerConfig,
    loss: several ? loss : loss[0],
    loss_weights: usual ? null : lossWeights,
    metrics: several ? metrics : metrics[0],
    weighted_metrics: null,
    run_eagerly: false,
    steps_per_execution: 1,
    jit_compile: false,
  });
}

/** What Striate itself reads again, which holds what Keras has no words for: by name → text. */
export function ownTraining({ optimizer, compileOptions: options, topology }: WritableTraining): object | undefined {
  return optimizer && options && compileConfigOf({ optimizer, options }, objectiveFor(topology, options));
}

/** Losses, metrics and weights in the order of the outputs; undefined where Keras has no such loss. */
function writtenOutputs(topology: Topology, objective: Objective, { metrics }: CompileOptions) {
  const graph = new GraphBuilder('scores');
  const predictions = topology.emit(graph, emitInputs(graph, topology, 1));
  const found = topology.outputs.map(({ shape }, index) => {
    const output = objective.outputs.find((one) => one.index === index);
    if (!output) return { loss: null, metrics: [], weight: null };
    const { loss, weight, name } = output;
    const ends = endsInScores(predictions[index]);
    const scores = loss.fromLogits ?? ends;
    const context = { loss, scores, endsInScores: ends, outputs: shape.at(-1) ?? 1 };
    return {
      loss: writtenLoss(loss, { scores: ends, rank: shape.length + 1 }),
      metrics: chosenMetrics(metrics, name).flatMap((one): (Json | string)[] => {
        const metric = writtenMetric(one, context);
        return metric === undefined ? [] : [metric];
      }),
      weight,
    };
  });
  if (found.some(({ loss }) => loss === undefined)) return undefined;
  return {
    loss: found.map(({ loss }) => loss),
    metrics: found.map(({ metrics }) => metrics),
    lossWeights: found.map(({ weight }) => weight),
  };
}
