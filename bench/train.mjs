// Trains the digit CNN (93,322 parameters, batch 64, 2 threads) with Striate and with whichever peers are installed, in
// one run and taking turns, and prints pictures per second and ratios (medians of the rounds). Then the time from
// process start to the first training step.
//
//   npm run bench:train -- [--rounds 7] [--only pytorch] [--before CHECKOUT] [--threads 2] [--batch 64] [--json]
//
// `--before` takes another checkout of Striate, built, as a peer: what a change costs or brings.
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findPython, median, startPeer } from './peer.mjs';
import { measureStart } from './start.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    threads: { type: 'string', default: '2' },
    batch: { type: 'string', default: '64' },
    only: { type: 'string' },
    before: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const here = dirname(fileURLToPath(import.meta.url));
const common = [options.batch, options.threads];
const say = (line) => process.stderr.write(`${line}\n`);

const python = findPython();
const peers = {
  striate: [process.execPath, [join(here, 'striate.mjs'), ...common]],
  ...(options.before && {
    before: [process.execPath, [join(resolve(options.before), 'bench', 'striate.mjs'), ...common]],
  }),
  'pytorch-nhwc': [python, [join(here, 'peers', 'pytorch.py'), ...common, 'nhwc']],
  'pytorch-nchw': [python, [join(here, 'peers', 'pytorch.py'), ...common, 'nchw']],
  convnetjs: [process.execPath, [join(here, 'peers', 'convnetjs.mjs'), ...common]],
  jaxjs: [process.execPath, [join(here, 'peers', 'jaxjs.mjs'), ...common]],
  tfjs: [process.execPath, [join(here, 'peers', 'tfjs.mjs'), ...common]],
};

/** A turn lasts about this long, but at least one step. */
const turnSeconds = 1.5;
/** A peer whose single step takes longer than this gets one round. */
const slowSeconds = 5;

const running = [];
for (const [key, [command, args]] of Object.entries(peers)) {
  if (options.only && key !== 'striate' && !key.startsWith(options.only)) continue;
  const peer = await startPeer(command, args);
  if (peer.reason) {
    say(`${key}: not measured (${peer.reason})`);
    if (key === 'striate') process.exit(1);
    continue;
  }
  // Warming up: compilers and caches; its last part tells how long a step takes.
  const first = await peer.train(1);
  const slow = first.seconds > slowSeconds;
  const warm = slow ? first : (await peer.train(20 * turnSeconds > first.seconds ? 10 : 1), await peer.train(3));
  const perStep = warm.seconds / (slow ? 1 : 3);
  running.push({ key, ...peer, steps: Math.max(1, Math.min(200, Math.round(turnSeconds / perStep))), slow, rates: [] });
  say(`${key}: ${peer.name}`);
}

const batch = Number(options.batch);
for (let round = 0; round < Number(options.rounds); round++) {
  say(`round ${round + 1} of ${options.rounds}`);
  for (const peer of running) {
    if (peer.slow && round > 0) continue;
    const { seconds } = await peer.train(peer.steps);
    peer.rates.push((peer.steps * batch) / seconds);
  }
}
for (const peer of running) peer.stop();

const own = median(running[0].rates);
const rows = running.map(({ key, name, rates }) => ({
  peer: key,
  name,
  imagesPerSecond: Math.round(median(rates) * 10) / 10,
  lowest: Math.round(Math.min(...rates) * 10) / 10,
  highest: Math.round(Math.max(...rates) * 10) / 10,
  // Turn by turn, so that what slows the machine down slows both.
  striateIs: median(rates.map((rate, round) => (running[0].rates[round] ?? own) / rate)),
}));
const start = await measureStart();

if (options.json) {
  console.log(
    JSON.stringify({
      node: process.version,
      cpu: cpus()[0]?.model,
      batch,
      threads: Number(options.threads),
      rows,
      start,
    }),
  );
} else {
  console.log(
    `\nTraining the digit CNN, batch ${batch}, ${options.threads} threads; ${cpus()[0]?.model}, Node ${process.version}`,
  );
  console.log(`${'pictures/s'.padStart(12)}${'range'.padStart(18)}${'Striate is'.padStart(14)}`);
  for (const row of rows) {
    const range = `${Math.round(row.lowest)}–${Math.round(row.highest)}`;
    const ratio = row.peer === 'striate' ? '' : `${row.striateIs.toFixed(row.striateIs < 10 ? 2 : 0)} ×`;
    const rate = row.imagesPerSecond.toFixed(row.imagesPerSecond < 100 ? 1 : 0);
    console.log(
      `${rate.padStart(12)}${range.padStart(18)}${ratio.padStart(14)}  ${row.peer === 'before' ? 'before: ' : ''}${row.name} ${row.peer.startsWith('pytorch') ? row.peer.slice(8).toUpperCase() : ''}`,
    );
  }
  console.log(
    `\nFrom process start to the end of the first training step on ${start.data}: ${start.seconds.toFixed(2)} s (median of ${start.times.length})`,
  );
}
