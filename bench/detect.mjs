// ssdlite320_mobilenet_v3_large: what it finds in a frame of 640×480, picture preparation and decoding included, and training
// steps of eight pictures of 320×320 with three things each, beside PyTorch in channels last, in turns.
//
//   npm run bench -- detect [--rounds 7] [--only detect|train] [--threads 2] [--json]
//   npm run bench -- detect --scenes …    how well and in what time scenes are learned (scenes.mjs)
//   npm run bench -- detect --pets …      the same of fifty boxes (pets.mjs)
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findPython } from './peer.mjs';
import { takeTurns } from './turns.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [first, ...rest] = process.argv.slice(2);
const other = { '--scenes': 'scenes.mjs', '--pets': 'pets.mjs' }[first];
if (other) process.exit(spawnSync(process.execPath, [join(here, other), ...rest], { stdio: 'inherit' }).status ?? 1);

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    threads: { type: 'string', default: '2' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const { threads } = options;

async function measure(mode) {
  const peers = {
    striate: [process.execPath, [join(here, 'striateDetect.mjs'), mode, threads]],
    pytorch: [findPython(), [join(here, 'peers', 'detect.py'), mode, threads]],
  };
  const without = (key, reason) => process.stderr.write(`${mode}, ${key}: not measured (${reason})\n`);
  const rows = await takeTurns(peers, { rounds: Number(options.rounds), first: 3, without });
  return rows.map((row) => ({ mode, ...row }));
}

const modes = ['detect', 'train'].filter((mode) => !options.only || options.only === mode);
const rows = [];
for (const mode of modes) rows.push(...(await measure(mode)));
if (options.json) console.log(JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, threads, rows }));
else {
  const titles = { detect: 'a frame of 640×480 (target 120 ms)', train: 'training, batch 8 (target 0.7 ×)' };
  for (const mode of modes) {
    console.log(`\nssdlite320_mobilenet_v3_large, ${titles[mode]}; ${cpus()[0]?.model}, ${threads} threads`);
    for (const row of rows.filter((each) => each.mode === mode)) {
      const range = `${row.lowest.toFixed(1)}–${row.highest.toFixed(1)}`;
      const ratio = row.peer === 'striate' ? '' : `Striate is ${row.striateIs.toFixed(2)} ×`;
      const memory = `${row.memory.toFixed(0)} MiB`;
      console.log(
        `${row.milliseconds.toFixed(1).padStart(9)} ms ${range.padStart(17)} ${memory.padStart(9)}  ${ratio.padEnd(18)} ${row.what}`,
      );
    }
  }
}
