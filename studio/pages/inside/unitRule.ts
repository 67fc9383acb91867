import type { Layer, LayerClassName } from 'striate';
import { functionRules } from './rules/functions.js';
import { joiningRules } from './rules/joining.js';
import { inOrder, movingRules } from './rules/moving.js';
import { normalizationRules } from './rules/normalizations.js';
import type { Rule, RulesFor } from './rules/rule.js';
import { windowRules } from './rules/windows.js';
import type { UnitQuestion } from './units.js';

/** Layers that do something in training alone. */
type InTraining =
  | 'AlphaDropout'
  | 'Dropout'
  | 'GaussianDropout'
  | 'GaussianNoise'
  | 'SpatialDropout1D'
  | 'SpatialDropout2D'
  | 'StochasticDepth'
  | Extract<LayerClassName, `Random${string}`>;

/** How the layers of every class make their numbers: one that is missing does not compile. */
const rules: RulesFor<Exclude<LayerClassName, InTraining>> = {
  ...windowRules,
  ...normalizationRules,
  ...functionRules,
  ...joiningRules,
  ...movingRules,
};

/** How a layer makes a unit; undefined for layers of classes that are not the library's own. */
export function unitRule(question: UnitQuestion): Rule | undefined {
  const { layer } = question;
  const { className } = layer;
  if (Object.hasOwn(rules, className)) {
    const made = rules[className as keyof typeof rules] as (layer: Layer, question: UnitQuestion) => Rule | undefined;
    return made(layer, question);
  }
  const { onlyInTraining } = (layer.constructor as typeof Layer).traits;
  return onlyInTraining === true ? inOrder(question) : undefined;
}
