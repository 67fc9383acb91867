import type { Optimizer } from './optimizer.js';
import { expectOptimizerName, optimizers } from './optimizers.js';
import { scheduleFromConfig } from './schedules.js';

/**
 * Makes again an optimizer whose `name` and `config()` were saved.
 *
 * @throws StriateError when there is no optimizer of that name.
 */
export function optimizerFromConfig(name: string, config: Record<string, unknown>): Optimizer {
  expectOptimizerName(name);
  const { learningRate, ...rest } = config;
  const scheduled = (learningRate as { schedule?: { name: string; options: Record<string, unknown> } } | undefined)
    ?.schedule;
  const given = scheduled ? scheduleFromConfig(scheduled) : typeof learningRate === 'number' ? learningRate : undefined;
  const make = optimizers[name] as (options: object) => Optimizer;
  return make({ ...rest, learningRate: given });
}

/** Whether a tensor's name is that of an optimizer's variable: `adam/conv/kernel/m`. */
export function isOptimizerVariable(name: string): boolean {
  const [kind, ...rest] = name.split('/');
  return rest.length > 1 && Object.hasOwn(optimizers, kind);
}
