import type { Parameter } from '../../address/parameters.js';
import { say } from './strings.js';

/** What blocks there are: the factories that make their layers, and their options for the number that a block has. */
export const blockKinds = {
  conv: {
    numbers: [4, 8, 16, 32, 64, 128],
    layers: (filters: number) => [['conv2d', { filters, kernelSize: 3, activation: 'relu' }]],
  },
  normconv: {
    numbers: [4, 8, 16, 32, 64, 128],
    // The normalization has a bias of its own.
    layers: (filters: number) => [
      ['conv2d', { filters, kernelSize: 3, useBias: false }],
      ['batchNormalization', { momentum: 0.9 }],
      ['activation', { activation: 'relu' }],
    ],
  },
  // Statistics of the last dozens of batches, as PyTorch has it: short trainings have few.
  norm: { numbers: [], layers: () => [['batchNormalization', { momentum: 0.9 }]] },
  pool: { numbers: [2, 3, 4], layers: (poolSize: number) => [['maxPooling2d', { poolSize }]] },
  average: { numbers: [2, 3, 4], layers: (poolSize: number) => [['averagePooling2d', { poolSize }]] },
  dropout: { numbers: [10, 25, 50], layers: (percent: number) => [['dropout', { rate: percent / 100 }]] },
  globalaverage: { numbers: [], layers: () => [['globalAveragePooling2d', {}]] },
  flatten: { numbers: [], layers: () => [['flatten', {}]] },
  dense: { numbers: [16, 32, 64, 128, 256], layers: (units: number) => [['dense', { units, activation: 'relu' }]] },
} as const satisfies Readonly<Record<string, BlockRow>>;

interface BlockRow {
  /** What the block can have: filters, units, the side of a window, a share in percent; none where there is no choice. */
  readonly numbers: readonly number[];
  readonly layers: (number: number) => readonly (readonly [factory: string, options: LayerOptions])[];
}

type LayerOptions = Readonly<Record<string, number | string | boolean | readonly number[]>>;

export type BlockKind = keyof typeof blockKinds;

export const blockNames = Object.keys(blockKinds) as BlockKind[];

/** A block of a network: `conv32`. */
export interface Block {
  readonly kind: BlockKind;
  /** 0 where the kind has no choice. */
  readonly number: number;
}

/** The most blocks that a network can have here. */
export const mostBlocks = 16;

/** The digit CNN of Keras's first tutorial, `mnist_cnn` of the zoo, but for its last layer, which follows from the data. */
export const usualBlocks = 'conv32,pool2,conv64,pool2,conv64,flatten,dense64';

/** Blocks as an address has them: `conv32,pool2,flatten,dense64`. */
export function blocksText(blocks: readonly Block[]): string {
  return blocks.map(({ kind, number }) => `${kind}${number === 0 ? '' : number}`).join(',');
}

/** The blocks that a text names; undefined where it names others. */
export function readBlocks(text: string): readonly Block[] | undefined {
  if (text === '') return [];
  const blocks = text.split(',').map(readBlock);
  return blocks.length <= mostBlocks && blocks.every((block) => block !== undefined) ? blocks : undefined;
}

function readBlock(word: string): Block | undefined {
  const found = /^([a-z]+)(\d{0,3})$/.exec(word);
  if (!found || !Object.hasOwn(blockKinds, found[1])) return undefined;
  const kind = found[1] as BlockKind;
  const number = Number(found[2] || 0);
  const { numbers }: BlockRow = blockKinds[kind];
  const isSound = numbers.length === 0 ? found[2] === '' : number >= 1 && (kind !== 'dropout' || number <= 90);
  return isSound ? { kind, number } : undefined;
}

/** A new block of a kind, with a number from the middle of what there is. */
export function newBlock(kind: BlockKind): Block {
  const { numbers }: BlockRow = blockKinds[kind];
  return { kind, number: numbers.length === 0 ? 0 : numbers[Math.floor((numbers.length - 1) / 2)] };
}

/** The blocks with one of them elsewhere. */
export function movedBlock(blocks: readonly Block[], from: number, to: number): readonly Block[] {
  const rest = blocks.filter((_, i) => i !== from);
  return [...rest.slice(0, to), blocks[from], ...rest.slice(to)];
}

/** A layer of a network: the name of its factory, and what it is given. */
export interface PlannedLayer {
  readonly factory: string;
  readonly options: LayerOptions;
  /** The block that it was made of; undefined for what was added. */
  readonly block: number | undefined;
}

/**
 * The layers of blocks, with what every classifier has: the shape of the pictures, a map laid out as a row before the first
 * dense layer, and a probability for each class.
 */
export function plannedLayers(
  blocks: readonly Block[],
  inputShape: readonly number[],
  classes: number,
): readonly PlannedLayer[] {
  const planned: PlannedLayer[] = [];
  let isMap = true;
  const add = (factory: string, options: PlannedLayer['options'], block?: number): void => {
    planned.push({ factory, options: planned.length === 0 ? { ...options, inputShape } : options, block });
  };
  const layOut = (): void => {
    if (isMap) add('flatten', {});
    isMap = false;
  };
  blocks.forEach(({ kind, number }, i) => {
    if (kind === 'dense') layOut();
    const row: BlockRow = blockKinds[kind];
    for (const [factory, options] of row.layers(number)) add(factory, options, i);
    if (kind === 'flatten' || kind === 'globalaverage') isMap = false;
  });
  layOut();
  add('dense', { units: classes, activation: 'softmax' });
  return planned;
}

/** Blocks as a parameter of an address. */
export function blockList(initial: string): Parameter<readonly Block[]> {
  return {
    initial: readBlocks(initial)!,
    read: readBlocks,
    write: blocksText,
    accepts: () => say.acceptsBlocks(blockNames.join(', '), mostBlocks),
  };
}
