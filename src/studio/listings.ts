import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { DataAnswer, ListedEntry, ListedFile, ListedRun } from './api.js';
import { confinedPath, placeInside } from './confinedPath.js';

/** Pictures that browsers show, and what servers call them. Others, SVG above all, could run as pages: they are only bytes. */
export const pictureTypes: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.bmp': 'image/bmp',
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

/** Entries of a folder that are listed at once. */
const mostEntries = 10_000;

/** Files and folders in a folder that may be served, by name; undefined where there is no such folder. */
export async function listFolder(root: string, folder: string): Promise<DataAnswer | undefined> {
  const place = await confinedPath(root, folder);
  if (!place?.stats.isDirectory()) return undefined;
  const names = (await readdir(place.path)).filter((name) => !name.startsWith('.')).sort(byName);
  const clean = folder.split('/').filter(Boolean).join('/');
  const entries: ListedEntry[] = [];
  for (const name of names.slice(0, mostEntries)) {
    const found = await confinedPath(root, clean === '' ? name : `${clean}/${name}`);
    if (found?.stats.isDirectory()) entries.push({ name, kind: 'folder', bytes: 0 });
    else if (found?.stats.isFile()) {
      const kind = extname(name).toLowerCase() in pictureTypes ? 'picture' : 'file';
      entries.push({ name, kind, bytes: found.stats.size });
    }
  }
  return { folder: clean, entries, more: Math.max(0, names.length - mostEntries) };
}

/**
 * The runs in a folder, the one that was written last first; none where there is no folder.
 *
 * @param data the folder in which runs' data may lie
 */
export async function listRuns(root: string, data?: string): Promise<ListedRun[]> {
  const place = await confinedPath(root, '');
  if (!place?.stats.isDirectory()) return [];
  const names = (await readdir(place.path)).filter((name) => !name.startsWith('.'));
  const runs = await Promise.all(names.map((name) => readRun(root, name, data)));
  return runs.filter((run) => run !== undefined).sort((a, b) => b.changed - a.changed);
}

/** A run's folder; undefined where it is none. */
async function readRun(root: string, name: string, data: string | undefined): Promise<ListedRun | undefined> {
  const started = await confinedPath(root, `${name}/run.json`);
  if (!started?.stats.isFile()) return undefined;
  const results = await confinedPath(root, `${name}/results.csv`);
  const listing = await listFolder(root, name);
  const said = parsedObject(await readFile(started.path, 'utf8'));
  // What `striate train` writes, or only what it was called with.
  const given = isObject(said.arguments) ? said.arguments : said;
  return {
    name,
    arguments: given,
    data: data !== undefined && typeof given.data === 'string' ? ((await placeInside(data, given.data)) ?? null) : null,
    changed: Math.max(started.stats.mtimeMs, results?.stats.mtimeMs ?? 0),
    epochs: results ? parsedRows(await readFile(results.path, 'utf8')) : [],
    files: (listing?.entries ?? []).filter(({ kind }) => kind !== 'folder').map(nameAndSize),
  };
}

function nameAndSize({ name, bytes }: ListedEntry): ListedFile {
  return { name, bytes };
}

function parsedObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    // A run that is just being written.
    return {};
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Lines of numbers under a line of names; a line that is not written to its end yet is left out. */
function parsedRows(text: string): Record<string, number>[] {
  const [head, ...lines] = text.split('\n');
  const names = head.trim().split(',');
  return lines
    .slice(0, -1)
    .map((line) => line.trim().split(','))
    .filter((cells) => cells.length === names.length)
    .map((cells) => Object.fromEntries(cells.flatMap((cell, i) => (cell === '' ? [] : [[names[i], Number(cell)]]))));
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
