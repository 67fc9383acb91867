import { StriateError } from 'striate';
import { say } from './strings.js';

/** A database of this browser (IndexedDB), where what is kept outlives reloads and restarts. */
export interface Database<Store extends string> {
  readonly name: string;
  readonly version: number;
  /** What its stores call their contents by. */
  readonly stores: Readonly<Record<Store, IDBObjectStoreParameters>>;
  /** What is said where the browser has no room, or keeps nothing for this page. */
  readonly said: {
    readonly full: string;
    readonly makeRoom: string;
    readonly keepsNone: string;
    readonly allow: string;
  };
}

/**
 * Does something in stores of a database, all of it or nothing.
 *
 * @throws StriateError where the browser has no room, or keeps nothing for this page.
 */
export async function transact<T, Store extends string>(
  database: Database<Store>,
  names: readonly Store[],
  mode: IDBTransactionMode,
  ask: (store: (name: Store) => IDBObjectStore) => IDBRequest<T> | undefined,
): Promise<T> {
  const opened = await open(database);
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = opened.transaction([...names], mode);
      const asked = ask((name) => transaction.objectStore(name));
      transaction.oncomplete = () => resolve(asked ? asked.result : (undefined as T));
      transaction.onabort = () => reject(refused(database.said, transaction.error));
    });
  } finally {
    opened.close();
  }
}

function open({ name, version, stores, said }: Database<string>): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, version);
    opening.onupgradeneeded = () => {
      const { result } = opening;
      const before = [...result.objectStoreNames];
      // What older versions kept in another form, or elsewhere, would only take room.
      for (const store of before) if (!(store in stores)) result.deleteObjectStore(store);
      for (const [store, form] of Object.entries(stores)) {
        if (!before.includes(store)) result.createObjectStore(store, form);
      }
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(refused(said, opening.error));
  });
}

function refused(said: Database<string>['said'], error: DOMException | null): StriateError {
  const full = error?.name === 'QuotaExceededError';
  return new StriateError({
    where: say.browser,
    rule: full ? said.full : said.keepsNone,
    received: full ? undefined : error?.message,
    advice: full ? said.makeRoom : said.allow,
  });
}
