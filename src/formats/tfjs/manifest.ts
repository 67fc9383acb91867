import { float16 } from '../../tensor/float16.js';
import { isWhole } from '../../tensor/check.js';
import { sizeOf, StriateError } from '../../tensor/index.js';
import { isJson, type Json } from '../keras/json.js';

/** One tensor of a TensorFlow.js model. */
export interface ManifestTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Reads a piece of a model: a file beside its `model.json`. */
export type ReadShard = (path: string) => Promise<Uint8Array>;

interface Encoding {
  readonly bytes: number;
  read(view: DataView, offset: number): number;
}

/** How the numbers of each type lie in the files. */
const encodings: Readonly<Record<string, Encoding>> = {
  float32: { bytes: 4, read: (view, offset) => view.getFloat32(offset, true) },
  float16: { bytes: 2, read: (view, offset) => float16(view.getUint16(offset, true)) },
  int32: { bytes: 4, read: (view, offset) => view.getInt32(offset, true) },
  uint16: { bytes: 2, read: (view, offset) => view.getUint16(offset, true) },
  uint8: { bytes: 1, read: (view, offset) => view.getUint8(offset) },
  bool: { bytes: 1, read: (view, offset) => view.getUint8(offset) },
};

function encodingOf(type: unknown, name: string, file: string): Encoding {
  if (typeof type === 'string' && Object.hasOwn(encodings, type)) return encodings[type];
  throw new StriateError({
    where: file,
    rule: `weight '${name}' is of the type '${String(type)}', which cannot be read here`,
    advice: `known are ${Object.keys(encodings).join(', ')}`,
  });
}

/**
 * Reads the tensors of a `weightsManifest`: float32 and integers as they are, quantized ones (uint8, uint16, float16) as the
 * numbers that they encode.
 *
 * @throws StriateError that names the file, when the manifest is damaged or its files hold more or less than it says.
 */
export async function readManifest(manifest: unknown, read: ReadShard, file: string): Promise<ManifestTensor[]> {
  const damaged = (what: string): StriateError =>
    new StriateError({
      where: file,
      rule: `the weightsManifest is damaged: ${what}`,
      advice: 'use another copy of the file',
    });
  if (!Array.isArray(manifest)) throw damaged('it is not a list');
  const tensors: ManifestTensor[] = [];
  for (const group of manifest as readonly unknown[]) {
    if (!isJson(group) || !isTexts(group.paths) || !Array.isArray(group.weights))
      throw damaged('a group lacks paths or weights');
    const shards: Uint8Array[] = [];
    for (const path of group.paths) shards.push(await read(path));
    const bytes = joined(shards);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let offset = 0;
    for (const entry of group.weights as readonly unknown[]) {
      if (!isJson(entry) || typeof entry.name !== 'string') throw damaged('a weight has no name');
      const { name, shape } = entry;
      if (!isShape(shape)) throw damaged(`weight '${name}' has no shape`);
      const quantized: Json | undefined = isJson(entry.quantization) ? entry.quantization : undefined;
      const encoding = encodingOf(quantized?.dtype ?? entry.dtype, name, file);
      const count = sizeOf(shape);
      if (!(offset + count * encoding.bytes <= bytes.length)) {
        throw damaged(`its files end inside weight '${name}' (${bytes.length} bytes)`);
      }
      const { scale = 1, min = 0 } = quantized ?? {};
      if (typeof scale !== 'number' || typeof min !== 'number')
        throw damaged(`weight '${name}' has an odd quantization`);
      const data = new Float32Array(count);
      for (let i = 0; i < count; i++) data[i] = encoding.read(view, offset + i * encoding.bytes) * scale + min;
      offset += count * encoding.bytes;
      tensors.push({ name, shape, data });
    }
    if (offset !== bytes.length) throw damaged(`its files hold ${bytes.length} bytes, its weights take ${offset}`);
  }
  return tensors;
}

function joined(shards: readonly Uint8Array[]): Uint8Array {
  if (shards.length === 1) return shards[0];
  const whole = new Uint8Array(shards.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const shard of shards) {
    whole.set(shard, offset);
    offset += shard.length;
  }
  return whole;
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

const isShape = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((size) => isWhole(size, 0));
