/** A SHA-256 checksum in hexadecimal; undefined in pages outside a secure context (https or localhost). */
export async function sha256(data: ArrayBufferView): Promise<string | undefined> {
  const subtle = (globalThis.crypto as Partial<Crypto> | undefined)?.subtle;
  if (!subtle) return undefined;
  const digest = new Uint8Array(await subtle.digest('SHA-256', data as ArrayBufferView<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
