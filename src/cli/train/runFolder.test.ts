import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunArguments } from './runArguments.js';
import { continueRun, createRun, readRun, runFiles } from './runFolder.js';

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
    using kept = await createRun(join(root, 'a', 'b'), run);
    const { folder } = kept;
    await writeFile(runFiles(folder).last, 'weights');
    expect(readRun(folder)).toEqual(JSON.parse(JSON.stringify(run)));
  });

  it('is not taken by another run once it holds weights', async () => {
    const folder = join(root, 'taken');
    (await createRun(folder, run))[Symbol.dispose]();
    (await createRun(folder, { ...run, seed: 2 }))[Symbol.dispose]();
    await writeFile(runFiles(folder).last, 'weights');
    await expect(createRun(folder, run)).rejects.toThrow(/already holds a run.*train --resume/);
    expect(readRun(folder).seed).toBe(2);
  });

  it('says why it cannot be resumed', async () => {
    expect(() => readRun(root)).toThrow(/it holds no run\.json/);
    using kept = await createRun(join(root, 'early'), run);
    const { folder } = kept;
    expect(() => readRun(folder)).toThrow(/ended before it saved any weights; start it again with --out/);
  });

  it('loses what a killed run left half written, and nothing else', async () => {
    const folder = join(root, 'killed');
    (await createRun(folder, run))[Symbol.dispose]();
    const half = join(folder, '.last.safetensors.12-3.tmp');
    for (const path of [half, join(folder, 'notes.tmp')]) await writeFile(path, '');
    using _kept = await continueRun(folder);
    expect([half, join(folder, 'notes.tmp'), runFiles(folder).arguments].map(existsSync)).toEqual([false, true, true]);
  });

  it('is written by one training at a time, and free again when that has ended', async () => {
    const folder = join(root, 'two');
    const first = await createRun(folder, run);
    await expect(createRun(folder, run)).rejects.toThrow(
      /another training is writing into this folder; choose another/,
    );
    await expect(continueRun(join(root, '.', 'two'))).rejects.toThrow(/another training is writing/);
    first[Symbol.dispose]();
    (await createRun(folder, run))[Symbol.dispose]();
  });

  it('is free again after a process that had it was killed', async () => {
    const folder = join(root, 'crashed');
    (await createRun(folder, run))[Symbol.dispose]();
    const module = new URL('../../../dist/cli/train/runLock.js', import.meta.url).href;
    const script = `const { lockRun } = await import(${JSON.stringify(module)});
      await lockRun(${JSON.stringify(folder)}); console.log('kept'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    await once(child.stdout, 'data');
    await expect(continueRun(folder)).rejects.toThrow(/another training is writing/);
    child.kill('SIGKILL');
    await once(child, 'close');
    (await continueRun(folder))[Symbol.dispose]();
    expect(await readdir(folder)).toEqual(['run.json']);
  });
});
