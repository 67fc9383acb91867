import type { Pixels } from './pictureTransform.js';

/** What has to be known of a TIFF file's colours, as its decoder hands them out as they are. */
export interface TiffColours {
  /** Whether the three channels are luma and chroma. */
  readonly ycbcr: boolean;
  /** Why the file cannot be read; undefined where it can. */
  readonly problem: string | undefined;
}

/** Tags of TIFF 6.0. */
const tags = { compression: 259, photometric: 262, subsampling: 530 } as const;
const ycbcr = 6;
/** Compressions by JPEG, old and new, whose decoder converts colours by itself. */
const byJpeg: readonly number[] = [6, 7];

/**
 * Whether a TIFF file has luma and chroma in place of red, green and blue (TIFF 6.0, section 21): its decoder leaves them so
 * unless they are compressed by JPEG.
 *
 * @returns undefined where the file is no TIFF, or its header is unusual in any way
 */
export function tiffColours(bytes: Uint8Array): TiffColours | undefined {
  if (bytes.length < 16) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  const version = view.getUint16(2, little);
  // BigTIFF counts and points with 64 bits.
  const big = version === 43;
  if (!big && version !== 42) return undefined;
  const pointer = (at: number): number => (big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
  const directory = pointer(big ? 8 : 4);
  const [countBytes, entryBytes, valueAt] = big ? [8, 20, 12] : [2, 12, 8];
  if (directory + countBytes > bytes.length) return undefined;
  const count = big ? pointer(directory) : view.getUint16(directory, little);
  const found = new Map<number, readonly [number, number]>();
  for (let i = 0; i < count; i++) {
    const entry = directory + countBytes + i * entryBytes;
    if (entry + entryBytes > bytes.length) return undefined;
    const value = entry + valueAt;
    found.set(view.getUint16(entry, little), [view.getUint16(value, little), view.getUint16(value + 2, little)]);
  }
  const [compression] = found.get(tags.compression) ?? [1];
  if (found.get(tags.photometric)?.[0] !== ycbcr || byJpeg.includes(compression))
    return { ycbcr: false, problem: undefined };
  const [across, down] = found.get(tags.subsampling) ?? [2, 2];
  const problem =
    across === 1 && down === 1
      ? undefined
      : 'it is a TIFF with luma and chroma of different sizes, which is not supported: save it as RGB or JPEG';
  return { ycbcr: true, problem };
}

/** Luma and chroma as red, green and blue (ITU-R BT.601 over the whole range, as JFIF has it). */
export function fromYcbcr({ data, width, height, channels }: Pixels): Pixels {
  const result = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i += channels) {
    const [y, cb, cr] = [data[i], data[i + 1] - 128, data[i + 2] - 128];
    result[i] = y + 1.402 * cr;
    result[i + 1] = y - 0.344136 * cb - 0.714136 * cr;
    result[i + 2] = y + 1.772 * cb;
  }
  return { data: result, width, height, channels };
}
