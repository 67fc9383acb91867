import { basename, relative } from 'node:path';

/** A call as it is written in a shell: `train --data 'my photos'`. */
export function shellWords(words: readonly (string | number)[]): string {
  return words
    .map((word) =>
      /^[\w./:@%+=,-]+$/.test(String(word)) ? String(word) : `'${String(word).replaceAll("'", `'\\''`)}'`,
    )
    .join(' ');
}

/** How this command line was called, for advice that can be pasted: `striate`, or `node bin/striate.js` in a clone. */
export function invocation(script = process.argv[1] ?? 'striate'): string {
  if (basename(script) === 'striate') return 'striate';
  const here = relative('', script);
  return `node ${here.startsWith('..') ? script : here}`;
}
