/**
 * In the place of the library's `packageFile.browser.js` in the built pages, where both of the engine's kernels lie in one file
 * (`pairedKernels.ts`).
 */
import { StriateError } from 'striate';
import { say } from './strings.js';

/**
 * One of the kernels, which the address names behind a #.
 *
 * @throws StriateError where the file is not there.
 */
export async function asset(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new StriateError({
      where: say.engine,
      rule: say.noKernels,
      received: `${response.status}: ${url.pathname}`,
      advice: say.reload,
    });
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  return unpaired(isGzipped(bytes) ? await unzipped(bytes) : bytes, url.hash === '#relaxed' ? 0 : 1);
}

/** Servers may say of the file that it is gzipped, and browsers then unpack it. */
const isGzipped = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function unzipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The first or the second of what `pair` has put together. */
export function unpaired(bytes: Uint8Array<ArrayBuffer>, which: 0 | 1): Uint8Array<ArrayBuffer> {
  const numbers = new DataView(bytes.buffer, bytes.byteOffset);
  const parts = 2 * numbers.getUint32(0, true);
  const lengthOf = (i: number): number => numbers.getUint32(4 + 4 * i, true);
  const own: number[] = [];
  let at = 4 + 4 * parts;
  for (let i = 0; i < parts; at += lengthOf(i++)) {
    if (i % 2 === which) for (let k = 0; k < lengthOf(i); k++) own.push(bytes[at + k]);
  }
  return Uint8Array.from(own);
}
