// Reads damaged files of every format that Striate reads, each in a process that is watched: none may end it, keep it busy,
// take more memory than a file of that size has use for, or give another error than one that names the file.
//
//   npm run fuzz -- [--files 10000] [--from 0] [--seed 1] [--format onnx,h5] [--only 123,456] [--jobs 1] [--keep runs/fuzz] [--json]
//
// Files that fail are kept; `--only` with the same seed and formats makes and reads them again by their numbers;
// `--from` goes on with an earlier run.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileOf, formats } from './formats.mjs';
import { Choices } from './random.mjs';
import { memoryLimit, patience, Reader } from './reader.mjs';
import { makeSeeds } from './seeds.mjs';

const { values: options } = parseArgs({
  options: {
    files: { type: 'string', default: '10000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    format: { type: 'string' },
    only: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    keep: { type: 'string', default: join('runs', 'fuzz') },
    json: { type: 'boolean', default: false },
  },
});
const seed = Number(options.seed);
const only = options.format?.split(',');
const unknown = only?.find((name) => !Object.hasOwn(formats, name));
if (unknown !== undefined) {
  console.error(`fuzz: there is no format '${unknown}'; there are ${Object.keys(formats).join(', ')}`);
  process.exit(2);
}
const from = Number(options.from);
const numbers =
  options.only?.split(',').map(Number) ?? Array.from({ length: Number(options.files) - from }, (_, i) => from + i);

const failures = ['exception', 'nameless', 'crash', 'hang', 'memory'];
const rows = new Map();
const failed = [];
const started = performance.now();
let done = 0;

function note({ number, format }, { outcome, text, milliseconds, memory }) {
  const row = rows.get(format) ?? { files: 0, read: 0, refused: 0, failed: 0, slowest: 0, memory: 0 };
  rows.set(format, row);
  row.files++;
  row[failures.includes(outcome) ? 'failed' : outcome]++;
  row.slowest = Math.max(row.slowest, milliseconds / 1000);
  row.memory = Math.max(row.memory, memory);
  if (failures.includes(outcome)) failed.push({ number, format, outcome, text });
  if (options.only)
    console.error(`${number} ${format} ${outcome} ${milliseconds.toFixed(0)} ms ${memory.toFixed(0)} MiB: ${text}`);
}

function progress() {
  const seconds = (performance.now() - started) / 1000;
  const left = (seconds / done) * (numbers.length - done);
  const line = `${done} of ${numbers.length} files, ${failed.length} failures, ${Math.ceil(left)} s left`;
  if (process.stderr.isTTY) process.stderr.write(`\r${line}   ${done === numbers.length ? '\n' : ''}`);
  else if (done % 500 === 0 || done === numbers.length) process.stderr.write(`${line}\n`);
}

/** Keeps a file that failed, with what went wrong. */
function keep(reader, file, result) {
  const folder = join(options.keep, `${seed}-${file.number}-${file.format}-${result.outcome}`);
  mkdirSync(options.keep, { recursive: true });
  reader.keep(folder, file);
  const again = `npm run fuzz -- --seed ${seed} --only ${file.number}${options.format ? ` --format ${options.format}` : ''}`;
  writeFileSync(join(folder, 'failure.txt'), `${again}\ndamaged: ${file.target}\n${result.outcome}: ${result.text}\n`);
}

const seeds = await makeSeeds(only ?? Object.keys(formats));
let next = 0;

// Ctrl+C ends with the table of what was read so far.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (next = numbers.length));

async function job() {
  const reader = new Reader();
  while (next < numbers.length) {
    const number = numbers[next++];
    const file = await fileOf(number, { random: new Choices(seed, number), seeds, only });
    const result = await reader.read(file);
    note(file, result);
    if (failures.includes(result.outcome)) keep(reader, file, result);
    done++;
    progress();
  }
  await reader.close();
}

await Promise.all(Array.from({ length: Number(options.jobs) }, job));

const seconds = (performance.now() - started) / 1000;
const table = Object.keys(formats).flatMap((format) => (rows.has(format) ? [{ format, ...rows.get(format) }] : []));
if (options.json) console.log(JSON.stringify({ seed, seconds, rows: table, failed }));
else {
  const cells = (...values) =>
    values.map((value, i) => (i === 0 ? String(value).padEnd(13) : String(value).padStart(11))).join('');
  console.log(cells('format', 'files', 'read', 'refused', 'failed', 'slowest', 'memory'));
  const total = { format: 'all', files: 0, read: 0, refused: 0, failed: 0, slowest: 0, memory: 0 };
  for (const row of table) {
    for (const key of ['files', 'read', 'refused', 'failed']) total[key] += row[key];
    for (const key of ['slowest', 'memory']) total[key] = Math.max(total[key], row[key]);
  }
  for (const { format, files, read, refused, failed: bad, slowest, memory } of [...table, total]) {
    console.log(cells(format, files, read, refused, bad, `${slowest.toFixed(1)} s`, `${memory.toFixed(0)} MiB`));
  }
  console.log(`${seconds.toFixed(0)} s; limits: ${patience} s and ${memoryLimit} MiB more for a file; seed ${seed}`);
  for (const { number, format, outcome, text } of failed.slice(0, 40)) {
    console.log(`\n${format} ${number}: ${outcome}: ${text.split('\n').slice(0, 6).join('\n')}`);
  }
  if (failed.length) console.log(`\n${failed.length} files failed; they are in ${options.keep}`);
}
process.exit(failed.length > 0 ? 1 : 0);
