import { Worker } from 'node:worker_threads';

/** Listens until it is asked to stop, and answers with the milliseconds between the ticks of its own 10 ms timer. */
const program = `
  const { parentPort } = require('node:worker_threads');
  const gaps = [];
  let last = performance.now();
  const tick = () => {
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  };
  const timer = setInterval(tick, 10);
  parentPort.once('message', () => {
    clearInterval(timer);
    tick();
    parentPort.postMessage(gaps);
  });
  parentPort.postMessage('started');
`;

const messageOf = (thread: Worker): Promise<unknown> => new Promise((resolve) => thread.once('message', resolve));

/**
 * Does some work, and meanwhile measures how late the machine serves a thread that has nothing else to do: where other
 * programs keep the cores busy, every timer is late.
 *
 * @returns what the work gives, and the milliseconds between the ticks of the idle thread's 10 ms timer
 */
export async function besideIdleTimer<T>(work: () => Promise<T>): Promise<{ result: T; idle: readonly number[] }> {
  const thread = new Worker(program, { eval: true });
  await messageOf(thread);
  const result = await work();
  const gaps = messageOf(thread);
  thread.postMessage('stop');
  const idle = (await gaps) as number[];
  await thread.terminate();
  return { result, idle };
}
