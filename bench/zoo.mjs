// Batch-1 inference at 224×224 and training of the zoo's architectures with Striate and with whichever peers are
// installed, in one run and taking turns: milliseconds a step and ratios (medians of the rounds), and peak memory.
//
//   npm run bench:zoo -- [--rounds 7] [--only predict|train] [--model resnet18] [--before CHECKOUT] [--threads 2] [--json]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findPython } from './peer.mjs';
import { takeTurns } from './turns.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    threads: { type: 'string', default: '2' },
    only: { type: 'string' },
    model: { type: 'string' },
    before: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const here = dirname(fileURLToPath(import.meta.url));
const say = (line) => process.stderr.write(`${line}\n`);
const python = findPython();
const { threads } = options;

/** What is measured: architecture, mode, batch. */
const tasks = [
  ['resnet18', 'predict', 1],
  ['mobilenet_v2', 'predict', 1],
  ['squeezenet1_1', 'predict', 1],
  ['resnet18', 'train', 8],
  ['vgg16', 'train', 8],
];

const folder = mkdtempSync(join(tmpdir(), 'striate-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function exportOnnx(name) {
  const file = join(folder, `${name}.onnx`);
  const { status } = spawnSync(python, [join(here, 'peers', 'zoo.py'), name, 'export', file], { stdio: 'ignore' });
  if (status !== 0) say(`${name}: no ONNX file (PyTorch makes it), so onnxruntime is not measured`);
  return file;
}

function peersOf(name, mode, batch) {
  const common = [name, mode, String(batch), threads];
  const pytorch = (layout) => [python, [join(here, 'peers', 'zoo.py'), ...common, layout]];
  const own = {
    striate: [process.execPath, [join(here, 'striateZoo.mjs'), ...common]],
    ...(options.before && {
      before: [process.execPath, [join(resolve(options.before), 'bench', 'striateZoo.mjs'), ...common]],
    }),
  };
  if (mode === 'train') return { ...own, 'pytorch-nhwc': pytorch('nhwc'), 'pytorch-nchw': pytorch('nchw') };
  const file = exportOnnx(name);
  const onnxruntime = (kind) => [process.execPath, [join(here, 'peers', 'onnxruntime.mjs'), file, kind, threads]];
  return {
    ...own,
    'onnxruntime-web': onnxruntime('web'),
    'onnxruntime-node': onnxruntime('node'),
    'pytorch-nhwc': pytorch('nhwc'),
    'pytorch-nchw': pytorch('nchw'),
  };
}

async function measure(name, mode, batch) {
  const without = (key, reason) => say(`${name} ${mode}, ${key}: not measured (${reason})`);
  const turns = { rounds: Number(options.rounds), first: 2, most: 200, without };
  const rows = await takeTurns(peersOf(name, mode, batch), turns);
  return rows.map((row) => ({ model: name, mode, batch, ...row }));
}

const rows = [];
for (const [name, mode, batch] of tasks) {
  if ((options.only && options.only !== mode) || (options.model && options.model !== name)) continue;
  say(`${name}, ${mode}, batch ${batch} …`);
  rows.push(...(await measure(name, mode, batch)));
}
if (options.json) console.log(JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, threads, rows }));
else {
  console.log(`\nThe zoo at 224×224, ${threads} threads; ${cpus()[0]?.model}, Node ${process.version}`);
  let title = '';
  for (const row of rows) {
    const heading = `${row.model}, ${row.mode}, batch ${row.batch}`;
    if (heading !== title) console.log(`\n${(title = heading)}`);
    const range = `${row.lowest.toFixed(1)}–${row.highest.toFixed(1)}`;
    const ratio = row.peer === 'striate' ? '' : `Striate is ${row.striateIs.toFixed(2)} ×`;
    console.log(
      `${row.milliseconds.toFixed(1).padStart(9)} ms ${range.padStart(17)} ${`${row.memory.toFixed(0)} MiB`.padStart(9)}  ` +
        `${ratio.padEnd(18)} ${row.peer === 'before' ? 'before: ' : ''}${row.what}`,
    );
  }
}
