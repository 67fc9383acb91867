// Damage that keeps what a format checks first (checksums, lengths, compression), so that what lies behind is reached.
import * as zlib from 'node:zlib';
import { unzipSync, zipSync } from 'fflate';
import * as h5wasm from 'h5wasm';
import { decodeModelProto, encodeModelProto } from '../../dist/formats/onnx/modelProto.js';
import { writeHdf5 } from '../../dist/formats/keras/hdf5/hdf5File.js';
import { readTree } from '../../dist/formats/keras/hdf5/hdf5Tree.js';
import { damaged, join, writeNumber } from './damage.mjs';
import { damagedTree } from './damageTree.mjs';

const text = (bytes) => new TextDecoder().decode(bytes);
const bytesOf = (value) => new TextEncoder().encode(value);

/** zlib's crc32 came with Node 20.15; before that, PNG chunks are damaged without a new checksum. */
const checksum = (bytes) => (zlib.crc32 ? zlib.crc32(bytes) : 0);
const { deflateSync, gunzipSync, gzipSync, inflateSync } = zlib;

function pngChunks(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = [];
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    chunks.push({ type: text(bytes.subarray(at + 4, at + 8)), data: bytes.slice(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

function pngOf(signature, chunks) {
  const parts = chunks.map(({ type, data }) => {
    const body = join(bytesOf(type), data);
    const frame = new Uint8Array(8);
    new DataView(frame.buffer).setUint32(0, data.length);
    new DataView(frame.buffer).setUint32(4, checksum(body));
    return join(frame.subarray(0, 4), body, frame.subarray(4));
  });
  return join(signature, ...parts);
}

/** A PNG header that claims as many pixels as are still read, or a few more. */
function withSize(header, random) {
  const copy = header.slice();
  const [width, height] = random.pick([
    [7999, 8000],
    [8001, 8000],
    [1, 63_999_999],
    [63_999_999, 1],
    [30_000, 2000],
  ]);
  const view = new DataView(copy.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  return copy;
}

/** A PNG whose chunks are wrong and whose checksums are right; sometimes what is compressed is wrong. */
export function damagedPng(bytes, random) {
  const chunks = pngChunks(bytes);
  const at = random.below(chunks.length);
  const chunk = chunks[at];
  const action = random.below(7);
  if (action === 6) chunks[0].data = withSize(chunks[0].data, random);
  else if (action === 0) chunks.splice(at, 1);
  else if (action === 1) chunks.splice(random.below(chunks.length + 1), 0, chunk);
  else if (action === 2 && chunk.type === 'IDAT') chunk.data = deflateSync(damaged(inflateSync(chunk.data), random));
  else if (action === 3) chunks[0].data = writeNumber(chunks[0].data, random.pick([0, 4, 8, 9, 10, 11, 12]), random);
  else if (action === 4)
    chunk.type = random.pick(['IHDR', 'PLTE', 'tRNS', 'iCCP', 'eXIf', 'acTL', 'gAMA', 'zzZz', 'IEND']);
  else chunk.data = damaged(chunk.data, random);
  return pngOf(bytes.subarray(0, 8), chunks);
}

/** A JPEG with one of its segments damaged, its length kept or made to lie. */
export function damagedJpeg(bytes, random) {
  const segments = [];
  for (let at = 2; at + 4 < bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda;) {
    segments.push(at);
    at += 2 + bytes[at + 2] * 256 + bytes[at + 3];
  }
  const at = random.pick(segments);
  const length = bytes[at + 2] * 256 + bytes[at + 3];
  if (random.chance(0.3)) return writeNumber(bytes, at + 2, random);
  // Frames (SOF) say rows and columns: as many as are still read, or a few more.
  const frame = segments.find((place) => [0xc0, 0xc1, 0xc2].includes(bytes[place + 1]));
  if (frame !== undefined && random.chance(0.1)) {
    const copy = bytes.slice();
    new DataView(copy.buffer).setUint32(frame + 5, random.pick([0x1f3f1f40, 0x1f411f40, 0xffff03cf, 0x03cfffff]));
    return copy;
  }
  if (random.chance(0.2)) return join(bytes.subarray(0, at), bytes.subarray(at + 2 + length));
  const inside = damaged(bytes.subarray(at + 4, at + 2 + length), random).subarray(0, 60_000);
  const head = Uint8Array.of(bytes[at], bytes[at + 1], (inside.length + 2) >> 8, (inside.length + 2) & 255);
  return join(bytes.subarray(0, at), head, inside, bytes.subarray(at + 2 + length));
}

/** A JSON text that says other things. */
export const damagedJson = (bytes, random) => bytesOf(JSON.stringify(damagedTree(JSON.parse(text(bytes)), random)));

/** A safetensors file with another header, or the same over other bytes. */
export function damagedSafetensors(bytes, random) {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(text(bytes.subarray(8, 8 + length)));
  const metadata = header.__metadata__;
  // Half of the time what the metadata say, which is where the model is.
  if (metadata && random.chance(0.6)) header.__metadata__ = damagedTree(metadata, random);
  const json = bytesOf(JSON.stringify(metadata && random.chance(0.6) ? header : damagedTree(header, random)));
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(json.length), true);
  return join(size, json, bytes.subarray(8 + length));
}

/** A sound message that says other things. */
export function damagedOnnx(bytes, random) {
  try {
    return encodeModelProto(damagedTree(decodeModelProto(bytes, 'seed'), random, true));
  } catch {
    // It is a file of weights, or some numbers do not fit their field: damage of another kind.
    return damaged(bytes, random);
  }
}

const plain = (group) => ({
  attributes: Object.fromEntries(group.attributes),
  groups: Object.fromEntries([...group.groups].map(([name, inner]) => [name, plain(inner)])),
  arrays: Object.fromEntries(group.arrays),
});

const mapped = ({ attributes = {}, groups = {}, arrays = {} }) => ({
  attributes: new Map(Object.entries(attributes)),
  groups: new Map(Object.entries(groups).map(([name, inner]) => [name, mapped(inner)])),
  arrays: new Map(Object.entries(arrays)),
});

const trees = new Map();

/** What a sound HDF5 file holds; each is read once, here and not in a thread. */
async function treeOf(bytes) {
  const key = `${bytes.length} ${checksum(bytes)}`;
  if (!trees.has(key)) {
    await h5wasm.ready;
    trees.set(key, plain(readTree(h5wasm, bytes, [])));
  }
  return structuredClone(trees.get(key));
}

/** An HDF5 file of Keras with another configuration, other names or other arrays. */
export async function damagedHdf5(bytes, random) {
  const tree = await treeOf(bytes);
  const config = tree.attributes.model_config;
  if (config !== undefined && random.chance(0.7)) {
    tree.attributes.model_config = JSON.stringify(damagedTree(JSON.parse(config), random));
    return writeHdf5(mapped(tree));
  }
  try {
    return await writeHdf5(mapped(damagedTree(tree, random, true)));
  } catch {
    return damagedObjects(bytes, random);
  }
}

/** HDF5's headers, heaps and trees by their signatures, with odd numbers behind them. */
export function damagedObjects(bytes, random) {
  const marks = ['TREE', 'HEAP', 'SNOD', 'OHDR', 'GCOL', 'FRHP', '\x89HDF'].map((mark) => Buffer.from(mark, 'latin1'));
  const found = [];
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const mark of marks)
    for (let at = whole.indexOf(mark); at >= 0; at = whole.indexOf(mark, at + 1)) found.push(at);
  let result = bytes;
  for (let n = random.between(1, 3); n > 0; n--)
    result = writeNumber(result, random.pick(found) + 4 + random.below(60), random);
  return result;
}

/** A zip archive with one entry damaged. */
export async function damagedKeras(bytes, random) {
  const entries = unzipSync(bytes);
  const name = random.weighted([
    [6, 'config.json'],
    [1, 'metadata.json'],
    [3, 'model.weights.h5'],
  ]);
  if (random.chance(0.05)) Reflect.deleteProperty(entries, name);
  else if (random.chance(0.1)) entries[name] = damaged(entries[name], random);
  else if (name.endsWith('.json')) entries[name] = damagedJson(entries[name], random);
  else entries[name] = await (random.chance(0.5) ? damagedHdf5 : damagedObjects)(entries[name], random);
  return zipSync(entries, { level: random.pick([0, 6]) });
}

let packedZeros;

/** 16 MiB of zeros, gzipped; members of a gzip file may follow each other. */
const zeros = () => (packedZeros ??= gzipSync(new Uint8Array(2 ** 24)));

/** An IDX header with other types and sizes, packed again where it was packed. */
export function damagedIdx(bytes, random) {
  const packed = bytes[0] === 0x1f;
  const inside = packed ? gunzipSync(bytes) : bytes;
  const header = 4 + 4 * inside[3];
  // A gigabyte of zeros in a megabyte, behind what the header promises.
  if (packed && random.chance(0.02)) return join(bytes, ...Array.from({ length: 64 }, () => zeros()));
  const result = random.chance(0.6) ? writeNumber(inside, random.below(header), random) : damaged(inside, random);
  return packed ? gzipSync(result) : result;
}

/** Numbers in the first bytes, where pictures say their sizes. */
export const damagedHead = (bytes, random) => writeNumber(bytes, random.below(Math.min(bytes.length, 128)), random);

/** A file of PyTorch whose archive is sound; mostly its pickle is not. */
export function damagedTorch(bytes, random) {
  const entries = unzipSync(bytes);
  const names = Object.keys(entries);
  const name = random.chance(0.8) ? names.find((one) => one.endsWith('data.pkl')) : random.pick(names);
  if (random.chance(0.05)) Reflect.deleteProperty(entries, name);
  else entries[name] = damaged(entries[name], random);
  return zipSync(entries, { level: random.pick([0, 6]) });
}
