import { StriateError } from '../tensor/index.js';
import type { Downloads, RemoteFile } from './platform.js';
import { sha256 } from './sha256.js';
import { reasonOf } from './systemErrors.js';

/** The browser's response cache; undefined outside secure contexts. */
async function responseCache(): Promise<Cache | undefined> {
  return 'caches' in globalThis ? caches.open('striate-weights').catch(() => undefined) : undefined;
}

/** Files in the browser's response cache, by URL. */
export const downloads: Downloads = {
  place: (_, { url }) => url,

  async kept(place) {
    const answer = await (await responseCache())?.match(place);
    return answer && new Uint8Array(await answer.arrayBuffer());
  },

  async fetch(file, place, { onProgress } = {}) {
    const failed = (rule: string): StriateError => new StriateError({ where: file.url, rule });
    const response = await fetch(file.url).catch((error: unknown) => {
      throw failed(reasonOf(error));
    });
    if (!response.ok) throw failed(`the server answered ${response.status}`);
    const bytes = await bytesOf(response, onProgress).catch((error: unknown) => {
      throw failed(`the connection broke off (${reasonOf(error)})`);
    });
    await check(file, bytes);
    // A full cache should not prevent the file from being used.
    await (await responseCache())?.put(place, new Response(bytes)).catch(() => undefined);
    return bytes;
  },
};

/** The bytes of a response, counted as they arrive. */
async function bytesOf(
  response: Response,
  onProgress?: (received: number, total: number | undefined) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const { headers, body } = response;
  const length = Number(headers.get('content-length') ?? NaN);
  const total = headers.get('content-encoding') === null && Number.isSafeInteger(length) ? length : undefined;
  if (!body) return new Uint8Array(await response.arrayBuffer());
  const reader = body.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
    received += next.value.length;
    onProgress?.(received, total);
  }
  if (total !== undefined && received < total) throw new Error(`${received} of ${total} bytes arrived`);
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function check({ url, sha256: digits }: RemoteFile, bytes: Uint8Array): Promise<void> {
  if (digits === undefined) return;
  const found = await sha256(bytes);
  if (found === undefined || found.startsWith(digits)) return;
  throw new StriateError({
    where: url,
    rule: `the ${bytes.length} bytes received do not have the SHA-256 checksum that begins with ${digits}`,
  });
}
