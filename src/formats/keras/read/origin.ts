import { isJson } from '../json.js';

/** Packages whose classes and functions are Keras's own. */
const keras = /^(tf_)?keras(\.|$)|^tensorflow\.(python\.)?keras(\.|$)/;

/** Names of packages that Keras itself writes before a class: `keras>Conv2D`. */
const kerasPackage = /^(keras|tf_keras)$/i;

/**
 * Whose class or function a serialized object is, where it is not Keras's, though it may bear the name of one of Keras's:
 * `Mine>Dense`, `flowers.layers.Dense`. Keras 2's files name neither module nor package of a class that was not registered, so
 * that such a class is taken for Keras's.
 */
export function originOf(serialized: unknown): string | undefined {
  if (!isJson(serialized)) return undefined;
  const { class_name: className, module, registered_name: registered } = serialized;
  const name = className === 'function' ? serialized.config : className;
  if (typeof name !== 'string') return undefined;
  const packaged = [registered, name].find((text): text is string => typeof text === 'string' && text.includes('>'));
  if (packaged !== undefined) return kerasPackage.test(packaged.split('>')[0]) ? undefined : packaged;
  if (!('module' in serialized) || !('registered_name' in serialized)) return undefined;
  if (typeof module !== 'string' || module === 'builtins') return name;
  return keras.test(module) ? undefined : `${module}.${name}`;
}

/** The name of a class or function, without its package. */
export function plainName(name: string): string {
  return name.replace(/^.*>/, '');
}
