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
} as const;
