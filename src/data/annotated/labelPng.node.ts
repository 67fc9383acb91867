import { inflateSync } from 'node:zlib';
import type { LabelMap } from '../../measures/evaluateSegmentation.js';

/** How many numbers a pixel has, by the kind of colours that a PNG file has; kinds of which a number is a class. */
const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * The numbers of a PNG file's pixels as they are stored: of files with a palette, their places in it, which decoders of pictures turn
 * into colours. Of more than one number a pixel the first is taken.
 *
 * @returns a text that says why, where the file is none of these
 */
export function readLabelPng(bytes: Uint8Array): LabelMap | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33 || view.getUint32(0) !== 0x89504e47) return 'it is no PNG file';
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, colours, , , interlaced] = bytes.subarray(24, 29);
  const channels = channelsOf[colours];
  if (!channels || interlaced || ![1, 2, 4, 8].includes(depth)) {
    return `its pixels are stored in a way that is not read (kind ${colours}, ${depth} bits${interlaced ? ', interlaced' : ''})`;
  }
  if (width * height > 64e6) return `it has ${width} × ${height} pixels`;
  const parts: Uint8Array[] = [];
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === 0x49444154) parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const rowBytes = Math.ceil((width * channels * depth) / 8);
  let packed: Uint8Array;
  try {
    packed = inflateSync(Buffer.concat(parts), { maxOutputLength: height * (rowBytes + 1) + 1 });
  } catch {
    return 'its pixels cannot be unpacked';
  }
  if (packed.length < height * (rowBytes + 1)) return 'it ends too early';
  unfilter(packed, height, rowBytes, Math.max(1, (channels * depth) >> 3));
  const data = new Uint8Array(width * height);
  const mask = (1 << depth) - 1;
  for (let y = 0; y < height; y++) {
    const row = y * (rowBytes + 1) + 1;
    for (let x = 0; x < width; x++) {
      const bit = x * channels * depth;
      data[y * width + x] = (packed[row + (bit >> 3)] >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return { height, width, data };
}

/** Undoes PNG's filters of rows, each by the byte before and the row above. */
function unfilter(packed: Uint8Array, height: number, rowBytes: number, step: number): void {
  for (let y = 0; y < height; y++) {
    const at = y * (rowBytes + 1);
    const kind = packed[at];
    for (let i = 1; i <= rowBytes; i++) {
      const left = i > step ? packed[at + i - step] : 0;
      const up = y > 0 ? packed[at + i - rowBytes - 1] : 0;
      const corner = y > 0 && i > step ? packed[at + i - rowBytes - 1 - step] : 0;
      packed[at + i] += [0, left, up, (left + up) >> 1, paeth(left, up, corner)][kind] ?? 0;
    }
  }
}

/** The neighbour that is nearest to left + up − corner. */
function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
