import { readFileSync } from 'node:fs';
import type ts from 'typescript';
import { describe, expect, test } from 'vitest';
import * as striate from '../../src/index.node.js';
import { renamed, type RenamedGroup } from '../../src/tensor/renamed.js';
import { root } from './codeBlocks.js';
import { createProgram, entryPoints } from './sources.js';

const guide = readFileSync(`${root}docs/migration.md`, 'utf8');

/** The rows of the table under a heading of the guide: each cell as it is written. */
function rowsUnder(heading: string): string[][] {
  const [section] = guide.split(`\n### ${heading}\n`)[1].split('\n##');
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The names in code font in a cell. */
function codeIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
}

const table = Object.entries(renamed).flatMap(([group, names]) =>
  Object.entries(names).map(([old, now]) => [group as RenamedGroup, old, now] as const),
);

const { train } = striate.digits({ seed: 1, train: 4, test: 1 });
const model = striate.zoo.create('mnist_dense', { seed: 1 });
model.compile({ loss: 'sparseCategoricalCrossentropy' });

/** Uses an old name as a program of an earlier version did. */
const use: Readonly<Record<RenamedGroup, (old: string) => unknown>> = {
  striate: (old) => new (striate as unknown as Record<string, new () => unknown>)[old](),
  layers: (old) => (striate.layers as unknown as Record<string, unknown>)[old],
  Callback: (old) => model.fit(train, { callbacks: [{ [old]: () => undefined }] }),
  evaluate: (old) => model.evaluate(train, { [old]: () => undefined }),
  modelCheckpoint: (old) => striate.callbacks.modelCheckpoint({ filepath: 'x', [old]: 'x' }),
  csvLogger: (old) => striate.callbacks.csvLogger({ filename: 'x', [old]: 'x' }),
  reduceLROnPlateau: (old) => striate.callbacks.reduceLROnPlateau({ [old]: 1 }),
};

describe('names of earlier versions', () => {
  test.each(table)('%s: %s fails, and says to use %s', async (group, old, now) => {
    const said = await Promise.resolve()
      .then(() => use[group](old))
      .catch((error: unknown) => error);
    expect(said).toBeInstanceOf(striate.StriateError);
    expect((said as Error).message).toContain(now);
  });

  test('are stood in for by functions that fail when they are called, too, and when something of them is asked for', () => {
    const old = striate as unknown as Record<string, () => unknown>;
    for (const name of Object.keys(renamed.striate)) expect(() => old[name]()).toThrow(striate.StriateError);
    expect(() => (striate as unknown as { layerClasses: { Conv2D: unknown } }).layerClasses.Conv2D).toThrow(
      /use the classes by their/,
    );
  });

  test('are those of the guide', () => {
    const rows = rowsUnder('Names and options').map((cells) => cells.map((cell) => codeIn(cell)[0]));
    expect(rows).toEqual(table.map((row) => [...row]));
  });
});

describe('the guide to migration', () => {
  const program = createProgram(new Map());
  const checker = program.getTypeChecker();
  const exportsOf = (symbol: ts.Symbol): Map<string, ts.Symbol> =>
    new Map(checker.getExportsOfModule(symbol).map((one) => [one.name, one]));
  const all = exportsOf(checker.getSymbolAtLocation(program.getSourceFile(entryPoints.striate)!)!);
  const report = exportsOf(checker.getAliasedSymbol(all.get('report')!));
  const isPublic = (name: string): boolean =>
    name.startsWith('report.') ? report.has(name.slice('report.'.length)) : all.has(name);

  test.each(rowsUnder('Types'))('names types that there are in place of those that are gone: %s', (before, now) => {
    expect(codeIn(before).filter(isPublic)).toEqual([]);
    expect(codeIn(now).filter((name) => !isPublic(name))).toEqual([]);
  });

  test.each(rowsUnder('No longer public'))('lists what cannot be imported: %s', (names) => {
    expect(codeIn(names).filter(isPublic)).toEqual([]);
  });
});
