import type { SymbolicTensor } from '../layers/index.js';
import { conv } from './blocks.js';
import { deepLabHead, fcnHead, lrasppHead } from './segmentationHeads.js';
import { unetDecoder } from './unet.js';

/** What a head for masks on any backbone is made for. */
export interface MaskHeadOptions {
  /** What its layers' names begin with. */
  readonly name: string;
  /** The number of classes, the background counted. */
  readonly classes: number;
  /** Channels of U-Net's joined maps at most. */
  readonly filters: number;
}

/** A head for masks: which of a backbone's maps it takes, and the scores that it makes of them, of the finest one's size. */
export interface MaskHead {
  /** By how often they were halved, for a backbone that has these levels, finest first. */
  readonly levels: (known: readonly number[]) => readonly number[];
  readonly scores: (maps: readonly SymbolicTensor[], options: MaskHeadOptions) => SymbolicTensor;
}

const last = <T>(values: readonly T[]): T => values[values.length - 1];

/** The coarsest map up to a 16th of the side, as torchvision's segmenters have an 8th or a 16th: finer than what classifies. */
const coarse = (known: readonly number[]): number => last(known.filter((level) => level <= 4)) ?? known[0];

/** Heads that say of each pixel what it belongs to, on the maps of any backbone. */
export const maskHeads = {
  lraspp: {
    levels: (known) => [...new Set([known.includes(3) ? 3 : known[0], last(known)])],
    scores: (maps, { name, classes }) => lrasppHead(maps[0], last(maps), name, classes),
  },
  fcn: {
    levels: (known) => [coarse(known)],
    scores: (maps, { name, classes }) => fcnHead(last(maps), name, { classes, dropout: 0.1 }),
  },
  deeplabv3: {
    levels: (known) => [coarse(known)],
    scores: (maps, { name, classes }) => deepLabHead(last(maps), name, { classes, dropout: 0.5 }),
  },
  unet: {
    levels: (known) => known,
    scores(maps, { name, classes, filters }) {
      const channels = maps.map((_, i) => Math.min(filters, 16 * 2 ** i));
      return conv(unetDecoder(maps, channels, name), `${name}.classifier`, classes, 1, { bias: true });
    },
  },
} as const satisfies Readonly<Record<string, MaskHead>>;

/** The name of a head for masks. */
export type MaskHeadName = keyof typeof maskHeads;
