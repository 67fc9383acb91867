import { EngineMemoryError } from '../../tensor/error.js';
import { arenaAddress } from './control.js';

/** Bytes between the starts of two blocks: a cache line, so that workers never write to the same one. */
const alignment = 64;
/** WebAssembly's address space. */
const limit = 65536 * 65536;
const page = 65536;

interface Gap {
  address: number;
  bytes: number;
}

/** Hands out blocks of one growing WebAssembly memory: first fit, neighbours merged when they are given back. */
export class Arena {
  private readonly gaps: Gap[] = [];
  private end = arenaAddress;
  private readonly sizes = new Map<number, number>();

  constructor(readonly memory: WebAssembly.Memory) {}

  /** Bytes in use or set aside. */
  get bytes(): number {
    return this.end;
  }

  /**
   * The address of a new block, uninitialised.
   *
   * @throws EngineMemoryError when the 4 GiB that WebAssembly can address would not do.
   */
  allocate(bytes: number, what: string): number {
    const size = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
    const index = this.gaps.findIndex((gap) => gap.bytes >= size);
    let address: number;
    if (index >= 0) {
      const gap = this.gaps[index];
      address = gap.address;
      gap.address += size;
      gap.bytes -= size;
      if (gap.bytes === 0) this.gaps.splice(index, 1);
    } else {
      address = this.end;
      // Kernels read whole vectors and may look a little past a block's end, never using what they find.
      this.reach(address + size + 4 * alignment, what);
      this.end = address + size;
    }
    this.sizes.set(address, size);
    return address;
  }

  /** Gives a block back. */
  free(address: number): void {
    const bytes = this.sizes.get(address);
    if (bytes === undefined) return;
    this.sizes.delete(address);
    let index = this.gaps.findIndex((gap) => gap.address > address);
    if (index < 0) index = this.gaps.length;
    this.gaps.splice(index, 0, { address, bytes });
    for (const i of [index, index - 1]) {
      const [gap, next] = [this.gaps[i], this.gaps[i + 1]];
      if (!gap || !next) continue;
      if (gap.address + gap.bytes === next.address) {
        gap.bytes += next.bytes;
        this.gaps.splice(i + 1, 1);
      }
    }
    const last = this.gaps.at(-1);
    if (last && last.address + last.bytes === this.end) {
      this.end = last.address;
      this.gaps.pop();
    }
  }

  /** Grows the memory so that it holds `end` bytes. */
  private reach(end: number, what: string): void {
    const have = this.memory.buffer.byteLength;
    if (end <= have) return;
    const needed = `${what} would take the engine to ${(end / 2 ** 30).toFixed(2)} GiB`;
    if (end > limit) {
      throw new EngineMemoryError({
        where: 'wasm engine',
        rule: needed,
        advice: 'WebAssembly ends at 4 GiB: use a smaller batch or smaller pictures',
      });
    }
    // A little more than asked for, so that growing stays rare.
    const wanted = Math.min(limit, Math.max(end, Math.min(have * 1.25, have + 64 * 2 ** 20)));
    try {
      this.memory.grow(Math.ceil((wanted - have) / page));
    } catch {
      throw new EngineMemoryError({
        where: 'wasm engine',
        rule: `${needed}, and the system refused the memory: use a smaller batch`,
      });
    }
  }
}
