import { StriateError } from '../tensor/index.js';

/** Whether bytes begin like a zip archive. */
export function looksLikeZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/**
 * The entries of a zip archive whose names are `wanted`.
 *
 * @throws StriateError that names the file, when it is damaged or claims to unpack into far more than it can hold.
 */
export async function unzip(
  bytes: Uint8Array,
  file: string,
  wanted: (name: string) => boolean,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { unzipSync } = await import('fflate');
  let unclaimed = 16 * bytes.length + 2 ** 20;
  // A damaged archive may claim billions of entries; each takes 46 bytes of its directory at least.
  let entriesLeft = bytes.length / 46;
  try {
    const entries = unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        if (--entriesLeft < 0) throw new Error('it claims to have more entries than it can hold');
        if (!wanted(name)) return false;
        unclaimed -= Math.max(size, originalSize);
        if (!(unclaimed >= 0)) throw new Error(`its entry '${name}' claims to be larger than the file can hold`);
        return true;
      },
    });
    return new Map(Object.entries(entries));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StriateError({
      where: file,
      rule: `not a sound zip archive: ${reason}`,
      advice: 'use another copy of the file',
    });
  }
}

/** A zip archive; entries are stored, as Keras does: weights hardly get smaller. */
export async function zip(entries: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  const { zipSync } = await import('fflate');
  return zipSync({ ...entries }, { level: 0 });
}
