import { stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import type { Command } from 'commander';
import { systemFailure } from '../platform/systemErrors.js';

/** Options that name a file which a command writes. */
const options = ['output', 'csv', 'svg', 'sheet', 'page'] as const;

/**
 * Looks, before a command begins, whether the files that it will write at its end have a folder: minutes of work would be lost.
 *
 * @throws StriateError that names the file, as when it is written.
 */
export async function expectOutputFolders(command: Command): Promise<void> {
  const given: Partial<Record<string, unknown>> = command.opts();
  for (const option of options) {
    const path = given[option];
    // Without an ending it is a folder, which is made, or standard output.
    if (typeof path !== 'string' || extname(path) === '' || /[\\/]$/.test(path)) continue;
    if (await isThere(path)) continue;
    try {
      await stat(dirname(path));
    } catch (error) {
      throw systemFailure(`cannot write '${path}'`, error);
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
