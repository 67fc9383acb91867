import { StriateError } from '../tensor/index.js';

/** What `gunzip` throws on both platforms. */
export const gunzipErrors = {
  damaged: (path: string, bytes: number, reason: string): StriateError =>
    new StriateError({
      where: path,
      rule: 'must be a complete gzip file',
      received: `${bytes} bytes that do not unpack (${reason})`,
      advice: 'download it again',
    }),
  tooLarge: (path: string, most: number): StriateError =>
    new StriateError({
      where: path,
      rule: `unpacks into more than the ${most} bytes that its own header leads to`,
      advice: 'download it again',
    }),
  claims: (path: string, bytes: number): StriateError =>
    new StriateError({
      where: path,
      rule: `unpacks into more than a hundred times its ${bytes} bytes, as damaged files and traps do`,
      advice: 'if it is sound, unpack it with gunzip and read that file',
    }),
} as const;

/** The most that a file may unpack into: what it asks for is bounded by what it is. Pictures of digits take five times as much. */
export const mostUnpacked = (bytes: number): number => Math.max(2 ** 26, 100 * bytes);
