import { signal } from '@preact/signals-core';

export const languages = ['en', 'ko'] as const;

/** What the studio speaks. Both are written, neither is translated word for word. */
export type Language = (typeof languages)[number];

/** The language that is shown. */
export const language = signal<Language>('en');

/** A sentence, or a function that puts values into one. */
type Saying = string | ((...values: never[]) => string);

/** Sentences by name, each in all languages. */
export type StringTable = Readonly<Record<string, Readonly<Record<Language, Saying>>>>;

/** A table's sentences in the language that is shown. */
export type Spoken<T extends StringTable> = {
  readonly [K in keyof T]: T[K]['en'] extends string ? string : T[K]['en'];
};

/** Every language must take the same values as English. */
type SameValues<T extends StringTable> = {
  readonly [K in keyof T]: Readonly<Record<Language, T[K]['en'] extends string ? string : T[K]['en']>>;
};

/**
 * A table of sentences, each of which is read in the language that is shown, so that what shows it is drawn anew when the
 * language changes. A sentence that lacks a language does not compile.
 *
 * @example
 * const say = spoken({ rows: { en: (n: number) => `${n} rows`, ko: (n: number) => `${n}행` } });
 * say.rows(3); // 3 rows
 */
export function spoken<const T extends StringTable>(table: T & SameValues<T>): Spoken<T> {
  const say = {};
  for (const name of Object.keys(table)) {
    Object.defineProperty(say, name, { enumerable: true, get: () => table[name][language.value] });
  }
  return say as Spoken<T>;
}

const stored = 'striate-language';

/** Begins in the language chosen before, or else in the browser's. */
export function startLanguage(): void {
  const before = localStorage.getItem(stored);
  const wanted = before ?? (navigator.language.startsWith('ko') ? 'ko' : 'en');
  language.value = languages.find((one) => one === wanted) ?? 'en';
  language.subscribe((now) => (document.documentElement.lang = now));
}

/** Changes to the other language, and remembers it. */
export function toggleLanguage(): void {
  language.value = language.value === 'en' ? 'ko' : 'en';
  localStorage.setItem(stored, language.value);
}
