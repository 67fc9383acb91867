import { expect, it } from 'vitest';
import { visitStages } from './work.js';

it('programs are found beyond 2 GiB, where addresses are negative as 32-bit words', () => {
  const address = 2 ** 31 + 4096;
  // As much of the memory as is looked at: two stages of one and two steps.
  const words: Record<number, number> = {};
  [1, 7, 0, 0, 0, 2, 9, 0, 0, 0, 0, 0, 0, 0].forEach((word, i) => (words[address / 4 + i] = word));
  const seen: number[][] = [];
  visitStages(words as unknown as Int32Array, address | 0, (position, steps, tiles) =>
    seen.push([position, steps, tiles]),
  );
  expect(seen).toEqual([
    [address / 4, 1, 7],
    [address / 4 + 5, 2, 9],
  ]);
});
