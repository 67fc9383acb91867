/** Which classes of others some classes are. */
export interface ClassMatch {
  /** The place of each among the others; undefined where it is none of them, or could be several. */
  readonly places: readonly (number | undefined)[];
  /** Whether every class has a place, and no two have the same. */
  readonly complete: boolean;
  /** A sentence for each class without a place that differs from one of the others in nothing but its form. */
  readonly problems: readonly string[];
}

/** What two names must have in common to be taken for one, from strict to lenient. */
const rules: readonly ((name: string) => string)[] = [
  (name) => name,
  // The same letters, composed (é) or decomposed (e and an accent): file systems turn one into the other.
  (name) => name.normalize('NFC'),
  // Keras writes the words of ImageNet's names with underscores between them.
  (name) => name.normalize('NFC').toLowerCase().replaceAll('_', ' '),
];

/**
 * The one rule by which names of classes are brought together, wherever two lists of them meet: a name is the one that is
 * spelled exactly so; else the one that has the same letters in the Unicode normal form C; else the one that differs in upper
 * and lower case (or in underscores for blanks), provided that there is only one. Nothing is ever guessed.
 *
 * @param others may hold a name twice (ImageNet has two cranes): only its other name tells them apart then
 * @param otherNames what each of `others` is called besides: WordNet's number of the class
 *
 * @example
 * matchClassNames(['cat', 'A'], ['A', 'a', 'Cat']).places; // [2, 0]
 */
export function matchClassNames(
  names: readonly string[],
  others: readonly string[],
  otherNames: readonly (string | undefined)[] = [],
): ClassMatch {
  const isSame = names.length === others.length && names.every((name, i) => name === others[i]);
  if (isSame) return { places: names.map((_, i) => i), complete: true, problems: [] };
  const found = rules.map((rule) => placesByName(others, otherNames, rule));
  const candidates = names.map((name) => rules.map((rule, r) => found[r].get(rule(name))).find(Boolean) ?? []);
  const claims = new Map<number, string[]>();
  candidates.forEach((places, i) => {
    if (places.length === 1) claims.set(places[0], [...(claims.get(places[0]) ?? []), names[i]]);
  });
  const places = names.map((name, i) => {
    const [place] = candidates[i];
    if (candidates[i].length !== 1) return undefined;
    // Of several that could be one class, the one that is spelled exactly so is it.
    return claims.get(place)!.length === 1 || name === others[place] ? place : undefined;
  });
  const problems = names.flatMap((name, i) => {
    if (places[i] !== undefined) return [];
    const sentence = problemOf(name, candidates[i], { others, otherNames, claims });
    return sentence === undefined ? [] : [sentence];
  });
  const complete = places.every((place) => place !== undefined) && new Set(places).size === places.length;
  return { places, complete, problems };
}

function placesByName(
  names: readonly string[],
  otherNames: readonly (string | undefined)[],
  rule: (name: string) => string,
): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  names.forEach((name, i) => {
    for (const called of new Set([name, otherNames[i] ?? name].map(rule))) {
      const known = places.get(called);
      if (known) known.push(i);
      else places.set(called, [i]);
    }
  });
  return places;
}

/** A name without what people write differently: accents, case, and everything that is neither letter nor digit. */
function bare(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

interface Known {
  readonly others: readonly string[];
  readonly otherNames: readonly (string | undefined)[];
  readonly claims: ReadonlyMap<number, readonly string[]>;
}

/** What keeps a name from being one of the others, where they differ in their form alone. */
function problemOf(name: string, candidates: readonly number[], { others, otherNames, claims }: Known) {
  if (candidates.length > 1) {
    const spelled = new Set(candidates.map((place) => others[place]));
    if (spelled.size > 1) return `'${name}' could be ${quoted([...spelled])}: spell it as one of them`;
    const ids = candidates.map((place) => otherNames[place]).filter((id) => id !== undefined);
    const apart = ids.length === candidates.length ? `call it ${ids.join(' or ')}` : 'give the classes other names';
    return `${candidates.length} classes are called '${others[candidates[0]]}': ${apart}`;
  }
  if (candidates.length === 1) {
    const rivals = claims.get(candidates[0])!.filter((other) => other !== name);
    return `'${name}' and ${quoted(rivals)} would both be '${others[candidates[0]]}': rename one of them`;
  }
  const near = bare(name) === '' ? undefined : others.find((other) => bare(other) === bare(name));
  return near === undefined
    ? undefined
    : `'${name}' is not spelled like '${near}': rename one of them if they are the same`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(' or ');
}
