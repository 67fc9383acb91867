import { execFile } from 'node:child_process';
import { readdir, readFile, rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url));
const run = async (example: string, ...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [join(folder, example), ...args])).stdout;
const data = process.env.STRIATE_DATA;
const withData = data ? '' : ' (skipped: STRIATE_DATA names no folder with photos and pretrained weights)';

it('the table of docs/zoo.md is what the models give', async () => {
  const script = fileURLToPath(new URL('../../scripts/zoo-table.mjs', import.meta.url));
  const finished = promisify(execFile)(process.execPath, [script, '--check']);
  await expect(finished).resolves.toBeDefined();
});

describe('examples, as a person runs them', () => {
  it('are all described', async () => {
    const readme = await readFile(join(folder, 'README.md'), 'utf8');
    // The projects in first-day are started by `npm start`, each with a README of its own; their .mjs files are settings of Next.
    const files = (await readdir(folder, { recursive: true }))
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => file.endsWith('.mjs') && !file.startsWith('first-day/') && basename(file) !== 'recipe.mjs');
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(readme).toContain(`node examples/${file}`);
  });

  it('xo.mjs prints the maps of the clean X, and votes', async () => {
    const printed = await run('xo.mjs');
    // 7/9 and 5/9, rounded.
    expect(printed).toMatch(/^ {2}0\.78 -0\.11 {2}0\.11 {2}0\.33 {2}0\.56 -0\.11 {2}0\.33/m);
    expect(printed).toMatch(/pooling.*, 4×4\n.*\n {2}1\.00 {2}0\.33 {2}0\.56 {2}0\.33/);
    expect(printed).toMatch(/^X 0\.9\d {2}O 0\.\d\d +X 0\.8\d/m);
    expect(printed).toMatch(/^turned +\d\d\.\d % +\d\d\.\d % +(9\d|100)\.\d %$/m);
  });

  it('zoo.mjs counts architectures and cuts one in two', async () => {
    const printed = await run('zoo.mjs');
    expect(printed).toMatch(/^lenet5 +61,706 +416,520 {2}28×28×1$/m);
    expect(printed).toMatch(/^mobilenet_v2 +3,504,872 +300,774,272 {2}224×224×3$/m);
    expect(printed).toMatch(/features +gives \[3, 3, 512\]/);
    expect(printed).toMatch(/head +gives \[5\], 2,565 numbers/);
  });

  it.skipIf(!data)(`zoo.mjs sees the elephants${withData}`, async () => {
    const printed = await run('zoo.mjs');
    expect(printed).toMatch(/what SqueezeNet 1\.1 sees \(52 tensors loaded\)/);
    expect(printed).toMatch(/^ {2}0\.6[78]\d {2}African elephant\n {2}0\.09\d {2}tusker$/m);
  });

  it('templates.mjs writes the templates as a picture', async () => {
    const out = await mkdtemp(join(tmpdir(), 'striate-templates-'));
    try {
      expect(await run('templates.mjs', out)).toMatch(/^3 nearest, my own +\d\d\.\d %/m);
      const { width, height, data } = await picture(join(out, 'templates.png'));
      expect([width, height]).toEqual([5 * 176 - 8, 2 * 176 - 8]);
      // The zero's template: blue in its hole.
      const at = 4 * (14 * 6 * width + 14 * 6);
      expect(data[at + 2]).toBeGreaterThan(data[at] + 30);
    } finally {
      await rm(out, { recursive: true });
    }
  });
});

async function picture(file: string): Promise<{ width: number; height: number; data: Buffer }> {
  const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}
