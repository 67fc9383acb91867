import { StriateError } from '../../tensor/index.js';

/** Kinds of imports in WebAssembly's binary format, and the section that lists them. */
const importSection = 2;
const kinds = { function: 0, memory: 2 };
/** Flags of a memory's limits: it says the most pages that it may have; it is shared between threads. */
const limits = { most: 1, shared: 2 };

/**
 * A module as it is for a memory of one thread: a memory that is imported has to be declared as it is, shared or not. The declaration
 * is a flag, and nothing else differs, so that one file of kernels serves both.
 *
 * Modules are a header of 8 bytes and sections (id, bytes, contents); imports are two names, a kind, and what the kind asks for
 * (https://webassembly.github.io/spec/core/binary/modules.html#import-section). Kernels import functions and their memory only.
 *
 * @throws StriateError where no shared memory is imported.
 */
export function withUnsharedMemory(module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let place = 8;
  /** An unsigned LEB128 number. */
  const number = (): number => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = module[place++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (place < module.length) {
    const id = module[place++];
    const bytes = number();
    if (id !== importSection) {
      place += bytes;
      continue;
    }
    for (let left = number(); left > 0; left--) {
      for (let names = 2; names > 0; names--) {
        const length = number();
        place += length;
      }
      const kind = module[place++];
      if (kind === kinds.memory && module[place] === (limits.most | limits.shared)) {
        const unshared = module.slice();
        unshared[place] = limits.most;
        return unshared;
      }
      if (kind !== kinds.function) break;
      number();
    }
    break;
  }
  throw new StriateError({
    where: 'wasm engine',
    rule: 'the kernels import no shared memory',
    advice: 'build them again',
  });
}
