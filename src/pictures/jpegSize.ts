import type { PictureSize } from './pictureGeometry.js';

/** Markers that begin a frame: C0 to CF, without those for tables (C4, CC) and extensions (C8). */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const exif = [0x45, 0x78, 0x69, 0x66, 0, 0] as const;
const orientationTag = 0x0112;
const short = 3;

/**
 * The size of a JPEG file, turned as the camera noted (ITU-T T.81, Exif 2.3), from its header alone.
 *
 * @returns undefined where the file is not a JPEG, or anything about its header is unusual: then a decoder has to be asked
 */
export function jpegSize(bytes: Uint8Array): PictureSize | undefined {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let orientation: number | undefined;
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1];
    const length = view.getUint16(at + 2);
    if (isFrame(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      // A height of 0 follows only after the first scan.
      if (height === 0 || width === 0) return undefined;
      return (orientation ?? 1) >= 5 ? { width: height, height: width } : { width, height };
    }
    // Anything but segments with a length has no place before the frame.
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda) || marker === 0xff || length < 2) return undefined;
    if (marker === 0xe1 && exif.every((byte, i) => bytes[at + 4 + i] === byte)) {
      if (orientation !== undefined) return undefined;
      orientation = exifOrientation(bytes.subarray(at + 10, at + 2 + length));
      if (orientation === undefined) return undefined;
    }
    at += 2 + length;
  }
  return undefined;
}

/** How a camera was held, 1 to 8; 1 where that is not noted, undefined where it is noted in an unusual way. */
function exifOrientation(tiff: Uint8Array): number | undefined {
  if (tiff.length < 14) return undefined;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  const directory = view.getUint32(4, little);
  if (view.getUint16(2, little) !== 42 || directory + 2 > tiff.length) return undefined;
  const entries = view.getUint16(directory, little);
  if (directory + 2 + entries * 12 > tiff.length) return undefined;
  for (let entry = directory + 2, i = 0; i < entries; i++, entry += 12) {
    if (view.getUint16(entry, little) !== orientationTag) continue;
    const usual = view.getUint16(entry + 2, little) === short && view.getUint32(entry + 4, little) === 1;
    const value = view.getUint16(entry + 8, little);
    return usual && value >= 1 && value <= 8 ? value : undefined;
  }
  return 1;
}
