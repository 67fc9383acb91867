import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const library = new URL('../../dist/index.js', import.meta.url).href;

/** What a process that ran to its end gave. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script in a Node of its own, with the library as `striate`; ended after `seconds`, with code null. */
export function runScript(script: string, seconds: number, flags: readonly string[] = []): Promise<Ended> {
  const source = `import * as striate from ${JSON.stringify(library)};\n${script}`;
  const env = { ...process.env };
  // Neither vitest's loaders nor flags that the test's own process was started with.
  Reflect.deleteProperty(env, 'NODE_OPTIONS');
  const args = [...flags, '--input-type=module', '--eval', source];
  const child = spawn(process.execPath, args, { env, cwd: fileURLToPath(new URL('.', import.meta.url)) });
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}
