// Reads one damaged file the way a user does; gives what became of it.
import { basename, join } from 'node:path';
import * as striate from '../../dist/index.node.js';
import { chain } from './seedModels.mjs';

const { StriateError, Tensor } = striate;
const size = (shape) => shape.reduce((product, n) => product * n, 1);

/** What a model may hold to be run: small ones for their results, impossible ones for their refusal; others take too long. */
const small = 4e6;
const impossible = 2 ** 33;

let engine;

/** Two examples of zeros through a model; the engine is shared, as opening one takes longer than all else. */
async function predictTwo(model) {
  const { layers, flops, parameters } = model.summarize();
  const numbers =
    2 * Math.max(...model.inputs.map(({ shape }) => size(shape)), ...layers.map(({ output }) => size(output)));
  const isSmall = numbers < small && flops < 100 * small && parameters < small;
  if (!isSmall && !(numbers > impossible)) return 'not run: too large';
  engine ??= await striate.openEngine('wasm', { threads: 1 });
  model.useEngine({ engine });
  const inputs = model.inputs.map(({ shape }) => {
    if (2 * size(shape) > small) return undefined;
    return new Tensor('float32', [2, ...shape], new Float32Array(2 * size(shape)).fill(0.5));
  });
  if (inputs.includes(undefined)) return 'not run: too large an input';
  try {
    await model.predictAll(inputs.length === 1 ? inputs[0] : inputs);
    return 'run';
  } finally {
    await model.dispose();
  }
}

async function readPictures(folder, { target, number }) {
  const options = { size: [16, 16], validationSplit: 0, cache: 'none', workers: number % 32 === 0 ? 1 : 0 };
  const attempt = async (strict) => {
    const { train } = await striate.imageFolder(folder, { ...options, strict });
    try {
      await train.fill(
        Int32Array.from({ length: train.size }, (_, i) => i),
        new Float32Array(train.size * 768),
        new Int32Array(train.size),
      );
      return train.skippedLine;
    } finally {
      await train.close();
    }
  };
  const line = await attempt(false);
  if (line !== undefined && !line.includes(target)) throw new Error(`skipped without the file's name: ${line}`);
  let refusal;
  try {
    await attempt(true);
  } catch (error) {
    refusal = error;
  }
  if (Boolean(refusal) !== (line !== undefined)) {
    throw new Error(`skipped: ${line ?? 'no'}; read strictly: ${refusal?.message ?? 'without an error'}`);
  }
  if (refusal) throw refusal;
  return 'read';
}

async function readIdx(folder) {
  const { train, test } = await striate.loadMnist(folder);
  for (const set of [train, test])
    await set.fill([0, set.size - 1], new Float32Array(2 * size(set.inputShape)), new Int32Array(2));
  return 'read';
}

async function readCifar(folder) {
  const { train, test } = await striate.loadCifar10(folder);
  for (const set of [train, test]) await set.fill([0, set.size - 1], new Float32Array(2 * 3072), new Int32Array(2));
  return 'read';
}

/** Several ways to read the same file: a mistake in any counts, refusals count where all refuse. */
async function allWays(...ways) {
  const results = [];
  for (const way of ways) results.push(...(await Promise.allSettled([way()])));
  const unforeseen = results.find(({ reason }) => reason !== undefined && !(reason instanceof StriateError));
  const chosen = unforeseen ?? results.find(({ status }) => status === 'fulfilled') ?? results[0];
  if (chosen.status === 'rejected') throw chosen.reason;
  return chosen.value;
}

/** An error of a model that was read: it knows the layer, not the file. */
const whenRun = (error) => {
  throw error instanceof StriateError ? Object.assign(error, { whenRun: true }) : error;
};

const imported = (name, folder, target) => async () => {
  const model = await striate[name](join(folder, target));
  return predictTwo(model).catch(whenRun);
};

/** Goes on with a training from a checkpoint, for an epoch of one batch. */
const resumed = (path) => async () => {
  const model = await striate.loadModel(path);
  const [{ shape }] = model.inputs;
  const { flops, parameters } = model.summarize();
  const isSmall = size(shape) < 1e4 && flops < 1e7 && parameters < 1e5;
  if (!model.trainingState || !isSmall) return 'no small checkpoint';
  engine ??= await striate.openEngine('wasm', { threads: 1 });
  model.useEngine({ engine });
  const x = new Tensor('float32', [4, ...shape], new Float32Array(4 * size(shape)).fill(0.5));
  const options = { epochs: 2, batchSize: 4, verbose: 0, resumeFrom: path };
  try {
    await model.fit(x, Int32Array.of(0, 1, 2, 0), options).catch(whenRun);
    return 'resumed';
  } finally {
    await model.dispose();
  }
};

/** As a model, and every fourth file also as weights: each takes a thread that loads the HDF5 library. */
const kerasFile = (folder, { target, number }, options) =>
  number % 4 === 0
    ? allWays(imported('importKeras', folder, target), () =>
        striate.loadKerasWeights(chain(), join(folder, target), options),
      )
    : imported('importKeras', folder, target)();

const readers = {
  onnx: (folder) => imported('importOnnx', folder, 'damaged.onnx')(),
  keras: (folder, file) => kerasFile(folder, file, { strict: false }),
  h5: (folder, file) => kerasFile(folder, file, {}),
  tfjs: (folder) => imported('importTfjs', folder, 'model.json')(),
  safetensors: (folder, { target }) =>
    allWays(
      imported('loadModel', folder, target),
      () => chain().loadWeights(join(folder, target)),
      resumed(join(folder, target)),
    ),
  torch: async (folder, { target }) => {
    await chain('net.').loadWeights(join(folder, target));
    return 'read';
  },
  idx: readIdx,
  cifar: readCifar,
};

/** Whether a message tells which file is meant: the damaged one, another of its set, or their folder. */
const namesFile = (message, folder, { files }) =>
  message.includes(folder) || files.some((path) => message.includes(basename(path)));

/** Reads a file and says how it went: `read`, `refused` as it should be, or a failure and of which kind. */
export async function readDamaged(folder, file) {
  try {
    return { outcome: 'read', text: await (readers[file.format] ?? readPictures)(folder, file) };
  } catch (error) {
    if (!(error instanceof StriateError)) return { outcome: 'exception', text: String(error?.stack ?? error) };
    if (error.whenRun || namesFile(error.message, folder, file)) return { outcome: 'refused', text: error.message };
    return { outcome: 'nameless', text: error.message };
  }
}
