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

/** How many of a file's first bytes `pictureProblem` looks at. */
export const signatureLength = 64;

/**
 * What speaks against a file's being a picture that can be read, by its first bytes, whatever its name says; undefined where
 * nothing does.
 */
export function pictureProblem(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'it is empty';
  const format = formats.find(({ test }) => test(bytes));
  if (format?.read) return undefined;
  return format
    ? `it is ${format.name}, which is not read`
    : 'it is no picture (JPEG, PNG, WebP, GIF, TIFF or AVIF) by its content';
}

/** Whether bytes begin as an SVG drawing does. */
export function isSvg(bytes: Uint8Array): boolean {
  return /^\s*<(\?xml|svg)/i.test(text(bytes, 0, 64));
}

/** AVIF may name itself first or among the brands that it is compatible with. */
function isAvif(bytes: Uint8Array): boolean {
  return /avi[fs]/.test(text(bytes, 8, Math.min(64, bytes.length)));
}

function starts(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}
