// A new classifier on SqueezeNet's features of cats and dogs, solved by fitHead and by scikit-learn: the time of the features, that
// of choosing the penalty and solving, and how many validation photos come out right. scikit-learn gets the same features, penalties
// and number of folds, and takes turns; with the penalty that Striate chose, its solution is also compared by itself.
//
//   npm run bench -- head [--seeds 3] [--draws 10] [--few 40,32] [--features FOLDER] [--threads 2]
//
// --features keeps the features in a folder, and takes them from there the next time. The photos and the ONNX file are those of
// STRIATE_DATA; scikit-learn is looked for in STRIATE_BENCH_PYTHON.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fitHead, layers, openDataSet, openModel, prepareTransfer, Random, sequential, Tensor } from 'striate';
import { findPython, median, startPeer } from './peer.mjs';

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    draws: { type: 'string', default: '10' },
    few: { type: 'string', default: '40,32' },
    features: { type: 'string' },
    threads: { type: 'string', default: '2' },
  },
});
const network = join(process.env.STRIATE_DATA ?? '', 'pretrained', 'squeezenet1_1-imagenet.onnx');
if (!existsSync(network) || !existsSync(join(process.env.STRIATE_DATA, 'cats-dogs'))) {
  console.error(
    'bench head: not measured (STRIATE_DATA has no cats-dogs, or no pretrained/squeezenet1_1-imagenet.onnx)',
  );
  process.exit(0);
}
const folder = options.features ?? mkdtempSync(join(tmpdir(), 'striate-head-'));
try {
  if (!existsSync(join(folder, 'features.json'))) await writeFeatures();
  await compare();
} finally {
  if (options.features === undefined) rmSync(folder, { recursive: true, force: true });
}

/** The photos' way through the network, which both sides share. */
async function writeFeatures() {
  mkdirSync(folder, { recursive: true });
  const opened = await openModel(network);
  const photos = await openDataSet('cats-dogs', { pictures: { inputShape: opened.model.inputs[0].shape } });
  const { model, data } = await prepareTransfer(opened, photos, { threads: Number(options.threads), seed: 1 });
  const bytes = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (const [name, set] of Object.entries({ train: data.train, test: data.test })) {
    const began = performance.now();
    const features = await model.embedding.predict(set, { batchSize: 64 });
    const seconds = (performance.now() - began) / 1000;
    console.log(
      `features of ${set.size} photos (${name}): ${seconds.toFixed(1)} s, ${(set.size / seconds).toFixed(0)} a second`,
    );
    writeFileSync(join(folder, `${name}.f32`), bytes(features.data));
    writeFileSync(join(folder, `${name}.i32`), bytes(await labelsOf(set)));
    if (name === 'train') writeFileSync(join(folder, 'features.json'), JSON.stringify({ width: features.shape[1] }));
  }
  await model.dispose();
}

async function labelsOf(set) {
  const labels = new Int32Array(set.size);
  const picture = new Float32Array(set.inputShape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < set.size; i++) await set.fill([i], picture, labels.subarray(i, i + 1));
  return labels;
}

async function compare() {
  const { width } = JSON.parse(readFileSync(join(folder, 'features.json'), 'utf8'));
  const [train, test] = ['train', 'test'].map((name) => readSet(name, width));
  const python = process.env.STRIATE_BENCH_PYTHON ?? findPython();
  const script = join(dirname(fileURLToPath(import.meta.url)), 'peers', 'logistic.py');
  // As many threads as Striate's features had.
  process.env.OMP_NUM_THREADS ??= options.threads;
  const peer = await startPeer(python, [script, folder]);
  if (peer.reason) console.log(`scikit-learn is not measured (${peer.reason})`);
  else console.log(peer.name);
  const all = Array.from(train.labels.keys());
  const problems = [
    ['all', Array.from({ length: Number(options.seeds) }, (_, i) => ({ rows: all, seed: i + 1 }))],
    ...options.few
      .split(',')
      .map((few) => [
        few,
        Array.from({ length: Number(options.draws) }, (_, draw) => ({
          rows: drawn(train.labels, Number(few), draw),
          seed: draw + 1,
        })),
      ]),
  ];
  for (const [name, runs] of problems) {
    const [own, others] = [[], []];
    for (const run of runs) {
      own.push(await solve(train, test, run));
      if (!peer.reason) others.push(await peer.train({ ...run, C: own.at(-1).C }));
    }
    const count = runs[0].rows.length;
    const accuracies = (results, key = 'accuracy') => results.map((one) => one[key]);
    console.log(
      `\n${name === 'all' ? `all ${count} photos, ${runs.length} seeds` : `${count} photos, ${runs.length} draws`}`,
    );
    console.log(`  Striate       ${told(accuracies(own))}, ${median(own.map((one) => one.seconds)).toFixed(3)} s`);
    if (others.length === 0) continue;
    const ratio = median(own.map(({ seconds }, i) => others[i].seconds / seconds));
    console.log(
      `  scikit-learn  ${told(accuracies(others))}, ${median(others.map((one) => one.seconds)).toFixed(3)} s; Striate is ${ratio.toFixed(2)} ×`,
    );
    const apart = own.map(({ accuracy }, i) => Math.abs(accuracy - others[i].same));
    console.log(
      `  at the same C ${told(accuracies(others, 'same'))}; at most ${(100 * Math.max(...apart)).toFixed(1)} points apart`,
    );
  }
  if (!peer.reason) peer.stop();
}

function readSet(name, width) {
  const bytes = (kind) => Uint8Array.from(readFileSync(join(folder, `${name}.${kind}`))).buffer;
  return { data: new Float32Array(bytes('f32')), labels: new Int32Array(bytes('i32')), width };
}

/** So many rows, the same number of each class. */
function drawn(labels, count, seed) {
  const random = new Random([seed, count]);
  return [0, 1].flatMap((label) => {
    const rows = Int32Array.from([...labels.keys()].filter((i) => labels[i] === label));
    random.shuffle(rows);
    return [...rows.subarray(0, count / 2)];
  });
}

async function solve(train, test, { rows, seed }) {
  const { width } = train;
  const x = new Float32Array(rows.length * width);
  rows.forEach((row, i) => x.set(train.data.subarray(row * width, (row + 1) * width), i * width));
  const y = Int32Array.from(rows, (row) => train.labels[row]);
  const model = sequential({ layers: [layers.flatten({ inputShape: [width] }), layers.dense({ units: 2 })], seed });
  const tensors = (data, labels) => [
    new Tensor('float32', [labels.length, width], data),
    new Tensor('int32', [labels.length], labels),
  ];
  const found = await fitHead(model, tensors(x, y), {
    validationData: tensors(test.data, test.labels),
    seed,
    verbose: 0,
  });
  await model.dispose();
  return {
    C: found.C,
    accuracy: found.validation.accuracy,
    seconds: found.seconds.crossValidation + found.seconds.solving,
  };
}

function told(accuracies) {
  const mean = accuracies.reduce((sum, one) => sum + one, 0) / accuracies.length;
  const spread = [Math.min(...accuracies), Math.max(...accuracies)].map((one) => (100 * one).toFixed(1)).join(' to ');
  return `${(100 * mean).toFixed(1)} % right (${spread})`;
}
