import { StriateError } from 'striate';
import { say } from './strings.js';

/** A file that lay in an archive. */
export interface UnpackedFile {
  readonly path: string;
  readonly file: Blob;
}

/**
 * Reads a zip from its beginning to its end, and takes what is wanted out of it: at any time a piece of the archive and one file
 * are in memory, however large it is, as browsers put what was taken on the disk.
 *
 * @param name what the archive is called
 * @param wanted whether the file of a path is taken
 * @param onRead told how many bytes are read
 * @throws StriateError where it is no zip, or cut off, or a file in it is damaged.
 */
export async function unzip(
  archive: Blob,
  name: string,
  wanted: (path: string) => boolean,
  onRead?: (bytes: number) => void,
): Promise<UnpackedFile[]> {
  const { Unzip, UnzipInflate } = await import('fflate');
  const taken: UnpackedFile[] = [];
  let [entries, open, read] = [0, 0, 0];
  const unpacking = new Unzip((entry) => {
    entries++;
    const isWanted = wanted(entry.name);
    // What is not begun would be collected in memory, wanted or not.
    if (!isWanted && entry.compression !== 0 && entry.compression !== 8) return;
    const parts: Uint8Array<ArrayBuffer>[] = [];
    if (isWanted) open++;
    entry.ondata = (error, part, isLast) => {
      if (error) throw error;
      if (!isWanted) return;
      parts.push(part);
      if (!isLast) return;
      open--;
      taken.push({ path: entry.name, file: new Blob(parts.splice(0)) });
    };
    entry.start();
  });
  unpacking.register(UnzipInflate);
  try {
    const pieces = archive.stream().getReader();
    for (;;) {
      const { value, done } = await pieces.read();
      unpacking.push(value ?? new Uint8Array(0), done);
      if (done) break;
      onRead?.((read += value.length));
    }
    if (entries > 0 && open === 0) return taken;
  } catch {
    // Whatever its readers stumble over is told below.
  }
  throw new StriateError({ where: name, rule: say.noZip, advice: say.packAgain });
}
