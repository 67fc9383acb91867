// Draws the letters and digits that the studio's pages open on into studio/pictures/drawn.ts, so that pages need not carry
// what draws them: node scripts/draw-studio-pictures.mjs (build the library first).
import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { cleanLetter, digits } from '../dist/index.node.js';

const { x } = digits({ seed: 7, train: 10, test: 1 }).train.arrays;

/** Runs of zeros as their number in base 36 behind a comma, other values as two hexadecimal digits. */
function written(values) {
  const text = Array.from(values, (value) => (value === 0 ? '.' : value.toString(16).padStart(2, '0'))).join('');
  return text.replace(/\.+/g, ({ length }) => `,${length.toString(36)},`);
}

const letters = ['X', 'O'].map((letter) => {
  const { data } = cleanLetter(letter);
  const rows = Array.from({ length: 9 }, (_, row) =>
    Array.from(data.subarray(9 * row, 9 * row + 9), (value) => (value > 0 ? '#' : '.')).join(''),
  );
  return `${letter.toLowerCase()}: '${rows.join(' ')}'`;
});
const drawn = Array.from({ length: 10 }, (_, i) => `'${written(x.data.subarray(784 * i, 784 * (i + 1)))}'`);
const code = `/** Letters and digits as the library draws them; written by scripts/draw-studio-pictures.mjs. */

/** The clean letters of the X-and-O toy, 9×9: ink is #. */
export const letters = { ${letters.join(', ')} } as const;

/** A digit of each kind, 28×28: values from 0 to 255 as two hexadecimal digits, between commas how many zeros in base 36. */
export const digits = [${drawn.join(', ')}] as const;
`;
const path = 'studio/pictures/drawn.ts';
await writeFile(path, await format(code, { ...(await resolveConfig(path)), parser: 'typescript' }));
