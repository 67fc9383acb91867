// A peer as a child process that trains on request.
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Starts a peer.
 *
 * @returns undefined when it is not installed or does not start; `reason` says why
 */
export async function startPeer(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  child.stdin.on('error', () => undefined);
  const waiting = [];
  let ended;
  const end = (reason) => {
    ended ??= new Error(reason);
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  child.on('error', (error) => end(error.message));
  child.on('exit', (code) => end(lastLine(errors) || `ended with code ${code}`));
  createInterface({ input: child.stdout }).on('line', (line) => {
    // Some libraries greet on standard output.
    if (line.startsWith('{')) waiting.shift()?.resolve(JSON.parse(line));
  });
  const next = () => new Promise((resolve, reject) => (ended ? reject(ended) : waiting.push({ resolve, reject })));
  try {
    const { ready } = await next();
    return {
      name: ready,
      train(steps) {
        child.stdin.write(`${JSON.stringify({ steps })}\n`);
        return next();
      },
      stop: () => child.stdin.end(),
    };
  } catch (error) {
    return { reason: error.message };
  }
}

function lastLine(text) {
  const lines = text.trim().split('\n');
  return (lines.findLast((line) => /Error/.test(line)) ?? lines.at(-1)).slice(0, 160);
}

/** The first Python that has PyTorch; Debian's is not always the first on the path. */
export function findPython() {
  const names = [process.env.STRIATE_BENCH_PYTHON, 'python3', '/usr/bin/python3'].filter(Boolean);
  return names.find((name) => spawnSync(name, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0) ?? 'python3';
}

/** The middle of some numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
