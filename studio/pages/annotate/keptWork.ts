import { transact, type Database } from '../../storage/database.js';
import { say } from '../../storage/strings.js';
import { firstPoints } from './exampleWork.js';
import type { AnnotatedFile, Work } from './work.js';

/** What was drawn in this browser, and what was learned from it. */
export const database: Database<'pictures' | 'classes' | 'models'> = {
  name: 'striate-annotations',
  version: 2,
  stores: { pictures: { keyPath: 'hash' }, classes: {}, models: { keyPath: 'kind' } },
  said: say,
};

/** What this browser has kept; undefined where nothing was ever drawn here. */
export async function keptWork(): Promise<Work | undefined> {
  const names = (name: 'names' | 'points'): Promise<readonly string[] | undefined> =>
    transact(database, ['classes'], 'readonly', (store) => store('classes').get(name) as IDBRequest<readonly string[]>);
  const [classNames, pointNames = firstPoints] = await Promise.all([names('names'), names('points')]);
  if (!classNames) return undefined;
  const pictures = await transact(
    database,
    ['pictures'],
    'readonly',
    (store) => store('pictures').getAll() as IDBRequest<AnnotatedFile[]>,
  );
  return { classNames, pointNames, pictures: pictures.sort((a, b) => a.order - b.order) };
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
      store('classes').put(after.pointNames, 'points');
      return undefined;
    }),
  );
  last = keeping.catch(() => undefined);
  return keeping.then(() => undefined);
}
