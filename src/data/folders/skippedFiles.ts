import { formatCount } from '../../platform/textTable.js';
import { StriateError } from '../../tensor/index.js';

/** A skipped file. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: string;
}

/** How many files the line about skipped files names. */
const named = 3;

/** The files of a folder that have been skipped so far; broken files are found when they are read. */
export class SkippedFiles {
  private readonly found = new Map<string, SkippedFile>();

  constructor(
    /** The number of all files that were found, broken or not. */
    readonly total: number,
    private readonly strict: boolean,
  ) {}

  /** The skipped files, by path. */
  get list(): readonly SkippedFile[] {
    return [...this.found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Whether a file is known to be broken. */
  has(path: string): boolean {
    return this.found.has(path);
  }

  /**
   * Records a broken file.
   *
   * @throws StriateError with `strict`.
   */
  add(path: string, reason: string): void {
    if (this.strict) {
      throw new StriateError({
        where: path,
        rule: `must be a picture; ${reason}`,
        advice: 'repair or remove it, or read without strict',
      });
    }
    this.found.set(path, { path, reason });
  }

  /** «3 of 2,003 files were skipped: cats/a.jpg (it is empty), …»; undefined if there are none. */
  describe(): string | undefined {
    const { list, total } = this;
    if (list.length === 0) return undefined;
    const first = list.slice(0, named).map(({ path, reason }) => `${path} (${reason})`);
    const more = list.length > named ? `, and ${list.length - named} more` : '';
    const were = list.length === 1 ? 'was' : 'were';
    return `${formatCount(list.length)} of ${formatCount(total)} files ${were} skipped: ${first.join(', ')}${more}`;
  }
}
