import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clearUnfinished, createRun, readRun, runFiles, type RunArguments } from './runFolder.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'striate-run-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const run: RunArguments = {
  data: 'xo',
  model: 'mnist_cnn',
  epochs: 1,
  batch: 64,
  optimizer: 'adam',
  lr: undefined,
  seed: 1,
  engine: 'wasm',
  threads: undefined,
};

describe('a run folder', () => {
  it('is made with the folders above it, and gives the arguments back', async () => {
    const folder = await createRun(join(root, 'a', 'b'), run);
    await writeFile(runFiles(folder).last, 'weights');
    expect(readRun(folder)).toEqual(JSON.parse(JSON.stringify(run)));
  });

  it('is not taken by another run once it holds weights', async () => {
    const folder = await createRun(join(root, 'taken'), run);
    await expect(createRun(folder, { ...run, seed: 2 })).resolves.toBe(folder);
    await writeFile(runFiles(folder).last, 'weights');
    await expect(createRun(folder, run)).rejects.toThrow(/already holds a run.*train --resume/);
    expect(readRun(folder).seed).toBe(2);
  });

  it('says why it cannot be resumed', async () => {
    expect(() => readRun(root)).toThrow(/it holds no run\.json/);
    const folder = await createRun(join(root, 'early'), run);
    expect(() => readRun(folder)).toThrow(/ended before it saved any weights; start it again with --out/);
  });

  it('loses what a killed run left half written, and nothing else', async () => {
    const folder = await createRun(join(root, 'killed'), run);
    const half = join(folder, '.last.safetensors.12-3.tmp');
    for (const path of [half, join(folder, 'notes.tmp')]) await writeFile(path, '');
    await clearUnfinished(folder);
    expect([half, join(folder, 'notes.tmp'), runFiles(folder).arguments].map(existsSync)).toEqual([false, true, true]);
  });
});
