import { transact, type Database } from '../../storage/database.js';
import { say } from '../../storage/strings.js';
import type { AnnotatedFile, Work } from './work.js';

const database: Database<'pictures' | 'classes'> = {
  name: 'striate-annotations',
  version: 1,
  stores: { pictures: { keyPath: 'hash' }, classes: {} },
  said: say,
};

/** What this browser has kept; undefined where nothing was ever drawn here. */
export async function keptWork(): Promise<Work | undefined> {
  const classNames = await transact(
    database,
    ['classes'],
    'readonly',
    (store) => store('classes').get('names') as IDBRequest<readonly string[] | undefined>,
  );
  if (!classNames) return undefined;
  const pictures = await transact(
    database,
    ['pictures'],
    'readonly',
    (store) => store('pictures').getAll() as IDBRequest<AnnotatedFile[]>,
  );
  return { classNames, pictures: pictures.sort((a, b) => a.order - b.order) };
}

/** Forgets all that was drawn, and the pictures. */
export async function forgetWork(): Promise<void> {
  await transact(database, ['pictures', 'classes'], 'readwrite', (store) => {
    store('pictures').clear();
    store('classes').clear();
    return undefined;
  });
}

let last: Promise<unknown> = Promise.resolve();

/** Keeps what is different from before, all or nothing; one change after the other. */
export function keepWork(before: Work | undefined, after: Work): Promise<void> {
  const had = new Map(before?.pictures.map((one) => [one.hash, one]));
  const has = new Set(after.pictures.map(({ hash }) => hash));
  const keeping = last.then(() =>
    transact(database, ['pictures', 'classes'], 'readwrite', (store) => {
      for (const picture of after.pictures) if (had.get(picture.hash) !== picture) store('pictures').put(picture);
      for (const hash of had.keys()) if (!has.has(hash)) store('pictures').delete(hash);
      store('classes').put(after.classNames, 'names');
      return undefined;
    }),
  );
  last = keeping.catch(() => undefined);
  return keeping.then(() => undefined);
}
