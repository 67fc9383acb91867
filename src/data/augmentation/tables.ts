/** What each byte becomes where only the highest bits are kept. */
export function posterizeTable(bits: number): Float32Array {
  const mask = 0xff & ~(2 ** (8 - bits) - 1);
  return Float32Array.from({ length: 256 }, (_, byte) => byte & mask);
}

/** What each byte becomes where bright values turn into their negative. */
export function solarizeTable(threshold: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => (byte >= threshold ? 255 - byte : byte));
}

/**
 * What each byte of each channel becomes so that all values are about equally frequent, as Pillow and torchvision do it: the
 * pixels of the brightest value do not count, and a channel in which they are nearly all stays.
 *
 * @param data pixels with their channels side by side, values 0–255
 */
export function equalizeTables(data: Float32Array, channels: number): Float32Array[] {
  return Array.from({ length: channels }, (_, c) => {
    const counts = new Uint32Array(256);
    for (let at = c; at < data.length; at += channels) {
      const byte = (data[at] + 0.5) | 0;
      counts[byte < 0 ? 0 : byte > 255 ? 255 : byte]++;
    }
    const brightest = counts.findLastIndex((count) => count > 0);
    const step = Math.floor((data.length / channels - counts[brightest]) / 255);
    let below = Math.floor(step / 2);
    return Float32Array.from(counts, (count, byte) => {
      if (step === 0) return byte;
      const value = Math.min(255, Math.floor(below / step));
      below += count;
      return value;
    });
  });
}
