import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { StriateError, type Shape } from '../tensor/index.js';
import type { Topology } from '../topology/topology.js';
import { isJointLoss, type JointLoss } from '../training/jointLoss.js';
import { expectLossChoice } from '../training/lossNames.js';
import type { LossChoice } from '../training/losses.js';
import { expectMetricName } from '../training/metricNames.js';
import type { Metric } from '../training/metric.js';
import type { MetricChoice } from '../training/metrics.js';
import type { Optimizer } from '../training/optimizer.js';
import { resolveOptimizer, type OptimizerName } from '../training/optimizers.js';
import type { EngineChoice } from './weightStore.js';

/** One thing for a model's only output, or one for each output, in order or by name. */
export type PerOutput<T> = T | readonly (T | undefined)[] | Readonly<Record<string, T>>;

/** How a model is trained. */
export interface CompileOptions extends EngineChoice {
  /** A name or an optimizer; 'rmsprop' by default, as in Keras. */
  readonly optimizer?: OptimizerName | Optimizer | (() => Optimizer);
  /** What training makes small; for several outputs a list or an object by output name, or one loss of all together. */
  readonly loss: PerOutput<LossChoice> | JointLoss;
  /** What is reported beside the loss: one or a list, for every output, or by output name. */
  readonly metrics?: MetricChoice | readonly MetricChoice[] | Readonly<Record<string, readonly MetricChoice[]>>;
  /** How much each output's loss, or each part of a joint loss, counts; 1 by default. */
  readonly lossWeights?: readonly number[] | Readonly<Record<string, number>>;
}

/** The compile options as they are kept until the model's shapes are known. */
export interface Compiled {
  readonly options: CompileOptions;
  readonly optimizer: Optimizer;
}

const compileAccepts = {
  where: 'compile',
  kinds: {
    optimizer: 'string or function or object',
    loss: 'string or function or list or object',
    metrics: 'string or function or list or object',
    lossWeights: 'list or object',
    engine: 'string or object',
    threads: 'number',
    assets: 'string or object',
  },
} as const satisfies AcceptedOptions<CompileOptions>;

/**
 * Checks what `compile` is given, so that a typing mistake shows there. Losses and metrics are known by their names alone: what
 * they compute is fetched by the first program that needs it (`objective.ts`).
 *
 * @throws StriateError when an option or a name is unknown.
 */
export function checkedCompileOptions(options: CompileOptions): Compiled {
  // A learning rate is told what it belongs to.
  if (typeof (options as { optimizer?: unknown } | undefined)?.optimizer === 'number')
    resolveOptimizer(options.optimizer!);
  expectOptions(compileAccepts, options);
  if (options.loss === undefined)
    throw new StriateError({ where: 'compile', rule: "needs a loss, such as 'sparseCategoricalCrossentropy'" });
  const { loss } = options;
  const all = isJointLoss(loss) || isSingle(loss) ? [loss] : Object.values(loss);
  for (const one of all) if (one !== undefined) expectLossChoice(one);
  return { options, optimizer: resolveOptimizer(options.optimizer ?? 'rmsprop') };
}

function isSingle(loss: PerOutput<LossChoice>): loss is LossChoice {
  return typeof loss === 'string' || typeof loss === 'function' || 'emit' in loss;
}

/** What `compile` chose for one output. */
export interface ChosenObjective {
  /** Which of the model's outputs. */
  readonly index: number;
  readonly name: string;
  /** Without the batch. */
  readonly shape: Shape;
  readonly loss: LossChoice;
  readonly weight: number;
  /** With the names that logs use. */
  readonly metrics: readonly { readonly name: string; readonly metric: string | Metric }[];
}

/** A loss of all outputs together. */
export interface JointObjective {
  readonly loss: JointLoss;
  /** How much each of its parts counts. */
  readonly weights: readonly number[];
}

/** What `compile` chose for all outputs, with the names of what is logged, 'loss' first. */
export interface ChosenObjectives {
  /** Empty beside a joint loss. */
  readonly outputs: readonly ChosenObjective[];
  readonly names: readonly string[];
  readonly joint?: JointObjective;
}

