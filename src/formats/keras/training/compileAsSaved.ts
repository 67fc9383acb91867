import type { PerOutput } from '../../../fit/compileOptions.js';
import type { Model } from '../../../models/index.js';
import type { Loss } from '../../../training/loss.js';
import type { LossChoice } from '../../../training/losses.js';
import type { MetricChoice } from '../../../training/metrics.js';
import { isJson } from '../json.js';
import { readLoss } from './lossRows.js';
import { readMetric } from './metricRows.js';
import { readOptimizer } from './optimizerRows.js';
import { isMissing, isOff, titleOf, type Note } from './serialized.js';

/** Whether a value is one serialized object or name, and not a list or an object of several. */
const isSingle = (value: unknown): boolean =>
  typeof value === 'string' || (isJson(value) && typeof value.class_name === 'string');

/** What `compile` was given for each output: one thing for all, a list in their order, or an object by their names. */
function perOutput(value: unknown, names: readonly string[]): readonly unknown[] | undefined {
  if (isMissing(value)) return names.map(() => undefined);
  if (isSingle(value)) return names.map(() => value);
  if (Array.isArray(value)) {
    if (value.length === names.length) return value as readonly unknown[];
    return names.length === 1 ? [value] : undefined;
  }
  if (!isJson(value)) return undefined;
  // One output's name need not be the file's: there is nothing to confuse it with.
  const given = Object.values(value);
  if (names.length === 1 && given.length === 1) return given;
  return Object.keys(value).every((name) => names.includes(name)) ? names.map((name) => value[name]) : undefined;
}

/** The metrics of one output, in any of Keras's forms. */
function metricsOf(value: unknown): readonly unknown[] {
  if (isMissing(value)) return [];
  if (Array.isArray(value)) return (value as readonly unknown[]).flatMap(metricsOf);
  if (isJson(value) && value.class_name === undefined) return Object.values(value).flatMap(metricsOf);
  return [value];
}

/** Each output's metrics; a list that holds no lists is one output's, or of several in their order. */
function metricsPerOutput(value: unknown, names: readonly string[]): readonly (readonly unknown[])[] | undefined {
  if (names.length === 1) return [metricsOf(value)];
  return perOutput(value, names)?.map(metricsOf);
}

/** The optimizer's kind of settings may not be ours: what is odd leaves the model as it is, to be compiled by hand. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/**
 * Compiles a model as its file says, where Striate has the optimizer and the losses; otherwise leaves it.
 *
 * @param training `training_config` of Keras 2 or `compile_config` of Keras 3
 * @param notes gets what is left out, a setting each, and what kept the model from being compiled
 */
export function compileAsSaved(model: Model, training: unknown, notes: string[]): void {
  if (!isJson(training)) return;
  const stated = training.optimizer_config ?? training.optimizer;
  const isCompiled = !isOff(stated) || !isOff(training.loss);
  if (!isCompiled) return;
  const own: string[] = [];
  const note: Note = (what) => own.push(`compile: ${what}`);
  const leave = (why: string): void => void notes.push(`compile: ${why}, so that the model is not compiled`);
  const names = model.topology.outputNames;
  const optimizer = attempt(() => readOptimizer(stated, note));
  if (!optimizer) {
    leave(`optimizer ${titleOf(stated)}`);
    return;
  }
  const single = Array.isArray(training.loss) && names.length === 1 ? metricsOf(training.loss)[0] : training.loss;
  const given = perOutput(single, names);
  if (!given) {
    leave(`losses for other outputs than ${names.join(', ')}`);
    return;
  }
  const losses = given.map((loss) => (isMissing(loss) ? undefined : attempt(() => readLoss(loss, note))));
  const unknown = given.findIndex((loss, i) => !isMissing(loss) && !losses[i]);
  if (unknown !== -1 || losses.every((loss) => !loss)) {
    leave(`loss ${titleOf(given[Math.max(unknown, 0)])}`);
    return;
  }
  const metrics = readMetrics(training, names, losses, note);
  const weights = perOutput(training.loss_weights, names);
  const areWeights = weights?.every((weight) => isMissing(weight) || typeof weight === 'number') === true;
  const lossWeights = areWeights ? weights.map((weight) => (weight as number | undefined) ?? 1) : undefined;
  if (!lossWeights) note('loss_weights');
  if (!isOff(training.sample_weight_mode)) note('sample_weight_mode');
  const byName = <T>(of: readonly T[]): Record<string, T> => Object.fromEntries(names.map((name, i) => [name, of[i]]));
  const loss: PerOutput<LossChoice> = names.length === 1 ? losses[0]! : byName(losses as readonly Loss[]);
  const done = attempt(() => {
    model.compile({
      optimizer,
      loss,
      ...(metrics.some((list) => list.length) && { metrics: names.length === 1 ? metrics[0] : byName(metrics) }),
      ...(lossWeights?.some((weight) => weight !== 1) && { lossWeights: byName(lossWeights) }),
    });
    return true;
  });
  if (done) notes.push(...own);
  else leave('settings that Striate does not take');
}

/** Each output's metrics; one that stands twice, or is not known here, is left out and noted. */
function readMetrics(
  training: Readonly<Record<string, unknown>>,
  names: readonly string[],
  losses: readonly (Loss | undefined)[],
  note: Note,
): readonly (readonly MetricChoice[])[] {
  const found = names.map((): MetricChoice[] => []);
  for (const key of ['metrics', 'weighted_metrics'] as const) {
    const whose = key === 'metrics' ? 'metric' : 'weighted metric';
    const perName = metricsPerOutput(training[key], names);
    if (!perName) note(key);
    for (const [i, given] of (perName ?? []).entries()) {
      const loss = losses[i];
      for (const one of given) {
        if (isMissing(one)) continue;
        // Metrics count every example alike here.
        if (key === 'weighted_metrics') note(`weighted metric ${titleOf(one)}, counted without weights`);
        const choice = loss && attempt(() => readMetric(one, loss, note));
        if (!choice) {
          if (!loss) note(`${whose} ${titleOf(one)}`);
          continue;
        }
        if (!found[i].some((other) => nameOf(other) === nameOf(choice))) found[i].push(choice);
        else if (key === 'metrics') note(`metric ${titleOf(one)}, which stands twice`);
      }
    }
  }
  return found;
}

function nameOf(choice: MetricChoice): string {
  return typeof choice === 'string' ? choice : typeof choice === 'function' ? choice().name : choice.name;
}
