import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { printedOutput, type Printed } from '../../../test/printed.js';
import { trainCommand } from './train.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-find-lr-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  // What the command leaves for the shell is not the test runner's.
  process.exitCode = undefined;
});

/** Runs `striate train …` and collects what it prints. */
async function run(...args: string[]): Promise<Printed> {
  const { output, printed } = printedOutput();
  const command = trainCommand(output)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  await command.parseAsync(args, { from: 'user' });
  return printed;
}

const common = ['--data', 'xo', '--model', 'mnist_dense', '--find-lr', '--batch', '16'];

it('prints suggestions and leaves a chart and a page, but no run', async () => {
  const out = join(folder, 'found');
  const { data, progress } = await run(...common, '--out', out);
  expect(process.exitCode).toBe(0);
  expect((await readdir(out)).sort()).toEqual(['learning-rate.html', 'learning-rate.svg']);
  expect(data[0]).toMatch(/^suggestion +rate +what it is$/);
  const [, rate] = /^valley +(\d\.\de-?\d+) +halfway along/.exec(data[1])!;
  expect(progress.join('\n')).toContain(`Train with it: --lr ${rate}\n`);
  const page = await readFile(join(out, 'learning-rate.html'), 'utf8');
  expect(page).toContain(`Begin with <strong>${rate}</strong>`);
  // Nothing is fetched from elsewhere.
  expect(page).not.toMatch(/(src|href)=/);
  expect(await readFile(join(out, 'learning-rate.svg'), 'utf8')).toMatch(/^<svg[^]*valley [^]*<\/svg>$/);
});

it('prints one object with --json, the same for the same seed', async () => {
  const search = async (): Promise<Record<string, unknown>> => {
    return (await run(...common, '--out', folder, '--json', '--seed', '3')).json as Record<string, unknown>;
  };
  const found = await search();
  expect(found).toMatchObject({ command: 'train', findLr: true, model: 'mnist_dense', data: 'xo', optimizer: 'adam' });
  expect(Object.keys(found.suggestion as object)).toEqual(['steepest', 'valley', 'minimum']);
  expect((found.losses as number[]).length).toBe((found.learningRates as number[]).length);
  expect(await search()).toEqual(found);
});

it('excludes options that leave nothing to find', async () => {
  await expect(run(...common, '--lr', '0.1')).rejects.toThrow(/--find-lr.*cannot be used with.*--lr/);
});
