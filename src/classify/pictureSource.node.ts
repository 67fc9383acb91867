import { pictureBytes, readPixels } from '../pictures/decodePicture.node.js';
import { StriateError } from '../tensor/index.js';
import { decodedPixels, encodedBytes, fetchedPicture, type SourceReader } from './pictureSource.js';

/**
 * Decodes a picture, SVG drawings among them.
 *
 * @throws BrokenPicture when it cannot be read or decoded, or is larger than the limits.
 * @throws StriateError when the source is none that Node has.
 */
export const readSource: SourceReader = async (source, limits, reduce) => {
  if (typeof source === 'string') {
    if (/^(https?|data):/.test(source)) return readSource(await fetchedPicture(source), limits, reduce);
    return readPixels(await pictureBytes(source, limits), limits, { svg: true, reduce });
  }
  const bytes = await encodedBytes(source, limits);
  if (bytes) return readPixels(bytes, limits, { svg: true, reduce });
  const decoded = decodedPixels(source);
  if (decoded) return decoded;
  throw new StriateError({
    where: 'picture',
    rule: 'must be a path, an address, the bytes of a file, or { width, height, data } of RGBA bytes',
    received: Object.prototype.toString.call(source),
  });
};
