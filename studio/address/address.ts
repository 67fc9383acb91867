import { signal } from '@preact/signals';

/** Where the studio is: a page's name, and what stands behind the question mark. */
export interface Address {
  readonly page: string;
  readonly query: string;
}

/** The present address. */
export const address = signal<Address>({ page: '', query: '' });

/** How an address is changed: a `step` can be gone back to, a `slide` (of a pointer, a play) takes the place of the one before. */
export type Change = 'step' | 'slide';

/** Reads `#/convolve?picture=x`. */
export function parseAddress(hash: string): Address {
  const text = hash.replace(/^#?\/?/, '');
  const at = text.indexOf('?');
  return at < 0 ? { page: text, query: '' } : { page: text.slice(0, at), query: text.slice(at + 1) };
}

/** Writes `#/convolve?picture=x`. */
export function formatAddress({ page, query }: Address): string {
  return `#/${page}${query === '' ? '' : `?${query}`}`;
}

/** Follows the browser's address: links, back and forward. */
export function startAddress(): void {
  const follow = (): void => {
    address.value = parseAddress(location.hash);
  };
  addEventListener('popstate', follow);
  addEventListener('hashchange', follow);
  follow();
}

/** Slides that wait to be written: browsers allow only so many changes of the address in a time. */
let waiting: ReturnType<typeof setTimeout> | undefined;
const slideMilliseconds = 150;

/** Goes to an address. The page follows at once; of slides, the browser's address is brought up to date now and then. */
export function go(to: Address, change: Change = 'step'): void {
  const before = address.value;
  if (before.page === to.page && before.query === to.query) return;
  if (change === 'step') {
    flush();
    history.pushState(null, '', formatAddress(to));
  } else waiting ??= setTimeout(flush, slideMilliseconds);
  address.value = to;
}

/** Writes what waits into the browser's address. */
function flush(): void {
  clearTimeout(waiting);
  if (waiting !== undefined) history.replaceState(null, '', formatAddress(address.value));
  waiting = undefined;
}
