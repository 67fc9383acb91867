import { basename, relative } from 'node:path';

/** How this command line was called, for advice that can be pasted: `striate`, or `node bin/striate.js` in a clone. */
export function invocation(script = process.argv[1] ?? 'striate'): string {
  if (basename(script) === 'striate') return 'striate';
  const here = relative('', script);
  return `node ${here.startsWith('..') ? script : here}`;
}
