/** The compiled `kernels/resample.ts`, which lies beside this file. */
export async function resampleKernel(): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL('resample.wasm', import.meta.url));
  if (!response.ok)
    throw new Error(`${response.url} answered ${response.status}; serve the package's dist folder whole`);
  return new Uint8Array(await response.arrayBuffer());
}
