import { formatCount } from '../../platform/textTable.js';
import { StriateError } from '../../tensor/index.js';

/** What can be wrong with annotations, in the words of the summary. */
const kinds = {
  missingPicture: 'pictures are not there',
  brokenPicture: 'pictures cannot be read',
  otherSize: 'pictures are of another size than is written of them',
  duplicateId: 'numbers are given twice',
  unknownClass: 'things are of a class that is not listed',
  unknownPicture: 'things lie in a picture that is not listed',
  notFinite: 'things have numbers that are none',
  empty: 'things have no area',
  outside: 'things lie outside their picture',
  cut: 'things reach beyond their picture and were cut',
  damaged: 'entries cannot be read',
} as const;

/** The kinds of problems of annotations. */
export type AnnotationProblemKind = keyof typeof kinds;

/** Something that is wrong with annotations. All but `cut` was left out. */
export interface AnnotationProblem {
  readonly kind: AnnotationProblemKind;
  /** The file and the place in it: `instances.json, annotation 17`. */
  readonly where: string;
  /** What it says there. */
  readonly detail: string;
}

/** How many problems of a kind a line names. */
const named = 3;

/** What is wrong with annotations, in the order in which it was found. */
export class AnnotationProblems {
  private readonly found: AnnotationProblem[] = [];

  constructor(private readonly strict = false) {}

  /** All of them. */
  get list(): readonly AnnotationProblem[] {
    return this.found;
  }

  /** How many there are of each kind that there are some of. */
  get counts(): Readonly<Partial<Record<AnnotationProblemKind, number>>> {
    const counts: Partial<Record<AnnotationProblemKind, number>> = {};
    for (const { kind } of this.found) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  }

  /**
   * Keeps one.
   *
   * @throws StriateError with `strict`.
   */
  add(kind: AnnotationProblemKind, where: string, detail: string): void {
    if (this.strict && kind !== 'cut')
      throw new StriateError({ where, rule: detail, advice: 'mend it, or read without strict' });
    this.found.push({ kind, where, detail });
  }

  /** A line for each kind: «2 things have no area: labels/a.txt, line 3 (0 × 0.2), …». */
  get lines(): readonly string[] {
    return Object.entries(this.counts).map(([kind, count]) => {
      const own = this.found.filter((problem) => problem.kind === kind);
      const first = own.slice(0, named).map(({ where, detail }) => `${where} (${detail})`);
      const more = count > named ? `, and ${formatCount(count - named)} more` : '';
      return `${formatCount(count)} × ${kinds[kind as AnnotationProblemKind]}: ${first.join(', ')}${more}`;
    });
  }
}
