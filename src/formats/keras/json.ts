import { isRecord } from '../../tensor/check.js';
import { StriateError } from '../../tensor/index.js';

/** A JSON object of which nothing is known. */
export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return isRecord(value);
}

/**
 * A text of a file as JSON; Python's NaN and Infinity, which JSON does not have, become null.
 *
 * @throws StriateError when it is damaged.
 */
export function parseJson(text: string, what: string, file: string): unknown {
  const clean =
    text.includes('NaN') || text.includes('Infinity') ? text.replace(/([[:,]\s*)-?(NaN|Infinity)/g, '$1null') : text;
  try {
    return JSON.parse(clean);
  } catch {
    throw new StriateError({
      where: file,
      rule: `${what} is damaged: it is no JSON`,
      advice: 'use another copy of the file',
    });
  }
}
