import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Row {
  readonly format: string;
  readonly files: number;
  readonly read: number;
  readonly refused: number;
  readonly failed: number;
}

interface Report {
  readonly rows: readonly Row[];
  readonly failed: readonly { number: number; format: string; outcome: string; text: string }[];
}

const program = fileURLToPath(new URL('./fuzz.mjs', import.meta.url));

/** Runs the program that `npm run fuzz` runs, on the library in dist/. */
function fuzz(args: readonly string[]): Promise<Report> {
  // Twenty seconds say that a reader is stuck on an idle machine; tests run beside others.
  const env: NodeJS.ProcessEnv = { ...process.env, STRIATE_FUZZ_PATIENCE: '200' };
  // Vitest's own flags are not for it, and real files have no part in a test that is the same everywhere.
  for (const name of ['NODE_OPTIONS', 'STRIATE_DATA']) Reflect.deleteProperty(env, name);
  const child = spawn(process.execPath, [program, '--json', ...args], { env });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      if (stdout === '') reject(new Error(`the fuzzer ended without a report:\n${stderr}`));
      else resolve(JSON.parse(stdout) as Report);
    });
  });
}

const numbers = (count: number): string => Array.from({ length: count }, (_, i) => i).join(',');

describe('damaged files', () => {
  it.each([
    ['files of models and weights', 'onnx,tfjs,safetensors,torch', 260],
    ['data sets and pictures', 'jpeg,png,webp,gif,tiff,idx,cifar', 100],
    ['files of Keras, which are read in threads of their own', 'h5,keras', 10],
  ])('%s are read or refused with an error that names the file', async (_, formats, count) => {
    const keep = await mkdtemp(join(tmpdir(), 'striate-fuzz-test-'));
    try {
      const { rows, failed } = await fuzz([
        '--seed',
        '20',
        '--format',
        formats,
        '--only',
        numbers(count),
        '--keep',
        keep,
      ]);
      expect(failed).toEqual([]);
      expect(rows.map(({ format }) => format).sort()).toEqual(formats.split(',').sort());
      expect(rows.reduce((sum, { files }) => sum + files, 0)).toBe(count);
      // Damage of both kinds: what can be overlooked, and what cannot.
      for (const { read, refused } of rows) expect(read + refused).toBeGreaterThan(0);
      expect(rows.reduce((sum, { read }) => sum + read, 0)).toBeGreaterThan(0);
      expect(rows.reduce((sum, { refused }) => sum + refused, 0)).toBeGreaterThan(0);
    } finally {
      await rm(keep, { recursive: true, force: true });
    }
  });
});
