// The time from process start to the end of the first training step, as a user of the library sees it.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './peer.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Starts fresh processes, one after the other, and measures each to its first step. */
export async function measureStart(times = 5) {
  const seconds = [];
  for (let i = 0; i < times; i++) seconds.push(await firstStep());
  return { data: process.env.STRIATE_DATA ? 'MNIST' : 'digits', seconds: median(seconds), times: seconds };
}

function firstStep() {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [join(here, 'firstStep.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
    let seconds;
    child.stdout.on('data', () => (seconds ??= (performance.now() - start) / 1000));
    child.on('error', reject);
    child.on('exit', (code) =>
      seconds === undefined ? reject(new Error(`firstStep.mjs ended with code ${code}`)) : resolve(seconds),
    );
  });
}
