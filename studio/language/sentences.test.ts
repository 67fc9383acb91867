import { describe, expect, it } from 'vitest';
import { spoken, type StringTable } from './language.js';

const tables = import.meta.glob<{ readonly strings: StringTable }>('../**/{strings,problems}.ts', { eager: true });
const sources = import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.ts'], {
  eager: true,
  query: '?raw',
  import: 'default',
});

describe.each(Object.entries(tables))('%s', (_, { strings }) => {
  it('says everything in Korean, too, but what is the same everywhere', () => {
    for (const [name, { en, ko }] of Object.entries(strings)) {
      const [english, korean] = [en, ko].map((said) => (typeof said === 'string' ? said : said.toString()));
      expect(`${name}: ${english.trim() === '' || korean.trim() === ''}`).toBe(`${name}: false`);
      // Sentences of Korean have Hangul in them.
      if (/[a-z]{4}/i.test(english) && english !== korean) expect(`${name}: ${korean}`).toMatch(/[\uac00-\ud7a3]/);
    }
  });
});

describe('what the studio says itself', () => {
  it('stands in a table, errors too', () => {
    const outside = Object.entries(sources).flatMap(([path, source]) =>
      [...source.matchAll(/\b(?:rule|advice): (?:'[^']*'|`[^`]*`)/g)].map(([found]) => `${path}: ${found}`),
    );
    expect(Object.keys(sources).length).toBeGreaterThan(100);
    expect(outside).toEqual([]);
  });
});

describe('a table of sentences', () => {
  it('does not compile where a language or a value is missing', () => {
    // @ts-expect-error Korean is missing
    spoken({ rows: { en: 'rows' } });
    // @ts-expect-error Korean takes a word where English takes a number
    spoken({ rows: { en: (n: number) => `${n} rows`, ko: (n: string) => `${n}행` } });
    // @ts-expect-error Korean is a sentence where English is a function
    spoken({ rows: { en: (n: number) => `${n} rows`, ko: '행' } });
    expect(spoken({ rows: { en: (n: number) => `${n} rows`, ko: (n: number) => `${n}행` } }).rows(3)).toBe('3 rows');
  });
});
