import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
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

/** Whether this system lets a process mount a file system of its own. */
const mounts = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

it.skipIf(!mounts).each([
  [
    'evaluate',
    ['MODEL', '--data', 'xo', '--out', 'FULL/page'],
    /cannot write 'FULL\/page\/[\w.]+': the disk is full; make room/,
  ],
  [
    'data',
    ['preview', 'xo', '--output', 'FULL/sheet.png'],
    /cannot write 'FULL\/sheet\.png': the disk is full; make room/,
  ],
  [
    'train',
    ['--data', 'xo', '--model', 'mnist_dense', '--epochs', '1', '--out', 'FULL/run'],
    /cannot write 'FULL\/run\/[\w.]+': the disk is full; make room/,
  ],
  ['export', ['mnist_cnn', '--output', 'FULL/x.onnx'], /cannot write 'FULL\/x\.onnx': the disk is full; make room/],
] as const)(
  'a full disk is told by %s with the path (skipped where no disk can be mounted)',
  async (name, args, said) => {
    const disk = join(folder.path, 'full');
    mkdirSync(disk, { recursive: true });
    const model = join(folder.path, 'xo', 'best.safetensors');
    if (name === 'evaluate') {
      const small = ['--data', 'xo', '--model', 'mnist_dense', '--epochs', '1', '--batch', '500', '--threads', '1'];
      expect((await start(['train', ...small, '--out', join(folder.path, 'xo')]).finished).code).toBe(0);
    }
    const given = [name, ...args].map((text) => text.replace('FULL', disk).replace('MODEL', model));
    const script = 'mount -t tmpfs -o size=8k tmpfs "$0" && exec "$@"';
    const child = spawn('unshare', ['-rm', 'sh', '-c', script, disk, process.execPath, executable, ...given]);
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(stderr.replaceAll(disk, 'FULL')).toMatch(said);
    expect(stderr).not.toMatch(/\n\s+at |sorry/);
    expect(code).toBe(1);
  },
);
