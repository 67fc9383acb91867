/** Where progress is drawn. */
export interface Terminal {
  /** Whether lines can be drawn over. */
  readonly interactive: boolean;
  /** Characters in a line. */
  readonly columns: number;
  write(text: string): void;
}

/** What models need of the platform that they run on. All paths' errors are one clear line (StriateError). */
export interface FileHost {
  /** A file's bytes. */
  read(path: string): Promise<Uint8Array>;
  exists(path: string): Promise<boolean>;
  /**
   * Writes a file whole or not at all: at every moment the path names the old content or the new. Of content in parts, each
   * is written before the next is asked for.
   */
  writeWhole(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** Adds text to the end of a file. */
  append(path: string, text: string): Promise<void>;
  readonly terminal: Terminal;
}
