import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { start, temporaryFolder } from './striate.js';

const executable = fileURLToPath(new URL('../../bin/striate.js', import.meta.url));
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

it('a closed terminal (SIGHUP) saves as Ctrl-C does', async () => {
  const out = join(folder.path, 'hung-up');
  const args = ['train', '--data', 'xo', '--model', 'mnist_cnn', '--epochs', '500', '--threads', '1', '--out', out];
  const running = start(args);
  await running.said(/Epoch 1\/500/);
  running.child.kill('SIGHUP');
  const { code, stderr } = await running.finished;
  expect(stderr).toContain('Stopped and saved. Go on with:');
  expect(code).toBe(130);
  expect(existsSync(join(out, 'last.safetensors'))).toBe(true);
});

const full = existsSync('/dev/full');
it.skipIf(!full)('a full disk behind standard output is told (skipped where there is no /dev/full)', async () => {
  const command = `"${process.execPath}" "${executable}" models > /dev/full`;
  const child = spawn('/bin/sh', ['-c', command]);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(stderr).toBe('striate models: standard output cannot be written: the disk is full; make room and try again\n');
  expect(code).toBe(1);
});
