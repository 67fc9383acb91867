// Explanations of resnet18 at 224×224, batch 1, with Striate and with captum and pytorch-grad-cam where they are installed, in
// one run and taking turns: milliseconds each, ratios (medians of the rounds), and what Grad-CAM costs on top of a prediction.
//
//   npm run bench -- explain [--rounds 7] [--threads 2] [--json]
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findPython, median, startPeer } from './peer.mjs';

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
  const commands = {
    striate: [process.execPath, [join(here, 'striateExplain.mjs'), mode, options.threads]],
    pytorch: [python, [join(here, 'peers', 'explain.py'), mode, options.threads]],
  };
  const running = [];
  for (const [key, [command, args]] of Object.entries(commands)) {
    const peer = await startPeer(command, args);
    if (peer.reason) {
      say(`${mode}, ${key}: not measured (${peer.reason})`);
      continue;
    }
    await peer.train(2);
    const { seconds } = await peer.train(1);
    running.push({ key, ...peer, steps: Math.max(1, Math.min(50, Math.round(1 / seconds))), times: [] });
  }
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const peer of running) {
      const { seconds } = await peer.train(peer.steps);
      peer.times.push((1000 * seconds) / peer.steps);
    }
  }
  for (const peer of running) peer.stop();
  const own = running.find(({ key }) => key === 'striate').times;
  return running.map(({ key, name, times }) => ({
    mode,
    peer: key,
    what: name,
    milliseconds: median(times),
    striateIs: median(times.map((time, round) => time / own[round])),
  }));
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
