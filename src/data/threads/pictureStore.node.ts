import { readSync, writeSync } from 'node:fs';
import type { Pixels } from '../../pictures/pictureTransform.js';

/** Where a picture is in a store. */
export interface PictureSlot {
  /** Which store: slots of a closed store are not valid in the next. */
  readonly store: number;
  readonly begin: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** A store as threads share it: file descriptors belong to the whole process. */
export interface StoreHandle {
  readonly store: number;
  readonly file: number;
  /** The largest size of the file, in bytes. */
  readonly limit: number;
  /** One 64-bit number: the bytes allocated so far. Above the limit, nothing more is written. */
  readonly given: SharedArrayBuffer;
}

/**
 * Pictures in a file that several threads write and read at once, each at its own offsets. File system errors are ignored:
 * a picture that was not written or cannot be read is decoded again.
 */
export class PictureStore {
  private readonly given: BigInt64Array;

  constructor(readonly handle: StoreHandle) {
    this.given = new BigInt64Array(handle.given);
  }

  /** Whether this many more bytes fit. */
  hasRoom(bytes: number): boolean {
    return Number(Atomics.load(this.given, 0)) + bytes <= this.handle.limit;
  }

  /** Writes a picture; undefined if it does not fit or writing fails. */
  write({ data, width, height, channels }: Pixels): PictureSlot | undefined {
    const { store, file, limit } = this.handle;
    if (!this.hasRoom(data.length)) return undefined;
    const begin = Number(Atomics.add(this.given, 0, BigInt(data.length)));
    if (begin + data.length > limit) return undefined;
    try {
      for (let done = 0; done < data.length;) done += writeSync(file, data, done, data.length - done, begin + done);
    } catch {
      // The next picture would not fit on a full disk, either.
      Atomics.store(this.given, 0, BigInt(Math.ceil(limit)) + 1n);
      return undefined;
    }
    return { store, begin, width, height, channels };
  }

  /**
   * Reads a picture; undefined when that fails, or the slot is another store's.
   *
   * @param memory a buffer to reuse; at least as long as the picture
   */
  read({ store, begin, width, height, channels }: PictureSlot, memory?: Uint8Array): Pixels | undefined {
    if (store !== this.handle.store) return undefined;
    const length = width * height * channels;
    const data = memory?.subarray(0, length) ?? new Uint8Array(length);
    try {
      for (let done = 0; done < length;) {
        const read = readSync(this.handle.file, data, done, length - done, begin + done);
        if (read === 0) return undefined;
        done += read;
      }
    } catch {
      return undefined;
    }
    return { data, width, height, channels };
  }
}
