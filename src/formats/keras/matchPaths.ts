/** Where a layer lies: the names of the models around it, and its own. */
export type LayerPath = readonly string[];

/** Whether one path ends with all of the other. */
function ends(a: LayerPath, b: LayerPath): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.every((part, i) => part === long[long.length - short.length + i]);
}

/**
 * Finds for each path the one among others that means the same layer: an equal one, otherwise the only one that ends as it
 * does, or that it ends as, since files leave out the outermost names or put one more before them. What could mean two layers
 * is not found.
 */
export function matchPaths(wanted: readonly LayerPath[], held: readonly LayerPath[]): readonly (number | undefined)[] {
  const split = (paths: readonly LayerPath[]): LayerPath[] => paths.map((path) => path.join('/').split(/[./]/));
  const [mine, theirs] = [split(wanted), split(held)];
  const found = new Array<number | undefined>(mine.length);
  const byEnd = new Map<string, number[]>();
  theirs.forEach((path, i) => {
    const end = path.at(-1) ?? '';
    byEnd.set(end, [...(byEnd.get(end) ?? []), i]);
  });
  const taken = new Set<number>();
  const matchBy = (same: (a: LayerPath, b: LayerPath) => boolean): boolean => {
    const claims = new Map<number, number[]>();
    const candidates = mine.map((path, i) => {
      if (found[i] !== undefined) return [];
      const fitting = (byEnd.get(path.at(-1) ?? '') ?? []).filter((j) => !taken.has(j) && same(path, theirs[j]));
      for (const j of fitting) claims.set(j, [...(claims.get(j) ?? []), i]);
      return fitting;
    });
    let progress = false;
    candidates.forEach(([only, ...more], i) => {
      if (only === undefined || more.length > 0 || claims.get(only)?.length !== 1) return;
      found[i] = only;
      taken.add(only);
      progress = true;
    });
    return progress;
  };
  const isEqual = (a: LayerPath, b: LayerPath): boolean => a.length === b.length && ends(a, b);
  matchBy(isEqual);
  while (matchBy(ends));
  return found;
}
