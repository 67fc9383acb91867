import type { Language } from '../../language/language.js';
import { strings } from './strings.js';

/** What the pointer draws with: its key, and what it is called. */
export const tools = {
  box: { key: 'x', said: strings.box },
  brush: { key: 'm', said: strings.brush },
  eraser: { key: 'e', said: strings.eraser },
  polygon: { key: 'p', said: strings.polygon },
  point: { key: 'k', said: strings.point },
} as const satisfies Readonly<
  Record<string, { readonly key: string; readonly said: Readonly<Record<Language, string>> }>
>;

/** One of them. */
export type Tool = keyof typeof tools;

/** All of them, in their order. */
export const toolNames = Object.keys(tools) as readonly Tool[];
