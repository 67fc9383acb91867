import { crossValidate, stratifiedFolds, type PenaltyResult } from '../fit/logistic/crossValidation.js';
import type { HeadFeatures } from '../fit/headFeatures.js';

/** What is asked of a penalty. */
export interface PenaltyOptions {
  /** The strength itself, or those to try; 10⁻⁵ to 10² in half powers of ten by default. */
  readonly C?: number | readonly number[] | undefined;
  /** In how many parts examples are held out; 5 by default. */
  readonly folds?: number | undefined;
  /** Deals examples out to parts. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Called after each strength that was tried. */
  readonly onResult?: ((result: PenaltyResult) => void) | undefined;
}

const usualGrid: readonly number[] = Array.from({ length: 15 }, (_, i) => 10 ** (i / 2 - 5));

/** What is taken where no example can be held out, because each class has one. */
const withoutChoice = 1;

/** Where a pass over all parts is longer than this, in multiplications, one part alone is held out. */
const oneFoldFrom = 2e9;

/** A penalty's strength, and how it was chosen. */
export interface ChosenPenalty {
  readonly C: number;
  readonly best: PenaltyResult | undefined;
  readonly penalties: readonly PenaltyResult[];
  readonly folds: number;
  readonly iterations: number;
  readonly start: Float64Array | undefined;
}

/** The penalty that was asked for, or the best of several. */
export async function choosePenalty(
  rows: HeadFeatures,
  rowWeights: Float64Array,
  counts: readonly number[],
  { C = usualGrid, folds: asked = 5, seed, signal, onResult }: PenaltyOptions,
): Promise<ChosenPenalty> {
  const fixed = { best: undefined, penalties: [], folds: 0, iterations: 0, start: undefined };
  if (typeof C === 'number') return { C, ...fixed };
  const grid = [...new Set(C)].sort((a, b) => a - b);
  if (grid.length === 1) return { C: grid[0], ...fixed };
  const held = counts.filter((count) => count > 1).reduce((sum, count) => sum + count, 0);
  if (held === 0) return { C: grid.reduce((a, b) => (near(b) < near(a) ? b : a)), ...fixed };
  const parts = Math.min(asked, held);
  // All views of an example are held out together.
  const byExample = stratifiedFolds(rows.labels.subarray(0, rows.examples), parts, seed);
  const work = rows.count * rows.width * (rows.classes === 2 ? 1 : rows.classes);
  const folds = Int32Array.from({ length: rows.count }, (_, i) => {
    const part = byExample[i % rows.examples];
    return work > oneFoldFrom && part > 0 ? -1 : part;
  });
  const found = await crossValidate(rows, { grid, folds, rowWeights, signal, onResult });
  const { best, results, iterations, start } = found;
  return { C: best.C, best, penalties: results, folds: new Set(folds.filter((f) => f >= 0)).size, iterations, start };
}

const near = (C: number): number => Math.abs(Math.log(C / withoutChoice));
