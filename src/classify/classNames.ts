import { files } from '#platform';
import { classCount, type Model } from '../models/index.js';
import { StriateError } from '../tensor/index.js';

/** The names of a model's classes: its own, or ImageNet's for a model of 1000 classes that has none. */
export async function classNamesOf(model: Model): Promise<readonly string[] | undefined> {
  if (model.classNames || classCount(model) !== 1000) return model.classNames;
  // Only now, so that pages which do not need the list do not load it.
  const { imagenetClasses } = await import('./imagenetClasses.js');
  return imagenetClasses();
}

/**
 * What classes are called besides: ImageNet's by WordNet's number, and WordNet's numbers by ImageNet's name. Only where one
 * of the lists needs it, as it has such numbers or a name twice.
 *
 * @param wanted names that are looked for among `names`
 */
export async function otherNamesOf(
  names: readonly string[],
  wanted: readonly string[],
): Promise<readonly (string | undefined)[]> {
  const isId = (name: string): boolean => /^n\d{8}$/.test(name);
  if (!names.some(isId) && !wanted.some(isId) && new Set(names).size === names.length) return [];
  const { imagenetClasses, imagenetIds } = await import('./imagenetClasses.js');
  const [words, ids] = [imagenetClasses(), imagenetIds()];
  const places = new Map<string, number[]>();
  [...words, ...ids].forEach((name, i) => places.set(name, [...(places.get(name) ?? []), i % words.length]));
  const seen = new Map<string, number>();
  return names.map((name) => {
    const own = places.get(name.replaceAll('_', ' '));
    // Of names that ImageNet has twice, the first is the first.
    const turn = seen.get(name) ?? 0;
    seen.set(name, turn + 1);
    const place = own?.[turn];
    return place === undefined ? undefined : isId(name) ? words[place] : ids[place];
  });
}

/**
 * Names for a model's classes, given as a list or in a file: JSON as Keras has it for ImageNet
 * (`{"0": ["n01440764", "tench"], …}`), a JSON list, or a text with a name per line.
 *
 * @throws StriateError when the file cannot be read or holds no list of names, or there is another number of them.
 */
export async function resolveClassNames(given: string | readonly string[], model: Model): Promise<readonly string[]> {
  const [where, names] =
    typeof given === 'string'
      ? [given, parseClassNames(new TextDecoder().decode(await files.read(given)), given)]
      : ['classNames', given];
  if (names.length === classCount(model)) return names;
  throw new StriateError({
    where,
    rule: `has ${names.length} names, the model tells ${classCount(model)} classes apart`,
    advice: 'use its own list',
  });
}

function parseClassNames(text: string, path: string): string[] {
  if (!/^\s*[[{]/.test(text)) {
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    return lines.filter((line, i) => line !== '' || i < lines.length - 1);
  }
  const bad = new StriateError({
    where: path,
    rule: 'must be {"0": ["n01440764", "tench"], …}, a JSON list of names, or a text with a name per line',
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw bad;
  }
  const list = Array.isArray(content) ? (content as unknown[]) : byNumber(content as Record<string, unknown>);
  const names = list.map((entry) => (Array.isArray(entry) ? (entry as unknown[]).at(-1) : entry));
  if (!names.every((name) => typeof name === 'string')) throw bad;
  // Keras writes the words of ImageNet's names with underscores between them.
  return names.map((name) => name.replaceAll('_', ' '));
}

/** The values of an object whose keys count from 0. */
function byNumber(content: Record<string, unknown>): unknown[] {
  return Object.keys(content).map((_, i) => content[String(i)]);
}
