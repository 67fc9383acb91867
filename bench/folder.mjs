// Trains the small cats-dogs CNN at 150×150 from a folder of photos, decoded and fully augmented, and on the same pictures
// in memory, in processes of their own that take turns: pictures a second, ratios of the turns, peak memory. Then the peak
// of an epoch with its validation at several batch sizes, and the time to the first step in a folder of 100,000 files.
//
//   npm run bench -- folder [--only speed|peak|start] [--rounds 5] [--steps 6] [--batch 20] [--threads 2] [--files 100000]
//
// The photos are those of cats-dogs in STRIATE_DATA.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, startPeer } from './peer.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    steps: { type: 'string', default: '6' },
    batch: { type: 'string', default: '20' },
    threads: { type: 'string', default: '2' },
    files: { type: 'string', default: '100000' },
  },
});
const photos = join(process.env.STRIATE_DATA ?? '', 'cats-dogs');
if (!existsSync(photos)) {
  console.error('bench folder: not measured (STRIATE_DATA has no cats-dogs)');
  process.exit(0);
}
const peer = join(dirname(fileURLToPath(import.meta.url)), 'folderPeer.mjs');
const wanted = (part) => options.only === undefined || options.only === part;

if (wanted('speed')) await speed();
if (wanted('peak'))
  for (const batch of [20, 32, 64])
    console.log(
      `batch ${batch}: ${once(batch, photos, 'peak').memory.toFixed(0)} MiB at the peak of an epoch and its validation`,
    );
if (wanted('start')) start();

async function speed() {
  const modes = {
    memory: 'in memory',
    augmented: 'in memory, augmented',
    first: 'folder, first epoch',
    later: 'folder, later epochs',
  };
  const running = [];
  for (const mode of Object.keys(modes)) {
    const child = await startPeer(process.execPath, [peer, options.batch, options.threads, photos, mode]);
    if (child.reason) throw new Error(`${mode}: ${child.reason}`);
    await child.train(2);
    running.push({ mode, ...child, rates: [], memory: 0 });
  }
  const pictures = Number(options.steps) * Number(options.batch);
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const each of running) {
      const { seconds, memory } = await each.train(Number(options.steps));
      each.rates.push(pictures / seconds);
      each.memory = memory;
    }
  }
  console.log(`batch ${options.batch}, ${options.threads} threads, medians of ${options.rounds} rounds`);
  for (const { mode, rates, memory, stop } of running) {
    stop();
    const ratio = median(rates.map((rate, round) => rate / running[0].rates[round]));
    const share = mode === 'memory' ? '' : `${(100 * ratio).toFixed(0)} %`;
    console.log(
      `${modes[mode].padEnd(22)}${median(rates).toFixed(1).padStart(8)} pictures/s${share.padStart(8)}${memory.toFixed(0).padStart(7)} MiB`,
    );
  }
}

/** Links to the photos, as many as asked for; a file of a file system can have a limited number of links. */
function start() {
  const folder = mkdtempSync(join(tmpdir(), 'striate-folder-'));
  try {
    const files = Number(options.files);
    for (const name of ['cats', 'dogs']) {
      mkdirSync(join(folder, name));
      const seeds = readdirSync(join(photos, 'train', name)).slice(0, 200);
      seeds.forEach((seed, i) => copyFileSync(join(photos, 'train', name, seed), join(folder, name, `${i}.jpg`)));
      for (let i = seeds.length; i < files / 2; i++) {
        linkSync(join(folder, name, `${i % seeds.length}.jpg`), join(folder, name, `${i}.jpg`));
      }
    }
    const times = Array.from({ length: 3 }, () => once(options.batch, folder, 'start'));
    console.log(
      `${files.toLocaleString('en-US')} files: first step after ${median(times.map(({ seconds }) => seconds)).toFixed(2)} s, ` +
        `${median(times.map(({ memory }) => memory)).toFixed(0)} MiB (medians of 3)`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function once(batch, folder, mode) {
  const child = spawnSync(process.execPath, [peer, `${batch}`, options.threads, folder, mode], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`${mode}: ${child.stderr}`);
  return JSON.parse(child.stdout.trim().split('\n').at(-1));
}
