// The process in which damaged files are read: it takes one at a time and says how it went, how long it took and how much
// memory it took. What it does not survive, its parent sees.
import { readFileSync, writeFileSync } from 'node:fs';

/** The largest array of numbers that anything asked for since the last file, in bytes. */
let asked = 0;

/** Notes how much is asked for, also where the system gives it without using memory yet. */
for (const name of ['ArrayBuffer', 'SharedArrayBuffer', 'Float32Array', 'Float64Array', 'Int32Array', 'Uint8Array']) {
  const plain = globalThis[name];
  globalThis[name] = new Proxy(plain, {
    construct(target, args, newTarget) {
      if (typeof args[0] === 'number') asked = Math.max(asked, args[0] * (plain.BYTES_PER_ELEMENT ?? 1));
      return Reflect.construct(target, args, newTarget === globalThis[name] ? target : newTarget);
    },
  });
}

/** The peak of the process's memory in MiB, since `forgetPeak` where the system can tell, otherwise since its start. */
function peak() {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

function forgetPeak() {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not Linux: peaks of earlier files hide smaller ones of later files.
  }
}

let failed;
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => (failed ??= { outcome: 'exception', text: `${event}: ${error?.stack ?? error}` }));
}

const { readDamaged } = await import('./read.mjs');

process.on('message', async ({ folder, file }) => {
  asked = 0;
  failed = undefined;
  forgetPeak();
  const before = process.memoryUsage.rss() / 2 ** 20;
  const start = performance.now();
  const result = await readDamaged(folder, file);
  // What nobody waits for fails a little later.
  await new Promise((resolve) => setImmediate(resolve));
  const milliseconds = performance.now() - start;
  const memory = Math.max(peak() - before, asked / 2 ** 20);
  process.send({ number: file.number, ...(failed ?? result), milliseconds, memory });
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
