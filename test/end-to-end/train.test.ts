import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../src/tensor/safetensors.js';
import { lastJson, start, striate, temporaryFolder, type Finished } from './striate.js';

/** A dense network on X and O: an epoch takes a fraction of a second. */
const small = ['train', '--data', 'xo', '--model', 'mnist_dense', '--seed', '3', '--threads', '2'];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

/** The weights and the optimizer's variables of a checkpoint, by name. */
async function tensorsOf(file: string): Promise<Map<string, Uint8Array>> {
  const { tensors } = decodeSafetensors(await readFile(file), file);
  return new Map(
    [...tensors].map(([name, { data }]) => [name, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]),
  );
}

async function expectSameTensors(actual: string, expected: string): Promise<void> {
  const [a, b] = [await tensorsOf(actual), await tensorsOf(expected)];
  expect([...a.keys()]).toEqual([...b.keys()]);
  expect(a.size).toBeGreaterThanOrEqual(4);
  for (const [name, bytes] of a) expect(Buffer.compare(bytes, b.get(name)!), name).toBe(0);
}

describe('a run', () => {
  let run: string;
  let finished: Finished;
  beforeAll(async () => {
    run = join(folder.path, 'whole');
    finished = await striate([...small, '--epochs', '3', '--out', run, '--json']);
    expect(finished.stderr).not.toContain('sorry');
    expect(finished.code).toBe(0);
  });

  it('ends with one JSON object on standard output, and nothing else there', () => {
    const result = lastJson(finished);
    expect(finished.stdout.trim().split('\n')).toHaveLength(1);
    expect(result).toMatchObject({ command: 'train', model: 'mnist_dense', engine: 'wasm', threads: 2, run });
    expect(result.parameters).toBeGreaterThan(100_000);
    expect(result.imagesPerSecond).toBeGreaterThan(100);
    const epochs = result.epochs as Record<string, number>[];
    expect(epochs).toHaveLength(3);
    for (const epoch of epochs) {
      expect(Object.keys(epoch)).toEqual(['loss', 'accuracy', 'valLoss', 'valAccuracy', 'seconds']);
      for (const value of Object.values(epoch)) expect(value).toBeGreaterThan(0);
    }
    const test = result.test as Record<string, number>;
    expect(Object.keys(test)).toEqual(['loss', 'accuracy']);
    expect(test.accuracy).toBeGreaterThan(0.8);
    // Validation after the last epoch is on the same pictures with the same weights.
    expect(test.accuracy).toBeCloseTo(epochs[2].valAccuracy, 6);
  });

  it('leaves arguments, results, pictures, weights and a page', async () => {
    const files = (await readdir(run)).sort();
    expect(files).toEqual([
      'architecture.svg',
      'best.safetensors',
      'confusion.png',
      'confusion.svg',
      'curves.png',
      'curves.svg',
      'index.html',
      'last.safetensors',
      'results.csv',
      'run.json',
    ]);
    const rows = (await readFile(join(run, 'results.csv'), 'utf8')).trim().split('\n');
    expect(rows).toHaveLength(4);
    expect(JSON.parse(await readFile(join(run, 'run.json'), 'utf8'))).toMatchObject({
      arguments: { data: 'xo', seed: 3 },
    });
    expect(await readFile(join(run, 'index.html'), 'utf8')).toContain('mnist_dense on xo');
    expect(finished.stderr).toContain(join('whole', 'index.html'));
  });

  it('writes plain lines, without colours or redraws', () => {
    expect(finished.stderr).toMatch(/^Epoch 3\/3 .*loss.*accuracy/m);
    expect(finished.stderr + finished.stdout).not.toMatch(/[\u001b\r]/);
  });

  it('does not overwrite a run', async () => {
    const again = await striate([...small, '--out', run]);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/^striate train: .*already holds a run.*--resume/);
    expect(again.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('gives the same weights again from the same seed, with another number of threads', async () => {
    const other = join(folder.path, 'other-threads');
    const { code } = await striate([...small.slice(0, -1), '1', '--epochs', '3', '--out', other]);
    expect(code).toBe(0);
    await expectSameTensors(join(other, 'last.safetensors'), join(run, 'last.safetensors'));
  });

  it('stopped with Ctrl-C and resumed ends with the same weights to the bit', async () => {
    const stopped = join(folder.path, 'stopped');
    const running = start([...small, '--epochs', '3', '--out', stopped]);
    await running.said('Epoch 1/3');
    running.child.kill('SIGINT');
    const { code, stderr } = await running.finished;
    expect(code).toBe(130);
    expect(stderr).toMatch(/Go on with: node .*striate\.js train --resume /);
    expect(stderr).toContain(`--resume ${stopped}\n`);
    expect(existsSync(join(stopped, 'index.html'))).toBe(false);
    const resumed = await striate(['train', '--resume', stopped, '--json']);
    expect(resumed.code).toBe(0);
    expect(lastJson(resumed).epochs).toHaveLength(3);
    await expectSameTensors(join(stopped, 'last.safetensors'), join(run, 'last.safetensors'));
    await expectSameTensors(join(stopped, 'best.safetensors'), join(run, 'best.safetensors'));
  });

  it('killed with kill -9 leaves a checkpoint that can be resumed to the same weights', async () => {
    const killed = join(folder.path, 'killed');
    const running = start([...small, '--epochs', '3', '--out', killed]);
    await running.said('Epoch 2/3');
    running.child.kill('SIGKILL');
    expect((await running.finished).signal).toBe('SIGKILL');
    expect((await tensorsOf(join(killed, 'last.safetensors'))).size).toBeGreaterThan(4);
    expect((await striate(['train', '--resume', killed])).code).toBe(0);
    await expectSameTensors(join(killed, 'last.safetensors'), join(run, 'last.safetensors'));
  });

  it('trains on for more epochs when asked, and does nothing more when done', async () => {
    const longer = join(folder.path, 'longer');
    await striate([...small, '--epochs', '2', '--out', longer]);
    const resumed = await striate(['train', '--resume', longer, '--epochs', '3', '--json']);
    expect(resumed.code).toBe(0);
    expect(lastJson(resumed).epochs).toHaveLength(3);
    await expectSameTensors(join(longer, 'last.safetensors'), join(run, 'last.safetensors'));
  });
});
