import type { ArchivedFile } from './yoloBoxes.js';

/** What bytes do to a cyclic redundancy check of 32 bits. */
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function checksum(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = remainders[(value ^ byte) & 255] ^ (value >>> 8);
  return ~value >>> 0;
}

/** Numbers of 16 or 32 bits, the least byte first. */
function littleEndian(...fields: readonly (readonly [value: number, bytes: 2 | 4])[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    fields.flatMap(([value, bytes]) => Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255)),
  );
}

/** Names are UTF-8. */
const flags = 0x800;
/** 1 January 1980, the first day that archives know: the same files make the same archive. */
const firstDay = 0x21;

/**
 * Files as a zip that leaves them as they are, for pictures are as small as they get already. fflate's writer brings its
 * compression along, half as large again as what the page itself is.
 */
export async function storedZip(files: readonly ArchivedFile[]): Promise<Blob> {
  const parts: (Uint8Array<ArrayBuffer> | Blob)[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let [offset, length] = [0, 0];
  for (const { path, file } of files) {
    const name = new TextEncoder().encode(path);
    const sum = checksum(new Uint8Array(await file.arrayBuffer()));
    const described = [
      [20, 2],
      [flags, 2],
      [0, 2],
      [0, 2],
      [firstDay, 2],
      [sum, 4],
      [file.size, 4],
      [file.size, 4],
      [name.length, 2],
      [0, 2],
    ] as const;
    const entry = littleEndian([0x02014b50, 4], [20, 2], ...described, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]);
    parts.push(littleEndian([0x04034b50, 4], ...described), name, file);
    directory.push(entry, name);
    offset += 30 + name.length + file.size;
    length += entry.length + name.length;
  }
  const counts = [files.length, files.length].map((count) => [count, 2] as const);
  const end = littleEndian([0x06054b50, 4], [0, 2], [0, 2], ...counts, [length, 4], [offset, 4], [0, 2]);
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}
