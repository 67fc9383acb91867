import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './codeBlocks.js';

const guides = readdirSync(`${root}docs`).filter((file) => file.endsWith('.md'));
const pages = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...guides.map((file) => `docs/${file}`),
  'examples/README.md',
];

/** Folders of the repository whose files pages name by their paths. */
const paths = /(?<![\w./-])(?:src|test|docs|examples|scripts|bench|bin)\/[\w./-]*\w/g;

/** Made by commands, so not in the repository. */
const made = [/^bench\/peers\/node_modules/, /^docs-site/];

/** The paths of the repository that a page names, links among them, from the repository's folder. */
function namedPaths(page: string): string[] {
  const text = readFileSync(root + page, 'utf8');
  const links = [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(([, to]) => join(dirname(page), to));
  const plain = text.replace(/\]\([^)]*\)/g, ']').replace(/\w+:\/\/\S+/g, '');
  return [...links, ...(plain.match(paths) ?? [])];
}

test.each(pages)('the files that %s names exist', (page) => {
  const missing = namedPaths(page).filter((path) => !existsSync(root + path) && !made.some((one) => one.test(path)));
  expect(missing).toEqual([]);
});

test('file names alone are those of files, too', () => {
  const files = new Set(
    ['src', 'studio', 'test', 'scripts', 'bench', 'examples'].flatMap((folder) =>
      readdirSync(root + folder, { recursive: true, encoding: 'utf8' }).map((path) => path.split(/[\\/]/).at(-1)!),
    ),
  );
  const named = pages.flatMap((page) =>
    [...readFileSync(root + page, 'utf8').matchAll(/`(\w+\.ts)`/g)].map(([, file]) => `${page}: ${file}`),
  );
  expect(named.filter((one) => !files.has(one.split(': ')[1]))).toEqual([]);
});
