// How a peer talks to bench/train.mjs: one JSON object a line. It says {"ready": "what and how"} when it can train, then
// answers each {"steps": n} with {"seconds": s, "loss": l}.
import { createInterface } from 'node:readline';

/** Batch size and number of threads, as bench/train.mjs hands them to every peer. */
export const batch = Number(process.argv[2] ?? 64);
export const threads = Number(process.argv[3] ?? 2);

/** Pictures as bytes and labels, the same for all peers that have no data of their own: four batches, used in turn. */
export function batches() {
  let state = 1;
  const random = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * n);
  };
  return Array.from({ length: 4 }, () => ({
    pictures: Uint8Array.from({ length: batch * 784 }, () => random(256)),
    labels: Int32Array.from({ length: batch }, () => random(10)),
  }));
}

/**
 * Answers requests until the parent hangs up.
 *
 * @param name what and how, for the table
 * @param train trains this many batches and gives the last loss
 */
export async function serve(name, train) {
  const answer = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  answer({ ready: name });
  for await (const line of createInterface({ input: process.stdin })) {
    const start = performance.now();
    const loss = await train(JSON.parse(line).steps);
    answer({ seconds: (performance.now() - start) / 1000, loss, memory: process.resourceUsage().maxRSS / 1024 });
  }
  process.exit(0);
}
