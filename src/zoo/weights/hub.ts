import * as ownPlatform from '#platform';
import type { OptionKinds } from '../../tensor/acceptedOptions.js';
import type { Platform } from '../../platform/platform.js';
import { StriateError } from '../../tensor/index.js';
import { downloadLine, type DownloadProgress } from './downloadLine.js';
import { namesOf, publisher, type PublishedWeights } from './published.js';

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

/** The kinds of these options. */
export const hubOptionKinds = {
  weightsFolder: 'string',
  weightsMirror: 'string',
  onDownload: 'function',
} as const satisfies OptionKinds<HubOptions>;

/** A file and where it was. */
export interface FoundWeights {
  readonly bytes: Uint8Array;
  readonly place: string;
}

/** What published weights need of the platform. */
type HubPlatform = Pick<Platform, 'files' | 'terminal' | 'downloads' | 'environment' | 'userFolders'>;

/** Published weights: from a folder, what was downloaded before (by PyTorch, too), or the network. */
export class WeightHub {
  constructor(private readonly platform: HubPlatform = ownPlatform) {}

  /**
   * The first of these names that the folder has; undefined where it has none, or there is no folder.
   *
   * @throws StriateError when there is no such folder.
   */
  async inFolder(names: readonly string[], option: string | undefined): Promise<FoundWeights | undefined> {
    const { files } = this.platform;
    const folder = this.chosenFolder(option);
    if (folder === undefined) return undefined;
    if (!(await files.isFolder(folder))) {
      const from = option === undefined ? 'STRIATE_WEIGHTS' : 'weightsFolder';
      throw new StriateError({
        where: `${from} '${folder}'`,
        rule: 'there is no such folder',
        advice: 'name one that has files of weights',
      });
    }
    for (const name of names) {
      const place = files.join(folder, name);
      const bytes = await files.readIfPresent(place);
      if (bytes) return { bytes, place };
    }
    return undefined;
  }

  /**
   * A published file, checked and kept for the next time.
   *
   * @throws StriateError that says how to do without the network, when it cannot be fetched.
   */
  async published(weights: PublishedWeights, options: HubOptions): Promise<FoundWeights> {
    const { downloads } = this.platform;
    const { file, sha256, mebibytes } = weights;
    const { weightsMirror = publisher, onDownload = this.progressLine() } = options;
    const remote = { url: `${weightsMirror.replace(/\/$/, '')}/${file}`, sha256 };
    const place = downloads.place(folderName, remote);
    for (const one of [place, ...this.olderPlaces(weights)]) {
      const bytes = await downloads.kept(one);
      if (bytes) return { bytes, place: one };
    }
    const estimate = Math.round(mebibytes * 2 ** 20);
    const onProgress = (received: number, total = Math.max(estimate, received)): void =>
      onDownload?.({ file, received, total });
    try {
      return { bytes: await downloads.fetch(remote, place, { onProgress }), place };
    } catch (error) {
      if (!(error instanceof StriateError)) throw error;
      throw error.within(`weights '${file}': could not be fetched`).advising(this.advice(weights, options));
    }
  }

  /** The folder that weights are looked for in before anything else. */
  private chosenFolder(option: string | undefined): string | undefined {
    return option ?? this.platform.environment('STRIATE_WEIGHTS');
  }

  private progressLine(): HubOptions['onDownload'] {
    const { files, terminal } = this.platform;
    const folders = this.platform.userFolders();
    return folders && downloadLine(terminal, files.join(folders.cache, folderName));
  }

  /** Where the same file may be from earlier: under its former name, and where PyTorch keeps what it has downloaded. */
  private olderPlaces(weights: PublishedWeights): string[] {
    const { files, environment } = this.platform;
    const folders = this.platform.userFolders();
    if (!folders) return [];
    const caches = environment('XDG_CACHE_HOME') ?? files.join(folders.home, '.cache');
    const torch = files.join(environment('TORCH_HOME') ?? files.join(caches, 'torch'), 'hub', 'checkpoints');
    const names = namesOf(weights);
    return [files.join(folders.cache, folderName), torch].flatMap((folder) =>
      names.map((name) => files.join(folder, name)),
    );
  }

  private advice({ file, mebibytes }: PublishedWeights, { weightsFolder }: HubOptions): string {
    const folders = this.platform.userFolders();
    if (!folders) {
      return "without a network, or where that server does not allow pages of other sites (CORS), put the file on your own server and give its folder: weightsFolder, or give weights: 'ADDRESS'";
    }
    const own = this.platform.files.join(folders.cache, folderName);
    const chosen = this.chosenFolder(weightsFolder);
    const instead = chosen === undefined ? own : `${chosen} or ${own}`;
    return `to do without the network, download ${publisher}/${file} (${mebibytes} MiB) elsewhere and put it into ${instead}, or give a file of your own: weights: 'FILE'`;
  }
}

/** The folder of weights in the user's cache. */
const folderName = 'weights';
