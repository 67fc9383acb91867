import { randomUUID } from 'node:crypto';
import { closeSync, openSync, rmSync, statfsSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { geometryKey, pictureBytes, type KeptPictures } from '../../pictures/pictureCache.js';
import type { PictureGeometry } from '../../pictures/pictureGeometry.js';
import { PictureStore, type PictureSlot } from './pictureStore.node.js';
import type { Pixels } from '../../pictures/pictureTransform.js';

/** File systems in memory: Linux's tmpfs and ramfs. */
const inMemory: readonly number[] = [0x01021994, 0x858458f6];
/** The most that is used of such a file system. */
const memoryLimit = 48e6;

/** The slots of one geometry, by file: 12 bytes each, as there may be millions. */
interface SlotTable {
  readonly begins: Float64Array;
  /** Width · 2¹⁶ + height; 0 if there is no picture. */
  readonly sizes: Uint32Array;
}

/**
 * Decoded pictures in a temporary file, which takes no memory of the process; the system's page cache keeps as much of it
 * as fits. The file is unlinked as soon as it is opened, so that it disappears when the process ends, however it ends. It
 * takes at most half of the free disk. Without a place to write, nothing is cached.
 */
export class DiskCache implements KeptPictures {
  private opened: PictureStore | undefined;
  private readonly tables = new Map<string, SlotTable>();
  private stores = 0;
  /** Closes what is open; does nothing if nothing could be opened. */
  private end: (() => void) | undefined;

  /**
   * @param limit the largest size of the file, in bytes
   * @param folders where the file may be: the first that works is used
   */
  constructor(
    private readonly limit: number,
    private readonly folders: readonly string[] = temporaryFolders(),
  ) {}

  /** The file, opened when it is first needed; undefined if no folder works. */
  get store(): PictureStore | undefined {
    if (this.end === undefined) this.open();
    return this.opened;
  }

  /** Where a file's picture is, if it is cached. */
  slot(file: number, geometry: PictureGeometry): PictureSlot | undefined {
    const table = this.tables.get(geometryKey(geometry));
    const size = table?.sizes[file];
    if (!table || !size || !this.opened) return undefined;
    const { store } = this.opened.handle;
    const { channels } = geometry;
    return { store, begin: table.begins[file], width: size >>> 16, height: size & 0xffff, channels };
  }

  /** Records where a file's picture is. */
  record(file: number, geometry: PictureGeometry, { store, begin, width, height }: PictureSlot): void {
    // What a thread wrote into a file that has since been closed is gone.
    if (store !== this.opened?.handle.store) return;
    const key = geometryKey(geometry);
    let table = this.tables.get(key);
    if (!table || table.sizes.length <= file) this.tables.set(key, (table = larger(table, file + 1)));
    table.begins[file] = begin;
    table.sizes[file] = width * 0x10000 + height;
  }

  get(file: number, geometry: PictureGeometry): Pixels | undefined {
    const slot = this.slot(file, geometry);
    return slot && this.opened?.read(slot);
  }

  hasRoom(geometry: PictureGeometry): boolean {
    return this.store?.hasRoom(pictureBytes(geometry)) ?? false;
  }

  offer(file: number, geometry: PictureGeometry, pixels: Pixels): void {
    if (this.slot(file, geometry)) return;
    const slot = this.store?.write(pixels);
    if (slot) this.record(file, geometry, slot);
  }

  /**
   * Forgets all pictures; the next one begins a new file.
   *
   * @returns a function that closes the file, to be called when no thread uses it any more
   */
  release(): () => void {
    const { end } = this;
    this.tables.clear();
    [this.opened, this.end] = [undefined, undefined];
    return end ?? ((): void => undefined);
  }

  private open(): void {
    this.end = () => undefined;
    for (const folder of this.folders) {
      try {
        const { type, bsize, bavail } = statfsSync(folder);
        const free = (bsize * bavail) / 2;
        const limit = Math.min(this.limit, free, inMemory.includes(type) ? memoryLimit : Infinity);
        const path = join(folder, `striate-${randomUUID()}`);
        // Nobody else may read the pictures, or put a file of that name there before.
        const file = openSync(path, 'wx+', 0o600);
        const remove = nameless(path);
        this.end = () => {
          closeSync(file);
          remove();
        };
        const given = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
        this.opened = new PictureStore({ store: ++this.stores, file, limit, given });
        return;
      } catch {
        // The next folder may have it.
      }
    }
  }
}

/** Takes an open file's name away; where a system does not allow that, it is done when the file is closed. */
function nameless(path: string): () => void {
  try {
    unlinkSync(path);
    return () => undefined;
  } catch {
    const remove = (): void => rmSync(path, { force: true });
    process.once('exit', remove);
    return () => {
      process.off('exit', remove);
      remove();
    };
  }
}

/** The system's temporary folder; where that is memory, there is one that is not. */
function temporaryFolders(): string[] {
  const usual = tmpdir();
  try {
    return inMemory.includes(statfsSync(usual).type) ? ['/var/tmp', usual] : [usual];
  } catch {
    return [usual];
  }
}

function larger(table: SlotTable | undefined, least: number): SlotTable {
  const length = Math.max(least, 2 * (table?.sizes.length ?? 512));
  const next = { begins: new Float64Array(length), sizes: new Uint32Array(length) };
  if (table) {
    next.begins.set(table.begins);
    next.sizes.set(table.sizes);
  }
  return next;
}
