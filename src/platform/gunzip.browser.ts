import { StriateError } from '../tensor/index.js';

/** What is looked at to see how large the whole will be. */
const startBytes = 1024;

/** Unpacks gzipped bytes as they come. */
export async function gunzip(
  bytes: Uint8Array,
  path: string,
  mostBytes: (start: Uint8Array) => number,
): Promise<Uint8Array> {
  const unpacked = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = unpacked.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let [length, most] = [0, Infinity];
  for (;;) {
    const { value } = await reader.read().catch((error: unknown) => {
      throw new StriateError({
        where: path,
        rule: 'must be a complete gzip file',
        received: `${bytes.length} bytes that do not unpack (${String(error)}). Download it again.`,
      });
    });
    if (!value) break;
    parts.push(value);
    length += value.length;
    if (most === Infinity && length >= startBytes) most = mostBytes(await joined(parts));
    if (length > most) {
      await reader.cancel();
      throw new StriateError({
        where: path,
        rule: `unpacks into more than the ${most} bytes that its own header leads to. Download it again.`,
      });
    }
  }
  return joined(parts);
}

async function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Promise<Uint8Array> {
  return new Uint8Array(await new Blob([...parts]).arrayBuffer());
}
