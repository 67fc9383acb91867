import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { files } from '#platform';

/**
 * Writes a file into a folder, whole or not at all.
 *
 * @throws StriateError that names the file when it cannot be written, where the disk is full for example.
 */
export function writeInto(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return files.writeWhole(join(folder, name), bytes);
}

/** Makes a folder and those above it. Node's own recursive mkdir never returns where a system folder such as /proc says no. */
export async function makeFolder(folder: string): Promise<void> {
  const path = resolve(folder);
  const parent = dirname(path);
  if (!existsSync(parent)) await makeFolder(parent);
  // Node says of a folder that is there already what it says of a file in the way; only the file is a mistake.
  if (!existsSync(path) || !statSync(path).isDirectory()) await mkdir(path);
}
