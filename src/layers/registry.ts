import { StriateError } from '../tensor/index.js';
import * as layerClasses from './classes.js';
import type { Initializer } from './initializers/initializer.js';
import type { Layer } from './layer.js';
import type { Serialized } from './named.js';
import type { Regularizer } from './regularizers.js';

/** Classes of your own that a saved model names: layers, and initializers and regularizers in layers' options. */
export type CustomClasses = Readonly<Record<string, new (config: never) => Layer | Initializer | Regularizer>>;

/**
 * Makes a layer again from what `className` and `config()` gave.
 *
 * @throws StriateError when the class is neither known nor among the custom ones, or the configuration does not suit it.
 *
 * @example
 * layerFromConfig({ className: 'Scale', config: {} }, { Scale }); // a layer class of your own
 */
export function layerFromConfig({ className, config }: Serialized, custom: CustomClasses = {}): Layer {
  const known: CustomClasses = { ...layerClasses, ...custom };
  if (!Object.hasOwn(known, className)) {
    throw new StriateError({
      where: `layer '${className}'`,
      rule: 'no layer of that class',
      advice: `use one of ${Object.keys(known).join(', ')}, or pass a class of your own as a custom layer: { ${className} }`,
    });
  }
  const options = Object.entries(config).map(([name, value]) => [name, instantiate(value, custom)] as const);
  const layer = make(known[className], Object.fromEntries(options));
  if ('call' in layer) return layer;
  throw new StriateError({
    where: `layer '${className}'`,
    rule: 'the class must be a layer',
    received: 'a class without call',
  });
}

/** An option that is an object of a custom class, made; any other as it is. */
function instantiate(value: unknown, custom: CustomClasses): unknown {
  if (typeof value !== 'object' || value === null || !('className' in value)) return value;
  const { className, config } = value as Serialized;
  return Object.hasOwn(custom, className) ? make(custom[className], config) : value;
}

function make<T>(type: new (config: never) => T, config: Record<string, unknown>): T {
  return new type(config as never);
}
