import type { Model } from './model.js';

/** How many classes a classifier distinguishes: a single output is enough for two. */
export function classCount({ outputShape }: Pick<Model, 'outputShape'>): number {
  const outputs = outputShape.at(-1) ?? 0;
  return outputs === 1 ? 2 : outputs;
}

/** Where each name stands among others, upper and lower case being the same; undefined where one is missing. */
export function placesOf(wanted: readonly string[], among: readonly string[]): number[] | undefined {
  const plain = (name: string): string => name.toLowerCase().replaceAll('_', ' ');
  const place = new Map(among.map((name, i) => [plain(name), i]));
  const found = wanted.map((name) => place.get(plain(name)));
  return found.every((at) => at !== undefined) && new Set(found).size === found.length ? found : undefined;
}

/** Whether a model's classes are these, in whatever order, as far as it names them. */
export function distinguishes(model: Model, names: readonly string[]): boolean {
  const { classNames, outputShape } = model;
  if (outputShape.length !== 1 || classCount(model) !== names.length) return false;
  return classNames === undefined || placesOf(names, classNames) !== undefined;
}
