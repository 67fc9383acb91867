import type { PictureSize } from './pictureGeometry.js';

/** How large a picture may be. */
export interface PictureLimits {
  readonly maxPixels: number;
  readonly maxBytes: number;
}

/** The default limits. */
export const pictureLimits: PictureLimits = { maxPixels: 64e6, maxBytes: 128e6 };

/** JPEG's own limit. Decoders hold several rows: rows as long as the pixel limit would fill the memory. */
const longestSide = 65_535;

/** Why a file of this many bytes is refused; undefined if it is not. */
export function bytesProblem(size: number, { maxBytes }: PictureLimits): string | undefined {
  if (size <= maxBytes) return undefined;
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  return `it has ${megabytes(size)}, above the limit of ${megabytes(maxBytes)} (maxBytes)`;
}

/** Why a picture of this size is refused; undefined if it is not. */
export function sizeProblem({ height, width }: PictureSize, { maxPixels }: PictureLimits): string | undefined {
  const limit = (number: number): string => number.toLocaleString('en-US');
  const has = `it has ${width} × ${height} pixels`;
  if (width * height > maxPixels) return `${has}, which is above the limit of ${limit(maxPixels)} pixels (maxPixels)`;
  return Math.max(width, height) > longestSide ? `${has}, and no side may be above ${limit(longestSide)}` : undefined;
}

/** Formats, whether they are read, and how they are recognized by their first bytes. */
const formats: readonly { name: string; read: boolean; test: (bytes: Uint8Array) => boolean }[] = [
  { name: 'JPEG', read: true, test: (b) => starts(b, [0xff, 0xd8, 0xff]) },
  { name: 'PNG', read: true, test: (b) => starts(b, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
  { name: 'GIF', read: true, test: (b) => text(b, 0, 4) === 'GIF8' },
  { name: 'WebP', read: true, test: (b) => text(b, 0, 4) === 'RIFF' && text(b, 8, 12) === 'WEBP' },
  { name: 'TIFF', read: true, test: (b) => ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(text(b, 0, 4)) },
  { name: 'AVIF', read: true, test: (b) => text(b, 4, 8) === 'ftyp' && isAvif(b) },
  { name: 'HEIC', read: false, test: (b) => text(b, 4, 8) === 'ftyp' && /^(hei|hev|mif)/.test(text(b, 8, 12)) },
  { name: 'BMP', read: false, test: (b) => text(b, 0, 2) === 'BM' },
  { name: 'JPEG XL', read: false, test: (b) => starts(b, [0xff, 0x0a]) || text(b, 4, 8) === 'JXL ' },
  { name: 'PDF', read: false, test: (b) => text(b, 0, 4) === '%PDF' },
  { name: 'zip', read: false, test: (b) => text(b, 0, 4) === 'PK\x03\x04' },
  {
    name: 'a page or an SVG drawing',
    read: false,
    test: (b) => isSvg(b) || /^\s*<(!doctype|html)/i.test(text(b, 0, 64)),
  },
];

/** How many of a file's first bytes `formatProblem` looks at. */
export const signatureLength = 64;

/** How many of a file's first bytes contain its size, in nearly all files. */
export const headerLength = 2 ** 16;

/**
 * Why a file is not a picture that can be read, judging by its first bytes, whatever its name; undefined if it is one.
 */
export function formatProblem(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'it is empty';
  const format = formats.find(({ test }) => test(bytes));
  if (format?.read) return undefined;
  return format
    ? `it is ${format.name}, which is not supported`
    : 'it is not a picture (JPEG, PNG, WebP, GIF, TIFF or AVIF) by its content';
}

/** Whether bytes begin as an SVG drawing does. */
export function isSvg(bytes: Uint8Array): boolean {
  return /^\s*<(\?xml|svg)/i.test(text(bytes, 0, 64));
}

/** AVIF may be the major brand or one of the compatible brands. */
function isAvif(bytes: Uint8Array): boolean {
  return /avi[fs]/.test(text(bytes, 8, Math.min(64, bytes.length)));
}

function starts(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

/** The size of a PNG file, from its header; undefined where the file is not a PNG. */
export function pngSize(bytes: Uint8Array): PictureSize | undefined {
  if (bytes[0] !== 0x89 || bytes.length < 24) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/**
 * What is wrong with a PNG file that ends too early; undefined where it does not, or is none. A decoder only says that it
 * could not read on.
 */
export function pngCut(bytes: Uint8Array): string | undefined {
  if (!pngSize(bytes)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 8;
  while (at + 8 <= bytes.length) {
    const kind = text(bytes, at + 4, at + 8);
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) {
      const what =
        kind === 'IDAT' ? 'its picture data' : `its part ${/^[A-Za-z]{4}$/.test(kind) ? kind : 'of no name'}`;
      return `it ends too early: ${end - bytes.length} bytes of ${what} are missing`;
    }
    if (kind === 'IEND') return undefined;
    at = end;
  }
  return 'it ends too early: its last part (IEND) is missing';
}

/** Markers that begin a frame: C0 to CF, without those for tables (C4, CC) and extensions (C8). */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const exif = [0x45, 0x78, 0x69, 0x66, 0, 0] as const;
const orientationTag = 0x0112;
const short = 3;

/**
 * The size of a JPEG file, with its Exif orientation applied (ITU-T T.81, Exif 2.3), from its header alone.
 *
 * @returns undefined where the file is not a JPEG, or its header is unusual in any way: then a decoder has to be asked
 */
export function jpegSize(bytes: Uint8Array): PictureSize | undefined {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let orientation: number | undefined;
  for (let at = 2; at + 10 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1];
    const length = view.getUint16(at + 2);
    if (isFrame(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      // A height of 0 follows only after the first scan; four components are inks.
      if (height === 0 || width === 0 || ![1, 3].includes(bytes[at + 9])) return undefined;
      return (orientation ?? 1) >= 5 ? { width: height, height: width } : { width, height };
    }
    // Only segments with a length may precede the frame.
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

/** The Exif orientation, 1 to 8; 1 if there is none, undefined if it is stored in an unusual way. */
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
