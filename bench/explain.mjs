// Explanations of resnet18 at 224×224, batch 1, with Striate and with captum and pytorch-grad-cam where they are installed, in
// one run and taking turns: milliseconds each, ratios (medians of the rounds), and what Grad-CAM costs on top of a prediction.
//
//   npm run bench -- explain [--rounds 7] [--threads 2] [--json]
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findPython } from './peer.mjs';
import { takeTurns } from './turns.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    threads: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
const here = dirname(fileURLToPath(import.meta.url));
const python = findPython();
const say = (line) => process.stderr.write(`${line}\n`);

async function measure(mode) {
  const peers = {
    striate: [process.execPath, [join(here, 'striateExplain.mjs'), mode, options.threads]],
    pytorch: [python, [join(here, 'peers', 'explain.py'), mode, options.threads]],
  };
  const without = (key, reason) => say(`${mode}, ${key}: not measured (${reason})`);
  const rows = await takeTurns(peers, { rounds: Number(options.rounds), first: 2, most: 50, without });
  return rows.map((row) => ({ mode, ...row }));
}

const rows = [];
for (const mode of ['forward', 'grad-cam', 'saliency', 'integrated-gradients']) rows.push(...(await measure(mode)));
if (options.json) console.log(JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, rows }));
else {
  console.log(`\nresnet18 at 224×224, ${options.threads} threads; ${cpus()[0]?.model}, Node ${process.version}`);
  for (const row of rows) {
    const ratio = row.peer === 'striate' ? '' : `Striate is ${row.striateIs.toFixed(2)} ×`;
    console.log(
      `${row.mode.padEnd(22)} ${row.milliseconds.toFixed(1).padStart(9)} ms  ${ratio.padEnd(18)} ${row.what}`,
    );
  }
  const own = (mode) => rows.find((row) => row.mode === mode && row.peer === 'striate').milliseconds;
  console.log(`Grad-CAM takes ${(own('grad-cam') / own('forward') - 1).toFixed(2)} × a prediction on top of it`);
}
