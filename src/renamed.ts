import { StriateError } from './tensor/index.js';
import { renamed } from './tensor/renamed.js';

/** What an old name's type is: the compiler's messages about its use say what to write now. */
interface Renamed<Now extends string> {
  readonly now: Now;
}

/** Stands for what could be imported from an earlier version: throws when it is called or constructed. */
function standIn<Old extends keyof typeof renamed.striate>(old: Old): Renamed<(typeof renamed.striate)[Old]> {
  const fail = function (): never {
    throw new StriateError({ where: old, rule: 'no longer there', advice: `use ${renamed.striate[old]}` });
  };
  return new Proxy(fail, {
    get: (target, key) => (key in target ? (Reflect.get(target, key) as unknown) : fail()),
  }) as never;
}

/**
 * @deprecated Use `SGD`.
 * @hidden
 */
export const Sgd = standIn('Sgd');

/**
 * @deprecated Use `RMSprop`.
 * @hidden
 */
export const Rmsprop = standIn('Rmsprop');

/**
 * @deprecated Use `model.preprocessing`.
 * @hidden
 */
export const preprocessingOf = standIn('preprocessingOf');

/**
 * @deprecated Set `model.preprocessing`.
 * @hidden
 */
export const statePreprocessing = standIn('statePreprocessing');

/**
 * @deprecated Use `preprocessingFromTexts`, whose arguments have the other order.
 * @hidden
 */
export const statedPreprocessing = standIn('statedPreprocessing');

/**
 * @deprecated Use `completePreprocessing({}, inputShape)`.
 * @hidden
 */
export const plainPreprocessing = standIn('plainPreprocessing');

/**
 * @deprecated Import the classes by their names: `Conv2D`.
 * @hidden
 */
export const layerClasses = standIn('layerClasses');

/**
 * @deprecated `fit` with `cacheFeatures: 'auto'` decides by itself.
 * @hidden
 */
export const cachedBytes = standIn('cachedBytes');
