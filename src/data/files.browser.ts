import { StriateError } from '../tensor/index.js';

/** Fetches a file; undefined where there is none. */
export async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  const response = await fetch(path).catch((error: unknown) => {
    throw new StriateError(
      `${path}: must be reachable; the browser says «${String(error)}». Check the address and CORS.`,
    );
  });
  if (response.status === 404) return undefined;
  if (!response.ok) {
    throw new StriateError(`${path}: must be readable; the server answered ${response.status} ${response.statusText}.`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** Unpacks gzipped bytes. */
export async function gunzip(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  try {
    const unpacked = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(unpacked).arrayBuffer());
  } catch (error) {
    throw new StriateError(
      `${path}: must be a complete gzip file; received ${bytes.length} bytes that do not unpack (${String(error)}). ` +
        'Download it again.',
    );
  }
}

/** A file's address inside a folder. */
export function pathIn(folder: string, name: string): string {
  return `${folder.replace(/\/$/, '')}/${name}`;
}
