import { sha256 } from '../../platform/sha256.js';
import { StriateError } from '../../tensor/index.js';
import type { FoundWeights, HubOptions, WeightHub } from './published.js';
import { publisher, type PublishedWeights } from './published.js';

/** The browser's store of answers; undefined in pages that it does not trust. */
async function storeOfAnswers(): Promise<Cache | undefined> {
  return 'caches' in globalThis ? caches.open('striate-weights').catch(() => undefined) : undefined;
}

/** The bytes of a response; reports progress as they arrive. */
async function bytesOf(
  response: Response,
  onBytes: (received: number, total: number | undefined) => void,
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
    onBytes(received, total);
  }
  if (total !== undefined && received < total) throw new Error(`${received} of ${total} bytes came`);
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function fetchPublished(
  weights: PublishedWeights,
  url: string,
  options: HubOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { file, mebibytes } = weights;
  const estimate = Math.round(mebibytes * 2 ** 20);
  const unfetched = (why: string): StriateError =>
    new StriateError({
      where: `weights '${file}'`,
      rule: `could not be fetched: ${url}: ${why}. Without a network, or where that server does not allow pages of other sites (CORS), put the file on your own server and give its folder: weightsFolder, or give weights: 'ADDRESS'.`,
    });
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw unfetched(error instanceof Error ? error.message : String(error));
  }
  if (!response.ok) throw unfetched(`the server answered ${response.status}`);
  const bytes = await bytesOf(response, (received, total = Math.max(estimate, received)) =>
    options.onDownload?.({ file, received, total }),
  ).catch((error: unknown) => {
    throw unfetched(`the connection broke off (${error instanceof Error ? error.message : String(error)})`);
  });
  const found = await sha256(bytes);
  if (found !== undefined && !found.startsWith(weights.sha256)) {
    throw unfetched(
      `what came (${bytes.length} bytes) has not the SHA-256 checksum that begins with ${weights.sha256}`,
    );
  }
  return bytes;
}

/** Published weights in a browser: from an address of your own, the browser's cache, or the network. */
export const hub: WeightHub = {
  async inFolder(names, folder) {
    if (folder === undefined) return undefined;
    for (const name of names) {
      const place = `${folder.replace(/\/$/, '')}/${name}`;
      const response = await fetch(place).catch(() => undefined);
      // Many servers answer with a page where there is no such file.
      const isPage = response?.headers.get('content-type')?.startsWith('text/html') === true;
      if (response?.ok && !isPage) return { bytes: new Uint8Array(await response.arrayBuffer()), place };
      await response?.body?.cancel();
    }
    return undefined;
  },

  async published(weights, options): Promise<FoundWeights> {
    const { weightsMirror = publisher } = options;
    const url = `${weightsMirror.replace(/\/$/, '')}/${weights.file}`;
    const store = await storeOfAnswers();
    const kept = await store?.match(url);
    if (kept) return { bytes: new Uint8Array(await kept.arrayBuffer()), place: url };
    const bytes = await fetchPublished(weights, url, options);
    // A full store is no reason to do without the weights.
    await store?.put(url, new Response(bytes)).catch(() => undefined);
    return { bytes, place: url };
  },
};
