import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { files } from '#platform';
import { StriateError } from '../tensor/index.js';

/** The file of ImageNet's classes in the folder of data. */
const imagenetFile = 'imagenet_class_index.json';

/**
 * The names of a model's classes, from a file: JSON as Keras has it for ImageNet (`{"0": ["n01440764", "tench"], …}`), a JSON
 * list, or a text with a name per line. Without a file, ImageNet's of the folder of data for a model of 1000 classes.
 *
 * @throws StriateError when the file cannot be read, is no list of names, or has another number of them.
 */
export async function classNamesFor(file: string | undefined, classes: number): Promise<readonly string[] | undefined> {
  const path = file ?? imagenetPath(classes);
  if (path === undefined) return undefined;
  const names = parseNames(new TextDecoder().decode(await files.read(path)), path);
  if (names.length === classes) return names;
  throw new StriateError({
    where: path,
    rule: `has ${names.length} names, the model tells ${classes} classes apart`,
    advice: 'use its own list',
  });
}

function imagenetPath(classes: number): string | undefined {
  const { STRIATE_DATA: folder } = process.env;
  if (classes !== 1000 || !folder) return undefined;
  const path = join(folder, imagenetFile);
  return existsSync(path) ? path : undefined;
}

function parseNames(text: string, path: string): string[] {
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
