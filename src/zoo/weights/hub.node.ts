import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { files } from '#files';
import { cacheFolder } from '../../platform/cacheFolder.node.js';
import { download } from '../../platform/download.node.js';
import { StriateError } from '../../tensor/index.js';
import { downloadLine } from './downloadLine.js';
import type { FoundWeights, HubOptions, WeightHub } from './published.js';
import { publisher, type PublishedWeights } from './published.js';

/** Downloads under way, by path: who asks for the same file meanwhile waits for the same one. */
const underWay = new Map<string, Promise<void>>();

function isSet(variable: string | undefined): variable is string {
  return variable !== undefined && variable !== '';
}

/** Where PyTorch keeps what it has downloaded; the same files under the same names. */
function torchCache(): string {
  const { TORCH_HOME: torch, XDG_CACHE_HOME: xdg } = process.env;
  const caches = isSet(xdg) ? xdg : join(homedir(), '.cache');
  const home = isSet(torch) ? torch : join(caches, 'torch');
  return join(home, 'hub', 'checkpoints');
}

/** The folder that weights are looked for in before anything else. */
function chosenFolder(folder: string | undefined): string | undefined {
  const { STRIATE_WEIGHTS: named } = process.env;
  return folder ?? (isSet(named) ? named : undefined);
}

const read = async (place: string): Promise<FoundWeights> => ({ bytes: await files.read(place), place });

async function obtain(weights: PublishedWeights, path: string, folder: string, options: HubOptions): Promise<void> {
  const { file, sha256, mebibytes } = weights;
  const { weightsMirror = publisher, weightsFolder, onDownload = downloadLine(files.terminal, folder) } = options;
  const estimate = Math.round(mebibytes * 2 ** 20);
  try {
    await download({ url: `${weightsMirror.replace(/\/$/, '')}/${file}`, sha256 }, path, {
      onProgress: (received, total = Math.max(estimate, received)) => onDownload({ file, received, total }),
    });
  } catch (error) {
    const failure =
      error instanceof StriateError
        ? error
        : new StriateError({ rule: `cannot write there (${(error as Error).message})` }, { cause: error });
    const chosen = chosenFolder(weightsFolder);
    const instead = chosen === undefined ? folder : `${chosen} or ${folder}`;
    throw failure
      .within(`weights '${file}': could not be fetched`)
      .advising(
        `to do without the network, download ${publisher}/${file} (${mebibytes} MiB) elsewhere and put it into ${instead}, ` +
          "or give a file of your own: weights: 'FILE'",
      );
  }
}

/** Published weights in Node: from a folder, the user's cache, PyTorch's, or the network. */
export const hub: WeightHub = {
  async inFolder(names, option) {
    const folder = chosenFolder(option);
    if (folder === undefined) return undefined;
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
      const from = option === undefined ? 'STRIATE_WEIGHTS' : 'weightsFolder';
      throw new StriateError({
        where: `${from} '${folder}'`,
        rule: 'there is no such folder',
        advice: 'name one that has files of weights',
      });
    }
    const found = names.map((name) => join(folder, name)).find((path) => existsSync(path));
    return found === undefined ? undefined : read(found);
  },

  async published(weights, options) {
    const folder = join(cacheFolder(), 'weights');
    const path = join(folder, weights.file);
    const old = weights.formerly === undefined ? [] : [weights.formerly];
    const names = [weights.file, ...old];
    const kept = [folder, torchCache()].flatMap((place) => names.map((name) => join(place, name)));
    const found = kept.find((place) => existsSync(place));
    if (found !== undefined) return read(found);
    const running = underWay.get(path) ?? obtain(weights, path, folder, options);
    underWay.set(path, running);
    try {
      await running;
    } finally {
      underWay.delete(path);
    }
    return read(path);
  },
};
