/**
 * What Striate needs of the platform that it runs on. `#platform` is `platform.node.ts` in Node and `platform.browser.ts`
 * in browsers; both offer what `Platform` lists, and everything else is the same code on both.
 */
export interface Platform {
  readonly files: Files;
  readonly terminal: Terminal;
  readonly downloads: Downloads;
  /**
   * Unpacks gzipped bytes, off the main thread.
   *
   * @param path what error messages call the file
   * @param mostBytes the largest size the unpacked file may have, given how it begins; unpacking stops beyond that
   * @throws StriateError when the bytes are damaged, or unpack into more.
   */
  gunzip(bytes: Uint8Array, path: string, mostBytes: (start: Uint8Array) => number): Promise<Uint8Array>;
  /**
   * Decodes the first picture of a file, turned as the camera noted; in browsers also what a canvas, an image or a video
   * shows at this moment.
   *
   * @throws StriateError when the platform cannot decode such sources at all; any other Error when the file is damaged.
   */
  decodeImage(source: Uint8Array | Blob | Drawable, options: DecodeImageOptions): Promise<DecodedImage>;
  /**
   * The bytes of a WebAssembly file of the package: `asset(new URL('./kernel.wasm', import.meta.url))`, written like this,
   * so that bundlers find the file.
   *
   * @throws StriateError when there is nothing, or something else, as the page that servers send for what they do not have.
   */
  asset(url: URL): Promise<Uint8Array<ArrayBuffer>>;
  /** A folder that users name: in a page an address, relative to the page's; in Node a path or a `file:` address. */
  folderUrl(folder: string | URL): URL;
  /** Starts a thread; undefined if its entry has none for this platform. */
  startThread(entry: ThreadEntry, start: unknown, listener: ThreadListener): Thread | undefined;
  /** The number of cores. */
  coreCount(): number;
  /** Whether memory can be shared between threads. */
  canShareMemory(): boolean;
  /** Enables relaxed SIMD in WebAssembly where it needs enabling. */
  allowRelaxedSimd(): void;
  /** Yields so that pending events can run. */
  nextTurn(): Promise<void>;
  /** A variable of the process's environment; undefined if it is empty or unset. */
  environment(name: string): string | undefined;
  /** The user's folders; undefined in browsers. */
  userFolders(): UserFolders | undefined;
}

/** Files; a browser's are addresses, which can be read. All errors are StriateErrors of one clear line. */
export interface Files {
  /**
   * The bytes of a file, or of what a server has at an address (`https://…`).
   *
   * @param allow called with the size, where it is known, before the bytes are read; what it throws is thrown
   */
  read(path: string, allow?: (bytes: number) => void): Promise<Uint8Array>;
  /** A file's bytes; undefined if it does not exist. */
  readIfPresent(path: string): Promise<Uint8Array | undefined>;
  exists(path: string): Promise<boolean>;
  /** Whether a path is a folder; a browser takes any address for one. */
  isFolder(path: string): Promise<boolean>;
  /**
   * Writes a file whole or not at all: at every moment the path holds either the old content or the new. Content in
   * parts is written part by part: each is written before the next is requested.
   */
  writeWhole(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** Adds text to the end of a file. */
  append(path: string, text: string): Promise<void>;
  /**
   * Whether a file lies in the folder of another or in one below, symbolic links followed: files that name others may not reach
   * for what lies elsewhere. A browser's addresses have no links.
   */
  isBeside(path: string, file: string): Promise<boolean>;
  /** A file's path inside a folder. */
  join(folder: string, ...names: readonly string[]): string;
}

/** Where progress is drawn. */
export interface Terminal {
  /** Whether lines can be overwritten. */
  readonly interactive: boolean;
  /** Characters in a line. */
  readonly columns: number;
  write(text: string): void;
}

/** The program of a thread on each platform, written so that bundlers find it. */
export interface ThreadEntry {
  /** What error messages call it. */
  readonly name: string;
  /** `() => new URL('./worker.node.mjs', import.meta.url)` */
  readonly node: () => URL;
  /** `() => new Worker(new URL('./worker.browser.js', import.meta.url), { type: 'module' })`; programs for Node lack the type. */
  readonly browser?: () => object;
}

/** Receives what a thread reports. */
export interface ThreadListener {
  onMessage(message: unknown): void;
  /** The thread ended; no further messages follow. */
  onEnd(reason: string): void;
}

/** A started thread. It keeps the process alive until `hold(false)`. */
export interface Thread {
  post(message: unknown): void;
  /** Whether the process waits for the thread. */
  hold(busy: boolean): void;
  stop(): Promise<void>;
}

/** A file on the network and how to verify it. */
export interface RemoteFile {
  readonly url: string;
  /** Its size in bytes, if published; otherwise the server's Content-Length is trusted. */
  readonly size?: number;
  /** The publisher's MD5 checksum, in hexadecimal: it detects damage; some data sets are published with MD5 only. */
  readonly md5?: string;
  /** The publisher's SHA-256 checksum, in hexadecimal, or its first digits. */
  readonly sha256?: string;
}

/** Options of a download. */
export interface DownloadOptions {
  /**
   * Called with the bytes received so far, including those of an earlier attempt, and the file's size where it is known.
   */
  readonly onProgress?: (received: number, total: number | undefined) => void;
}

/** Downloaded files that are kept on this machine. */
export interface Downloads {
  /** Where a file is kept: a path in the user's cache folder, or in browsers the file's own address. */
  place(folder: string, file: RemoteFile): string;
  /** What is kept in a place; undefined if nothing is. */
  kept(place: string): Promise<Uint8Array | undefined>;
  /**
   * Fetches a file, checks it and keeps it.
   *
   * @throws StriateError when the server cannot be reached or the file is not the one expected.
   */
  fetch(file: RemoteFile, place: string, options?: DownloadOptions): Promise<Uint8Array>;
}

/** The user's folders. */
export interface UserFolders {
  readonly home: string;
  /** For things that can be downloaded again. */
  readonly cache: string;
}

/** Rows and columns. */
export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

/** A canvas, an ImageBitmap, an `<img>` or a `<video>` of a page. */
export type Drawable = PictureSize;

/** Options of `decodeImage`. */
export interface DecodeImageOptions {
  /**
   * Called with the picture's size, as early as the platform knows it, and gives the size to which the picture may be made
   * smaller while it is decoded; what it throws is thrown.
   */
  readonly reduce: (size: PictureSize) => PictureSize;
  /** The size that the file's header states, which saves asking the decoder for it. */
  readonly stated?: PictureSize | undefined;
  /** Nothing larger is unpacked. */
  readonly maxPixels: number;
  /** Whether colours are brought to sRGB by the file's profile; otherwise they are the file's numbers, whatever they mean. */
  readonly convertColors: boolean;
}

/** A decoded picture, perhaps reduced: rows of RGB pixels, or of RGBA pixels. */
export interface DecodedImage extends PictureSize {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly channels: 3 | 4;
  /** The size of the picture in its file. */
  readonly whole: PictureSize;
}
