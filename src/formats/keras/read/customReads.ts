import type { CustomClasses } from '../../../layers/index.js';
import { camelCase } from '../spelling.js';
import type { KerasLayer } from './kerasGraph.js';
import type { ReadContext } from './layerOptions.js';
import { plainName } from './origin.js';
import type { ReadRule } from './readRule.js';

/** Settings that tell a layer how Keras stores and runs it. */
const technical = [
  'dtype',
  'trainable',
  'autocast',
  'activity_regularizer',
  'batch_input_shape',
  'batch_shape',
  'name',
];

/** The user's implementation of a layer's class, by its name with package or without. */
function implementation({ className, foreign }: KerasLayer, custom: CustomClasses): CustomClasses[string] | undefined {
  const name = [foreign, className, foreign && plainName(foreign), plainName(className)].find(
    (known) => known !== undefined && Object.hasOwn(custom, known),
  );
  return name === undefined ? undefined : custom[name];
}

/** How a layer is read for whose class the user gives an implementation: it is handed Keras's settings under our names. */
export function customRule(layer: KerasLayer, { customLayers = {} }: ReadContext): ReadRule | undefined {
  const Class = implementation(layer, customLayers);
  if (!Class) return undefined;
  return {
    weights: ({ layer: { weights } }) => weights.map(({ kind }) => ({ keras: kind, own: undefined, learned: true })),
    ownWeights: true,
    read(options, name) {
      const settings = Object.entries(layer.config).filter(
        ([key, value]) => value !== null && !technical.includes(key),
      );
      const config = Object.fromEntries(settings.map(([key]) => [camelCase(key), options.value(key)]));
      const made = new Class({ ...config, name } as never);
      if ('call' in made) return [made];
      throw options.refuse('the class that was given for it is no layer');
    },
  };
}
