import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { decodePicture } from '../../pictures/decodePicture.js';
import { isShortage, reasonOf, systemFailure } from '../../platform/systemErrors.js';
import { StriateError } from '../../tensor/index.js';
import type { DecodeAnswer, DecoderStart, DecodeTask, DescribedStage, SharedPixels, AddedStage } from './decodeTask.js';
import type { PictureGeometry } from '../../pictures/pictureGeometry.js';
import { bytesProblem } from '../../pictures/pictureHeader.js';
import { applyStage, BrokenPicture } from '../../pictures/pictureReader.js';
import { PictureStore, type PictureSlot } from './pictureStore.node.js';
import type { Pixels, PictureTransform } from '../../pictures/pictureTransform.js';
import { transformFrom } from './transformFrom.js';

const { stages: known, limits, store: handle } = workerData as DecoderStart;
const store = handle && new PictureStore(handle);
/** The buffer that cached pictures are read into; each is used before the next is read. */
let memory = new Uint8Array(0);
const stages: { geometry: PictureGeometry; transform: PictureTransform | undefined }[] = [];
known.forEach(addStage);

parentPort!.on('message', (message: DecodeTask | AddedStage) => {
  if (!('id' in message)) addStage(message.stage);
  else void perform(message).then((answer) => parentPort!.postMessage(answer));
});

function addStage({ geometry, transform }: DescribedStage): void {
  stages.push({ geometry, transform: transform && transformFrom(transform) });
}

async function perform(task: DecodeTask): Promise<DecodeAnswer> {
  const { id, stage, path, place, random, keep, write, slot } = task;
  try {
    const { geometry, transform } = stages[stage];
    await transform?.ready?.();
    const kept = task.pixels ?? (slot && stored(slot));
    const pixels = kept ?? (await decodePicture(bytesNow(path), geometry, limits));
    if (transform)
      applyStage({ geometry, transform }, pixels, { place, random }, new Float32Array(task.batch, task.begin));
    const written = write && !kept ? store?.write(pixels) : undefined;
    return { id, pixels: keep && !task.pixels ? shared(pixels) : undefined, slot: written };
  } catch (error) {
    if (error instanceof BrokenPicture) return { id, broken: error.message };
    if (error instanceof StriateError) return { id, failed: error.parts };
    return { id, failed: { where: path, rule: `cannot be read (${String(error)})` } };
  }
}

function stored(slot: PictureSlot): Pixels | undefined {
  const bytes = slot.width * slot.height * slot.channels;
  if (memory.length < bytes) memory = new Uint8Array(bytes);
  return store?.read(slot, memory);
}

function shared({ data, ...size }: Pixels): SharedPixels {
  const copy = new Uint8Array(new SharedArrayBuffer(data.length));
  copy.set(data);
  return { ...size, data: copy };
}

/** A file's bytes, read synchronously: a tenth of the work, as nothing is passed between threads. */
function bytesNow(path: string): Uint8Array {
  try {
    const file = openSync(path, 'r');
    try {
      const problem = bytesProblem(fstatSync(file).size, limits);
      if (problem) throw new BrokenPicture(problem);
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof BrokenPicture) throw error;
    // Nothing is wrong with the file where the system is short of something.
    if (isShortage(error)) throw systemFailure(path, error);
    throw new BrokenPicture(`it cannot be read (${reasonOf(error)})`);
  }
}
