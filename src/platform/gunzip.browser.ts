import { gunzipErrors, mostUnpacked } from './gunzip.js';

/** How many unpacked bytes are inspected to predict the size of the whole. */
const startBytes = 1024;

/** Unpacks gzipped bytes as a stream. */
export async function gunzip(
  bytes: Uint8Array,
  path: string,
  mostBytes: (start: Uint8Array) => number,
): Promise<Uint8Array> {
  const unpacked = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = unpacked.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const bound = mostUnpacked(bytes.length);
  let [length, most] = [0, Infinity];
  for (;;) {
    const { value } = await reader.read().catch((error: unknown) => {
      throw gunzipErrors.damaged(path, bytes.length, String(error));
    });
    if (!value) break;
    parts.push(value);
    length += value.length;
    if (most === Infinity && length >= startBytes) most = mostBytes(await joined(parts));
    if (length > most || length > bound || (most !== Infinity && most > bound)) {
      await reader.cancel();
      throw length > most ? gunzipErrors.tooLarge(path, most) : gunzipErrors.claims(path, bytes.length);
    }
  }
  return joined(parts);
}

async function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Promise<Uint8Array> {
  return new Uint8Array(await new Blob([...parts]).arrayBuffer());
}