/**
 * Matches the losses and metrics that `compile` was given with a model's outputs.
 *
 * @throws StriateError when they do not suit them, or there is no metric of a name.
 */
export function chosenObjectives(topology: Topology, options: CompileOptions): ChosenObjectives {
  const { outputNames } = topology;
  const { loss } = options;
  if (isJointLoss(loss)) return chosenParts(loss, options);
  const several = outputNames.length > 1;
  if (isSingle(loss) && several) {
    throw new StriateError({
      where: 'compile',
      rule: `the model has outputs ${outputNames.join(', ')}`,
      advice: 'give `loss` a list or an object with a loss for each',
    });
  }
  for (const given of [loss, options.metrics, options.lossWeights]) {
    if (typeof given !== 'object' || Array.isArray(given) || 'emit' in given) continue;
    expectKnown('output', given, outputNames);
  }
  const outputs: ChosenObjective[] = [];
  outputNames.forEach((name, index) => {
    const chosen = isSingle(loss) ? loss : pick(loss, name, index);
    if (chosen === undefined) return;
    const metrics = chosenMetrics(options.metrics, name).map((choice) => {
      const metric = typeof choice === 'function' ? choice() : choice;
      const own = typeof metric === 'string' ? metric : metric.name;
      if (typeof metric === 'string' && metric !== 'accuracy' && metric !== 'acc') expectMetricName(metric);
      return { name: several ? name + capitalize(own) : own, metric };
    });
    const weight = (options.lossWeights && pick(options.lossWeights, name, index)) ?? 1;
    outputs.push({ index, name, shape: topology.outputs[index].shape, loss: chosen, weight, metrics });
  });
  if (outputs.length === 0)
    throw new StriateError({ where: 'compile', rule: 'no output has a loss', advice: 'name one in `loss`' });
  const own = outputs.length > 1 ? outputs.map((output) => lossName(output)) : [];
  const names = ['loss', ...own, ...outputs.flatMap((output) => output.metrics.map((metric) => metric.name))];
  return { outputs, names: distinct(names) };
}

/** A joint loss with the weights of its parts. */
function chosenParts(loss: JointLoss, { metrics, lossWeights }: CompileOptions): ChosenObjectives {
  const { name, parts } = loss;
  if (metrics !== undefined)
    throw new StriateError({
      where: 'compile',
      rule: `beside '${name}', which is of all outputs together, there are no metrics`,
      advice: 'leave them out',
    });
  if (lossWeights && !Array.isArray(lossWeights)) expectKnown('part', lossWeights, parts);
  const weights = parts.map((part, i) => (lossWeights && pick(lossWeights, part, i)) ?? 1);
  return { outputs: [], names: distinct(['loss', ...parts]), joint: { loss, weights } };
}

/** Names that differ. */
function distinct(names: readonly string[]): readonly string[] {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return names;
  throw new StriateError({
    where: 'compile',
    rule: `'${twice}' is asked for twice`,
    advice: 'leave one of them out, or give it another `name`',
  });
}

function expectKnown(what: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new StriateError({
    where: 'compile',
    rule: `there is no ${what} '${unknown}'`,
    advice: `the ${what}s are ${known.join(', ')}`,
  });
}

/** Upper case first, for names within camelCase: `valLoss`. */
export function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** What logs call one output's loss where there are several. */
export function lossName(output: { readonly name: string }): string {
  return `${output.name}Loss`;
}

function pick<T>(given: readonly T[] | Readonly<Record<string, T>>, name: string, index: number): T | undefined {
  return Array.isArray(given) ? (given as readonly T[])[index] : (given as Readonly<Record<string, T>>)[name];
}

/** The metrics of one output, as `compile` was given them. */
export function chosenMetrics(given: CompileOptions['metrics'], name: string): readonly MetricChoice[] {
  if (!given) return [];
  if (typeof given === 'string' || typeof given === 'function' || isMetric(given)) return [given];
  return Array.isArray(given)
    ? (given as readonly MetricChoice[])
    : ((given as Readonly<Record<string, readonly MetricChoice[]>>)[name] ?? []);
}

/** Whether it is a metric itself, and not a table of them by outputs. */
function isMetric(given: object): given is Metric {
  return 'emit' in given && typeof given.emit === 'function';
}
