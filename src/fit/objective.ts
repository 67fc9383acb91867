import type { Shape } from '../tensor/index.js';
import type { Topology } from '../topology/topology.js';
import type { Loss } from '../training/loss.js';
import { resolveLoss } from '../training/losses.js';
import type { Metric } from '../training/metric.js';
import { resolveMetric, type MetricChoice } from '../training/metrics.js';
import { chosenObjectives, type CompileOptions, type JointObjective } from './compileOptions.js';

/** What one output is trained for. */
export interface OutputObjective {
  /** Which of the model's outputs. */
  readonly index: number;
  readonly name: string;
  /** Without the batch. */
  readonly shape: Shape;
  readonly loss: Loss;
  readonly weight: number;
  /** With the names that logs use. */
  readonly metrics: readonly Metric[];
}

/** Everything that `compile` decides, checked against a model's outputs. */
export interface Objective {
  /** What single outputs are trained for; empty beside a joint loss. */
  readonly outputs: readonly OutputObjective[];
  /** What all outputs are trained for together. */
  readonly joint?: JointObjective;
  /** The names of what is logged, 'loss' first. */
  readonly names: readonly string[];
}

/**
 * The losses and metrics that a model's outputs are trained and tested by.
 *
 * @throws StriateError when what `compile` was given does not suit the outputs.
 */
export function objectiveFor(topology: Topology, options: CompileOptions): Objective {
  const { outputs, names, joint } = chosenObjectives(topology, options);
  return {
    names,
    ...(joint && { joint }),
    outputs: outputs.map((output) => {
      const loss = resolveLoss(output.loss);
      const size = output.shape.at(-1) ?? 1;
      const metrics = output.metrics.map(({ name, metric }) => {
        const found = resolveMetric(metric as MetricChoice, loss, size);
        return found.name === name ? found : renamed(found, name);
      });
      return { ...output, loss, metrics };
    }),
  };
}

function renamed(metric: Metric, name: string): Metric {
  return { name, emit: metric.emit.bind(metric), ...(metric.result && { result: metric.result.bind(metric) }) };
}
