import type { OptionKinds } from '../tensor/acceptedOptions.js';
import type { Loss } from '../training/loss.js';
import { isLossName, type LossName } from '../training/lossNames.js';
import { resolveLoss } from '../training/losses.js';
import type { Metric } from '../training/metric.js';
import { metricFromConfig, type MetricChoice } from '../training/metrics.js';
import { optimizerFromConfig } from '../training/optimizerFromConfig.js';
import { optimizers } from '../training/optimizers.js';
import { isJointLoss, type JointLoss } from '../training/jointLoss.js';
import { own, type LossFunction } from '../training/ownLoss.js';
import { chosenMetrics, type Compiled } from './compileOptions.js';
import type { Objective } from './objective.js';

/** What of the user's own a model was compiled with, which files name but do not hold. */
export interface OwnParts {
  /** Losses of your own that it was trained with, by name. */
  readonly customLosses?: Readonly<Record<string, Loss | LossFunction | JointLoss>>;
  /** Metrics of your own that it was trained with, by name. */
  readonly customMetrics?: Readonly<Record<string, Metric>>;
}

export const ownPartKinds = {
  customLosses: 'object',
  customMetrics: 'object',
} as const satisfies OptionKinds<OwnParts>;

/** A metric as JSON: its name, with options where it has some; `own` where it is the user's. */
export type MetricConfig =
  string | { readonly metric: string; readonly config: Record<string, unknown> } | { readonly own: string };

function metricConfigOf(choice: MetricChoice): MetricConfig {
  if (typeof choice === 'string') return choice;
  const metric = typeof choice === 'function' ? choice() : choice;
  const { name, kind } = metric;
  if (kind === undefined) return { own: name };
  const config = metric.config?.() ?? {};
  return Object.keys(config).length ? { metric: kind, config } : kind;
}

/** How a model is trained, as JSON. */
export interface CompileConfig {
  readonly optimizer: { readonly name: string; readonly config: Record<string, unknown>; readonly iterations: number };
  readonly outputs: readonly {
    readonly name: string;
    readonly loss: LossName | { readonly own: string };
    readonly config: Record<string, unknown>;
    readonly weight: number;
    readonly metrics: readonly MetricConfig[];
  }[];
  /** The loss of all outputs together, which is the user's or a task's own, by name, and how much its parts count. */
  readonly joint?: { readonly own: string; readonly weights: readonly number[] };
}

/** What `compile` was given, as JSON; undefined where it holds an optimizer of the user's own. */
export function compileConfigOf({ optimizer, options }: Compiled, objective: Objective): CompileConfig | undefined {
  if (!Object.hasOwn(optimizers, optimizer.name)) return undefined;
  return {
    optimizer: { name: optimizer.name, config: optimizer.config(), iterations: optimizer.iterations },
    ...(objective.joint && { joint: { own: objective.joint.loss.name, weights: objective.joint.weights } }),
    outputs: objective.outputs.map(({ name, loss, weight }) => ({
      name,
      loss: isLossName(loss.name) && !loss.own ? loss.name : { own: loss.name },
      config: loss.config(),
      weight,
      metrics: chosenMetrics(options.metrics, name).map(metricConfigOf),
    })),
  };
}

/** What of the user's own a file names that `loadModel` was not given; undefined where nothing is missing. */
export function missingParts({ outputs, joint }: CompileConfig, given: OwnParts): string | undefined {
  const { customLosses = {}, customMetrics = {} } = given;
  const missingLoss = (name: string): string =>
    `the loss '${name}' of your own: give it as customLosses: { '${name}': … } to loadModel, or compile again`;
  if (joint && !(Object.hasOwn(customLosses, joint.own) && isJointLoss(customLosses[joint.own]))) {
    return missingLoss(joint.own);
  }
  for (const { loss, metrics } of outputs) {
    const known =
      typeof loss === 'string' || (Object.hasOwn(customLosses, loss.own) && !isJointLoss(customLosses[loss.own]));
    if (!known) return missingLoss(loss.own);
    for (const metric of metrics) {
      if (typeof metric === 'object' && 'own' in metric && !Object.hasOwn(customMetrics, metric.own)) {
        return `the metric '${metric.own}' of your own: give it as customMetrics: { '${metric.own}': … } to loadModel, or compile again`;
      }
    }
  }
  return undefined;
}

/** Makes again what `compile` was given. */
export function compiledFromConfig(
  config: CompileConfig,
  { customLosses = {}, customMetrics = {} }: OwnParts,
): Compiled {
  const optimizer = optimizerFromConfig(config.optimizer.name, config.optimizer.config);
  optimizer.iterations = config.optimizer.iterations;
  const { joint } = config;
  if (joint) {
    const loss = customLosses[joint.own] as JointLoss;
    return { options: { optimizer, loss, lossWeights: joint.weights }, optimizer };
  }
  const byName = <T>(of: (output: CompileConfig['outputs'][number]) => T): Record<string, T> =>
    Object.fromEntries(config.outputs.map((output) => [output.name, of(output)]));
  const metricOf = (metric: MetricConfig): MetricChoice => {
    if (metric === 'accuracy' || metric === 'acc') return metric;
    if (typeof metric === 'string') return metricFromConfig(metric, {});
    return 'own' in metric ? customMetrics[metric.own] : metricFromConfig(metric.metric, metric.config);
  };
  const options = {
    optimizer,
    loss: byName(({ loss, config }) =>
      typeof loss === 'string'
        ? resolveLoss(loss, config)
        : ownLoss(customLosses[loss.own] as Loss | LossFunction, loss.own),
    ),
    metrics: byName((output): readonly MetricChoice[] => output.metrics.map(metricOf)),
    lossWeights: byName((output) => output.weight),
  };
  return { options, optimizer };
}

/** A loss of the user's own, under the name that it was saved by. */
function ownLoss(given: Loss | LossFunction, name: string): Loss {
  return typeof given === 'function' ? own(given, { name }) : given;
}
