import { readFile } from 'node:fs/promises';

/** The compiled `kernels/resample.ts`, which lies beside this file. */
export async function resampleKernel(): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL('resample.wasm', import.meta.url)));
}
