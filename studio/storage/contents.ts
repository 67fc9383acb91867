import { transact, type Database } from './database.js';
import { say } from './strings.js';

/** A file that the browser keeps: named by its content, so that an address can name it. */
export interface KeptFile {
  /** The first 16 digits of the SHA-256 of its bytes. */
  readonly hash: string;
  /** What the file was called. */
  readonly name: string;
  readonly blob: Blob;
  /** Milliseconds since 1970. */
  readonly added: number;
}

const database: Database<'files'> = {
  name: 'striate-studio',
  version: 1,
  stores: { files: { keyPath: 'hash' } },
  said: say,
};

/**
 * Keeps a file in this browser (IndexedDB), where it outlives reloads and restarts.
 *
 * @throws StriateError where the browser has no room, or keeps nothing for this page.
 */
export async function keepFile(blob: Blob, name: string): Promise<KeptFile> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const file: KeptFile = { hash: await hashOf(bytes), name, blob, added: Date.now() };
  await request('readwrite', (files) => files.put(file));
  return file;
}

/** The file of a hash; undefined where this browser has none. */
export async function keptFile(hash: string): Promise<KeptFile | undefined> {
  return request('readonly', (files) => files.get(hash) as IDBRequest<KeptFile | undefined>);
}

/** All files that are kept, the latest first. */
export async function keptFiles(): Promise<KeptFile[]> {
  const files = await request('readonly', (all) => all.getAll() as IDBRequest<KeptFile[]>);
  return files.sort((a, b) => b.added - a.added);
}

/** Removes a file. */
export async function forgetFile(hash: string): Promise<void> {
  await request('readwrite', (files) => files.delete(hash));
}

/** A name for bytes that follows from them alone. */
export async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Pages that are neither on this machine nor encrypted have no cryptography; a name need not withstand an attack.
  const subtle = (crypto as Partial<Crypto>).subtle;
  if (!subtle) return plainHash(bytes);
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** FNV-1a, twice: http://www.isthe.com/chongo/tech/comp/fnv */
function plainHash(bytes: Uint8Array): string {
  return [0x811c9dc5, 0x01000193]
    .map((start) => {
      let hash = start;
      for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
      return (hash >>> 0).toString(16).padStart(8, '0');
    })
    .join('');
}

function request<T>(mode: IDBTransactionMode, ask: (files: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return transact(database, ['files'], mode, (store) => ask(store('files')));
}
