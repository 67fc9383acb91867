import { promisify } from 'node:util';
import { constants, gunzip as gunzipWithCallback, gunzipSync } from 'node:zlib';
import { gunzipErrors, mostUnpacked } from './gunzip.js';
import { systemCode } from './systemErrors.js';

const gunzipAsync = promisify(gunzipWithCallback);

/** No data file that fits in memory unpacks to more; a gzip bomb does. */
const largest = 2 ** 31;

/** How much is unpacked first, to predict the size of the whole. */
const startBytes = 4096;

/** Unpacks gzipped bytes; several files unpack at the same time. */
export async function gunzip(
  bytes: Uint8Array,
  path: string,
  mostBytes: (start: Uint8Array) => number,
): Promise<Uint8Array> {
  const stated = mostBytes(startOf(bytes));
  const bound = Math.min(largest, mostUnpacked(bytes.length));
  if (stated > bound && stated !== Infinity) throw gunzipErrors.claims(path, bytes.length);
  const most = Math.min(bound, stated);
  // gzip ends with the unpacked size, which saves joining thousands of chunks; it is only a hint, as files may lie.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hint = bytes.length >= 18 ? view.getUint32(bytes.length - 4, true) : 0;
  const chunkSize = Math.min(Math.max(hint + 1, constants.Z_DEFAULT_CHUNK), Math.max(64 * 1024, bytes.length * 16));
  try {
    return await gunzipAsync(bytes, { chunkSize, maxOutputLength: most });
  } catch (error) {
    if (systemCode(error) === 'ERR_BUFFER_TOO_LARGE')
      throw stated === Infinity ? gunzipErrors.claims(path, bytes.length) : gunzipErrors.tooLarge(path, most);
    throw gunzipErrors.damaged(path, bytes.length, (error as Error).message);
  }
}

/** What the first bytes unpack to; empty when they are damaged. */
function startOf(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes.subarray(0, startBytes), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array(0);
  }
}
