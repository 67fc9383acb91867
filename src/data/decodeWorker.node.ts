import { parentPort, workerData } from 'node:worker_threads';
import { StriateError } from '../tensor/index.js';
import { decodePicture } from './decodePicture.node.js';
import type { DecodeAnswer, DecoderStart, DecodeTask, DescribedStage, SharedPixels, StageNews } from './decodeTask.js';
import type { PictureGeometry } from './pictureGeometry.js';
import { applyStage, BrokenPicture } from './pictureReader.js';
import type { Pixels, PictureTransform } from './pictureTransform.js';
import { transformFrom } from './transformTable.js';

const { stages: known, limits } = workerData as DecoderStart;
const stages: { geometry: PictureGeometry; transform: PictureTransform | undefined }[] = [];
known.forEach(addStage);

parentPort!.on('message', (message: DecodeTask | StageNews) => {
  if (!('id' in message)) addStage(message.stage);
  else void perform(message).then((answer) => parentPort!.postMessage(answer));
});

function addStage({ geometry, transform }: DescribedStage): void {
  stages.push({ geometry, transform: transform && transformFrom(transform) });
}

async function perform(task: DecodeTask): Promise<DecodeAnswer> {
  const { id, stage, path, place, random, keep } = task;
  try {
    const { geometry, transform } = stages[stage];
    const pixels = task.pixels ?? (await decodePicture(path, geometry, limits));
    if (transform)
      applyStage({ geometry, transform }, pixels, { file: 0, place, random }, new Float32Array(task.batch));
    return keep && !task.pixels ? { id, pixels: shared(pixels) } : { id };
  } catch (error) {
    if (error instanceof BrokenPicture) return { id, broken: error.message };
    if (error instanceof StriateError) return { id, failed: error.message };
    return { id, failed: `${path}: cannot be read (${String(error)})` };
  }
}

function shared({ data, ...size }: Pixels): SharedPixels {
  const copy = new Uint8Array(new SharedArrayBuffer(data.length));
  copy.set(data);
  return { ...size, data: copy };
}
