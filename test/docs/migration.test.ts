import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { initializers, layers, optimizers, regularizers } from '../../src/index.node.js';
import { root } from './codeBlocks.js';

type Config = Readonly<Record<string, unknown>>;
type Factory = (options?: object) => { config?(): Config };

const groups = { layers, optimizers, initializers, regularizers } as unknown as Readonly<
  Record<string, Readonly<Record<string, Factory>>>
>;

/** What has no default, and so must be given for the rest to be seen. */
const required: Readonly<Record<string, object>> = {
  'layers.conv2d': { filters: 1, kernelSize: 3 },
  'layers.depthwiseConv2d': { kernelSize: 3 },
  'layers.separableConv2d': { filters: 1, kernelSize: 3 },
  'layers.dense': { units: 1 },
  'layers.rescaling': { scale: 1 },
};

/** Rows of the table of defaults: `layers.dense` `useBias` | true. */
const rows = [
  ...readFileSync(`${root}docs/migration.md`, 'utf8').matchAll(/^\| `(\w+)\.(\w+)` `(\w+)`\s+\| ([^|]+?)\s+\|/gm),
].map(([, group, name, option, value]) => ({ group, name, option, value }));

/** A value as the table writes it. */
function written(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'object' && value !== null && 'className' in value) {
    const name = value.className as string;
    return `'${name[0].toLowerCase()}${name.slice(1)}'`;
  }
  return JSON.stringify(value).replaceAll(',', ', ');
}

test('the table of defaults is there', () => {
  expect(rows.length).toBeGreaterThan(25);
});

test.each(rows)('$group.$name $option is $value, as the table of defaults says', ({ group, name, option, value }) => {
  expect(Object.keys(groups[group])).toContain(name);
  expect(written(groups[group][name](required[`${group}.${name}`]).config?.()[option])).toBe(value);
});
