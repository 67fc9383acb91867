import type { AnyPage } from '../page.js';

/** The pages in the order of the frame's first line; one whose folder is not there is not shown. */
const order = ['convolve', 'train', 'inside', 'architectures', 'mistakes', 'annotate'] as const;

const modules = import.meta.glob<{ readonly page: AnyPage }>('./*/page.ts', { eager: true });

/** Every page there is: a folder here with a `page.ts`. */
export function pages(): readonly AnyPage[] {
  return order.flatMap((name) => modules[`./${name}/page.ts`]?.page ?? []);
}
