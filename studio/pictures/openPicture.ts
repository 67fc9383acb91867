import { StriateError } from 'striate';
import { dataFile } from '../server/studioServer.js';
import { keptFile } from '../storage/contents.js';
import { builtInPicture } from './builtIn.js';
import type { StudioPicture } from './picture.js';
import { say } from './strings.js';

/** The longest side to which pictures of files are made smaller where numbers are to be read from them. */
export const usualSide = 128;

/**
 * The picture of a name in an address: built in (`x`, `digit-7`), drawn (`draw:9:…`), kept in this browser (`file:HASH`), or of
 * the server's data (`data:photos/owl.jpg`).
 *
 * @throws StriateError where there is none, with what to do.
 */
export async function openPicture(name: string, side = usualSide): Promise<StudioPicture> {
  const known = builtInPicture(name);
  if (known) return known;
  return decodeColours(name, await pictureBlob(name), side);
}

/** The file of a picture, for models, which prepare pictures by themselves: `classify(model, await pictureBlob(name))`. */
export async function pictureBlob(name: string): Promise<Blob> {
  if (name.startsWith('data:')) return dataFile(name.slice('data:'.length));
  if (name.startsWith('file:')) {
    const kept = await keptFile(name.slice('file:'.length));
    if (kept) return kept.blob;
    throw new StriateError({ where: say.picture, rule: say.notHere, advice: say.dropIt });
  }
  throw new StriateError({ where: say.picture, rule: say.noSuchPicture, received: name, advice: say.pickOne });
}

async function decodeColours(name: string, blob: Blob, side: number): Promise<StudioPicture> {
  const bitmap = await createImageBitmap(blob).catch(() => {
    throw new StriateError({ where: say.picture, rule: say.notAPicture, advice: say.formats });
  });
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((n) => Math.max(1, Math.round(n * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return coloursOf(name, context.getImageData(0, 0, width, height));
}

/** A picture of what is on a canvas. */
export function coloursOf(name: string, { data: rgba, width, height }: ImageData): StudioPicture {
  const data = new Float32Array(width * height * 3);
  for (let i = 0, k = 0; i < rgba.length; i += 4) {
    for (let c = 0; c < 3; c++) data[k++] = rgba[i + c];
  }
  return { name, height, width, channels: 3, data, low: 0, high: 255, kind: 'photo' };
}
