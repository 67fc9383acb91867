import type { KeptThing } from '../../storage/kept.js';
import { say } from './strings.js';
import { decisionsPrefix } from './useDecisions.js';

/** What was decided about pictures, source by source. */
export function keptThings(): Promise<readonly KeptThing[]> {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(decisionsPrefix));
  const things = names.map((name) => ({
    what: say.decided,
    name: name.slice(decisionsPrefix.length).split('|').filter(Boolean).join(', '),
    bytes: localStorage.getItem(name)!.length,
    forget: () => {
      localStorage.removeItem(name);
      return Promise.resolve();
    },
  }));
  return Promise.resolve(things);
}
