import { formatCount } from '../platform/textTable.js';
import type { PictureSize } from './pictureGeometry.js';

/** What a file may cost. */
export interface PictureLimits {
  readonly maxPixels: number;
  readonly maxBytes: number;
}

/** What files may cost where nothing is said. */
export const pictureLimits: PictureLimits = { maxPixels: 64e6, maxBytes: 128e6 };

/** JPEG's own limit. Decoders hold several rows: one of as many pixels as a picture may have would fill the memory. */
const longestSide = 65_535;

/** What speaks against a file of so many bytes. */
export function bytesProblem(size: number, { maxBytes }: PictureLimits): string | undefined {
  if (size <= maxBytes) return undefined;
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  return `it has ${megabytes(size)}, above the limit of ${megabytes(maxBytes)} (maxBytes)`;
}

/** What speaks against a picture of this size. */
export function sizeProblem({ height, width }: PictureSize, { maxPixels }: PictureLimits): string | undefined {
  const has = `it has ${width} × ${height} pixels`;
  if (width * height > maxPixels)
    return `${has}, which is above the limit of ${formatCount(maxPixels)} pixels (maxPixels)`;
  return Math.max(width, height) > longestSide
    ? `${has}, and no side may be above ${formatCount(longestSide)}`
    : undefined;
}
