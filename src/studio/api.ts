/**
 * What the studio's server tells its pages, as types that both sides compile against. Without a server, from a folder of
 * any web server, `api/studio` is not there, and the pages say so quietly.
 */

/** `GET api/studio`: what this server was started with. */
export interface StudioAnswer {
  /** Striate's version. */
  readonly version: string;
  /** Whether there is a folder of data (`--data`). */
  readonly data: boolean;
  /** Whether there is a folder of runs (`--runs`). */
  readonly runs: boolean;
  /** The model that the studio was opened on (`--model`); null for none. */
  readonly model: ListedFile | null;
}

/** A file: its name, and its size in bytes. */
export interface ListedFile {
  readonly name: string;
  readonly bytes: number;
}

/** `GET api/runs`: a run's folder, the one that was written last first. */
export interface ListedRun {
  /** The folder's name. */
  readonly name: string;
  /** What it was started with (`run.json`). */
  readonly arguments: Readonly<Record<string, unknown>>;
  /**
   * The folder of its data inside `--data`, with slashes, empty for that folder itself; null where it does not lie there, as
   * data that are drawn.
   */
  readonly data: string | null;
  /** When its results were last written, in milliseconds since 1970. */
  readonly changed: number;
  /** Its epochs so far, as in `results.csv`: a column's name and its number; what was not measured is left out. */
  readonly epochs: readonly Readonly<Record<string, number>>[];
  /** The files in it that can be fetched with `GET api/runs/file?run=NAME&file=NAME`. */
  readonly files: readonly ListedFile[];
}

/** What lies in a folder of data. */
export interface ListedEntry extends ListedFile {
  readonly kind: 'folder' | 'picture' | 'file';
}

/** `GET api/data?folder=PATH`: a folder of data, by name; the files come from `GET api/data/file?path=PATH`. */
export interface DataAnswer {
  /** Relative to `--data`, with slashes; empty for the folder itself. */
  readonly folder: string;
  readonly entries: readonly ListedEntry[];
  /** How many further entries were left out. */
  readonly more: number;
}

/**
 * `POST api/convert?to=…&name=…` with a model's bytes gives its bytes in another form: of a Keras file (`.keras`, `.h5`) Striate's
 * own (`striate`), and back (`keras`).
 */
export type Conversion = 'striate' | 'keras';

/** What the server answers where it refuses: the parts of a `StriateError`. */
export interface Refusal {
  readonly where: string;
  readonly rule: string;
  readonly received?: string | number | undefined;
  readonly advice?: string | undefined;
}
