import { blockOf, type Block, type Step } from './step.js';

/** Where every unpinned block lies, relative to the start of the program's scratch region. */
export interface MemoryPlan {
  readonly offsets: ReadonlyMap<Block, number>;
  readonly bytes: number;
}

interface Life {
  readonly block: Block;
  readonly first: number;
  last: number;
  offset: number;
}

/**
 * Packs the blocks of a program: two blocks may share bytes when no stage needs both. A block lives from the first to the
 * last stage that names it. Greedy by size (Pisarchyk & Lee 2020): the largest first, each at the lowest offset that is
 * free for its whole life.
 *
 * @param inputs blocks that hold something before the first stage
 */
export function planMemory(stages: readonly (readonly Step[])[], inputs: Iterable<Block> = []): MemoryPlan {
  const lives = new Map<Block, Life>();
  for (const block of inputs) lives.set(block, { block, first: 0, last: 0, offset: 0 });
  stages.forEach((steps, stage) => {
    for (const step of steps)
      for (const argument of step.args) {
        const block = blockOf(argument);
        if (!block || block.pinned) continue;
        const life = lives.get(block);
        if (life) life.last = stage;
        else lives.set(block, { block, first: stage, last: stage, offset: 0 });
      }
  });
  // By offset: sorting the neighbours of each block anew would take seconds for a network of hundreds of layers.
  const placed: Life[] = [];
  let bytes = 0;
  for (const life of [...lives.values()].sort((a, b) => b.block.bytes - a.block.bytes || a.first - b.first)) {
    const size = roundUp(life.block.bytes);
    let offset = 0;
    for (const other of placed) {
      if (other.first > life.last || life.first > other.last) continue;
      if (offset + size <= other.offset) break;
      offset = Math.max(offset, other.offset + roundUp(other.block.bytes));
    }
    life.offset = offset;
    placed.splice(placeIn(placed, offset), 0, life);
    bytes = Math.max(bytes, offset + size);
  }
  return { offsets: new Map(placed.map((life) => [life.block, life.offset])), bytes };
}

/** Behind the blocks that lie at this offset or before it. */
function placeIn(placed: readonly Life[], offset: number): number {
  let [low, high] = [0, placed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (placed[middle].offset <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const roundUp = (bytes: number): number => Math.max(64, Math.ceil(bytes / 64) * 64);
