import type { PublishedWeights } from './published.js';

/** How far a download is. */
export interface DownloadProgress {
  readonly file: string;
  /** Bytes that are there. */
  readonly received: number;
  /** Bytes in all; the publisher's round figure where the server does not say. */
  readonly total: number;
}

/** Where published weights come from. */
export interface HubOptions {
  /**
   * A folder that is looked into before the network, for files called as they were published, or
   * `ARCHITECTURE-imagenet.safetensors` and `.pth`; in Node the environment variable `STRIATE_WEIGHTS` by default. In a
   * browser, the address of such a folder.
   */
  readonly weightsFolder?: string;
  /** Takes the place of the publisher's address before the file's name, for a mirror. */
  readonly weightsMirror?: string;
  /** Told how far the download is; by default it is drawn on the terminal. */
  readonly onDownload?: (progress: DownloadProgress) => void;
}

/** A file and where it was. */
export interface FoundWeights {
  readonly bytes: Uint8Array;
  readonly place: string;
}

/** What the hub needs of the platform. */
export interface WeightHub {
  /** The first of these names that the folder has; undefined where it has none, or there is no folder. */
  inFolder(names: readonly string[], folder: string | undefined): Promise<FoundWeights | undefined>;
  /** A published file: from the cache, or else from the network, checked, and kept in the cache. */
  published(weights: PublishedWeights, options: HubOptions): Promise<FoundWeights>;
}
