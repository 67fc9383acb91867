import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { printedOutput } from '../../test/printed.js';
import { commandPath } from './examples.js';
import { commandLine, withThoseBelow } from './main.js';

const program = commandLine(printedOutput().output);
const all = withThoseBelow(program).slice(1);
const called = all.filter(({ commands }) => commands.length === 0);
const help = (command: (typeof all)[number]): string => {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
};

describe('the help of every command', () => {
  it.each(all.map((command) => [commandPath(command), command] as const))('%s ends with examples', (path, command) => {
    const [, ...examples] = help(command).split(/\nExamples?:\n/);
    expect(examples).toHaveLength(1);
    const lines = examples[0].trim().split('\n');
    for (const line of lines) expect(line).toContain(` ${path}`);
    for (const [option] of examples[0].matchAll(/--[\w-]+/g)) {
      const known = withThoseBelow(command).some(({ options }) => options.some(({ long }) => long === option));
      expect(`${path} ${option}: ${known}`).toBe(`${path} ${option}: true`);
    }
  });

  it('of the program tells the exit codes and what --json prints', () => {
    expect(help(program)).toMatch(/Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped/);
    expect(help(program)).toMatch(/"error" \{ where, rule, received, advice \}/);
  });
});

describe.each(['README.md'])('%s', (file) => {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| `striate '));
  const everywhere = /All commands that compute take ([^.]*)\./.exec(text.replace(/\s+/g, ' '))?.[1] ?? '';

  it.each(called.map((command) => [commandPath(command), command] as const))(
    'lists %s with its options',
    (path, command) => {
      const row = rows.find(
        (line) => line.startsWith(`| \`striate ${path} `) || line.startsWith(`| \`striate ${path}\``),
      );
      expect(`${path}: ${row === undefined ? 'no row' : 'a row'}`).toBe(`${path}: a row`);
      const told = new Set([...`${row} ${everywhere}`.matchAll(/--[\w-]+/g)].map(([option]) => option));
      const options = command.options.map(({ long }) => long!).filter((option) => option !== '--json');
      expect(options.filter((option) => !told.has(option))).toEqual([]);
      // And nothing that there is not.
      const own = new Set(command.options.map(({ long }) => long));
      expect([...row!.matchAll(/--[\w-]+/g)].map(([option]) => option).filter((option) => !own.has(option))).toEqual(
        [],
      );
    },
  );
});
