import { say } from './strings.js';
import type { Parameters, Values } from './parameters.js';

/** What an address says that a page cannot follow, in words that say what to do. */
export interface AddressProblem {
  readonly name: string;
  readonly said: string;
}

/** What an address says: values, and what could not be read. */
export interface ReadQuery<P extends Parameters> {
  readonly values: Values<P>;
  readonly problems: readonly AddressProblem[];
}

/** Reads a page's values from the part of an address behind the question mark; what it does not say is as in the beginning. */
export function readQuery<P extends Parameters>(parameters: P, query: string): ReadQuery<P> {
  const given = parse(query);
  const problems: AddressProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const text = given.get(name);
    const value = text === undefined ? parameter.initial : parameter.read(text);
    values[name] = value ?? parameter.initial;
    if (value === undefined) {
      const instead = say.openedWith(parameter.write(parameter.initial));
      problems.push({ name, said: `${say.unreadable(name, text!, parameter.accepts())}; ${instead}` });
    }
  }
  for (const name of given.keys()) {
    if (name in parameters) continue;
    const near = nearest(name, Object.keys(parameters));
    problems.push({ name, said: say.unknownName(name) + (near === undefined ? '' : `; ${say.didYouMean(near)}`) });
  }
  return { values: values as Values<P>, problems };
}

/** Writes values as an address has them behind the question mark; those as in the beginning are left out. */
export function writeQuery<P extends Parameters>(parameters: P, values: Values<P>): string {
  return Object.entries(parameters)
    .map(([name, parameter]) => [name, parameter.write(values[name]), parameter.write(parameter.initial)] as const)
    .filter(([, text, initial]) => text !== initial)
    .map(([name, text]) => `${name}=${escaped(text)}`)
    .join('&');
}

/** Values by name. A plus sign is a plus sign here, and what browsers leave readable in an address stays so. */
function parse(query: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const [name, text] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    found.set(unescaped(name), unescaped(text));
  }
  return found;
}

function escaped(text: string): string {
  return text.replace(/[^\w,;:.|/+~!*()@$-]/gu, (character) => encodeURIComponent(character.toWellFormed()));
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The word that differs from another by the fewest letters, where they are few. */
function nearest(word: string, words: readonly string[]): string | undefined {
  const [best] = words
    .map((other) => ({ other, far: lettersBetween(word, other) }))
    .filter(({ other, far }) => far <= Math.max(1, Math.floor(other.length / 3)))
    .sort((a, b) => a.far - b.far);
  return best?.other;
}

/** https://en.wikipedia.org/wiki/Levenshtein_distance */
function lettersBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + Number(a[i - 1] !== b[j - 1]));
    }
    row = next;
  }
  return row[b.length];
}
