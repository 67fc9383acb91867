import { openEngine, cleanLetter, type Engine } from 'striate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawLetter, type LetterShape } from './letter.js';
import { letterVotes } from './letterVotes.js';

const clean = { down: 0, right: 0, turn: 0, scale: 1, thick: 1 } as const;

describe('the X-and-O toy of the lectures', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('wasm', { threads: 1 });
  });
  afterAll(() => engine.close());
  const votes = async (shape: Partial<LetterShape>): ReturnType<typeof letterVotes> =>
    letterVotes(
      { letter: 'X', ...clean, ...shape },
      { engine, signal: new AbortController().signal, progress: () => undefined, news: () => undefined },
    );

  it.each(['X', 'O'] as const)('draws the lectures’ %s where nothing is changed', (letter) => {
    expect(drawLetter({ letter, ...clean })).toEqual(cleanLetter(letter).data);
  });

  it('moves, thickens and turns it', () => {
    const x = cleanLetter('X').data;
    const moved = drawLetter({ letter: 'X', ...clean, down: 1, right: -1 });
    for (let row = 1; row <= 7; row++) expect(moved[9 * (row + 1) + row - 1]).toBe(x[9 * row + row]);
    const ink = (shape: Partial<LetterShape>): number =>
      drawLetter({ letter: 'X', ...clean, ...shape }).filter((v) => v === 1).length;
    expect(ink({ thick: 2 })).toBeGreaterThan(ink({}));
    expect(ink({ scale: 0.5 })).toBeLessThan(ink({}));
    expect(drawLetter({ letter: 'X', ...clean, turn: 90 })).toEqual(x);
  });

  it('finds the strokes and votes for the letter that is there', async () => {
    const x = await votes({});
    const cut = (value: number): number => Math.trunc(100 * value + 1e-4 * Math.sign(value)) / 100 + 0;
    expect([...x.matched[0].subarray(0, 7)].map(cut)).toEqual([0.77, -0.11, 0.11, 0.33, 0.55, -0.11, 0.33]);
    expect([...x.pooled[0].subarray(0, 4)].map(cut)).toEqual([1, 0.33, 0.55, 0.33]);
    expect(x.votes.X).toBeGreaterThan(x.votes.O + 0.4);
    const o = await votes({ letter: 'O' });
    expect(o.votes.O).toBeGreaterThan(o.votes.X + 0.4);
    // What the places say adds up to the votes.
    const said = x.ballots.X.flatMap((map) => [...map]).reduce((a, b) => a + b, 0);
    expect(said).toBeCloseTo(x.votes.X, 5);
  });

  it('is led astray by a letter that is turned, moved, or small', async () => {
    const clear = await votes({});
    for (const shape of [{ turn: 45 }, { down: 2, right: 2 }, { scale: 0.5 }]) {
      const { votes: said } = await votes(shape);
      expect(said.X - said.O).toBeLessThan(clear.votes.X - clear.votes.O - 0.2);
    }
  });
});
