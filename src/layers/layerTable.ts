import * as layerClasses from './classes.js';
import type { Layer, LayerTraits } from './layer.js';

export { layerClasses };

/** A class's name: `'Conv2D'`. */
export type LayerClassName = keyof typeof layerClasses;

/** The layers of a class. */
export type LayerOf<Name extends LayerClassName> = InstanceType<(typeof layerClasses)[Name]>;

/** What holds for every layer of a class. */
export type TraitsOf<Name extends LayerClassName> = (typeof layerClasses)[Name]['traits'];

/** The classes whose traits are such. */
export type LayersWith<Traits extends LayerTraits> = {
  [Name in LayerClassName]: TraitsOf<Name> extends Traits ? Name : never;
}[LayerClassName];

/** The classes that have weights. */
export type WeightedClassName = LayersWith<{ readonly weightNames: readonly string[] }>;

/** What the weights of a class are called. */
export type WeightNameOf<Name extends WeightedClassName> =
  TraitsOf<Name> extends { readonly weightNames: readonly (infer Weight)[] } ? Weight & string : never;

/** In a table about layers, why there is no rule for a class, in words that complete "layer 'x' cannot be …: ". */
export class NoRule {
  constructor(readonly reason: string) {}
}

/** The class of a layer where it is one of Striate's; undefined for a user-defined class, whatever it is called. */
export function classNameOf(layer: Layer): LayerClassName | undefined {
  const name = layer.className as LayerClassName;
  return Object.hasOwn(layerClasses, name) && layer.constructor === layerClasses[name] ? name : undefined;
}

/** What holds for every layer of the layer's class. */
export function traitsOf(layer: Layer): LayerTraits {
  return (layer.constructor as typeof Layer).traits;
}
