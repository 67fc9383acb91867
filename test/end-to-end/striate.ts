import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const executable = fileURLToPath(new URL('../../bin/striate.js', import.meta.url));

/** What a finished command printed. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Settles when standard error has said this. */
  said(text: string | RegExp): Promise<void>;
}

/** Starts the command line, as a user does, with this environment added. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string): Running {
  const clean = { ...process.env };
  for (const name of ['FORCE_COLOR', 'NODE_OPTIONS', 'VITEST', 'STRIATE_DEBUG']) Reflect.deleteProperty(clean, name);
  const child = spawn(process.execPath, [executable, ...args], { env: { ...clean, ...env }, cwd });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    for (const check of waiting) check();
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const said = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (typeof text === 'string' ? !stderr.includes(text) : !text.test(stderr)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      void finished.then(() => reject(new Error(`ended without saying ${String(text)}: ${stderr}`)), reject);
      check();
    });
  return { child, finished, said };
}

/** Runs the command line to its end. */
export function striate(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<Finished> {
  return start(args, env, cwd).finished;
}

/** The object that `--json` put on the last line. */
export function lastJson({ stdout }: Finished): Record<string, unknown> {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

/** A temporary folder with a way to remove it. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'striate-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
