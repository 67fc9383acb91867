import { StriateError } from '../tensor/index.js';
import type { FileHost } from './files.js';

function refuse(path: string): Promise<never> {
  return Promise.reject(
    new StriateError({
      where: `cannot write '${path}'`,
      rule: 'a browser has no files',
      advice: 'take the bytes from model.toBytes() and keep them',
    }),
  );
}

/** A browser's files are addresses that can be fetched. */
export const files: FileHost = {
  async read(path) {
    const response = await fetch(path).catch((error: unknown) => {
      throw new StriateError({
        where: `cannot read '${path}'`,
        rule: error instanceof Error ? error.message : String(error),
      });
    });
    if (!response.ok)
      throw new StriateError({ where: `cannot read '${path}'`, rule: `the server answered ${response.status}` });
    return new Uint8Array(await response.arrayBuffer());
  },
  exists: (path) =>
    fetch(path, { method: 'HEAD' }).then(
      (response) => response.ok,
      () => false,
    ),
  writeWhole: refuse,
  append: refuse,
  terminal: { interactive: false, columns: 80, write: (text) => console.info(text.replace(/\n$/, '')) },
};
