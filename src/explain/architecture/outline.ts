import { connected, type Block } from './blockGraph.js';

/** A piece of a model that is entered at its top and left at its bottom. */
export type Part = BlockPart | Unit | Mesh | Frame;

/** One block. */
export interface BlockPart {
  readonly type: 'block';
  readonly block: Block;
}

/** Branches side by side; one without parts passes the input on. */
export interface Unit {
  readonly type: 'unit';
  readonly branches: readonly (readonly Part[])[];
  /** Where the branches come together; undefined where they end apart, or in something behind the unit. */
  readonly join: Block | undefined;
  /** Whether the branches start from one value, and end in one place. */
  readonly forked: boolean;
  readonly joined: boolean;
}

/** Blocks so entangled that no block divides them into branches. */
export interface Mesh {
  readonly type: 'mesh';
  readonly blocks: readonly Block[];
}

/** Parts with a title, drawn once for all times that they are repeated. */
export interface Frame {
  readonly type: 'frame';
  /** `layer3.1`, or where the first and the last repetition come from: `layer3.1 … layer3.35`. */
  readonly title: string;
  /** What the names of the shown parts begin with; '' for nothing. */
  readonly prefix: string;
  /** Every repetition, equal in structure; the first is shown. */
  readonly repeats: readonly (readonly Part[])[];
}

/**
 * Cuts a graph of blocks at the blocks that every path goes through, and what lies between them into branches, which are
 * cut in the same way. What cannot be cut stays a mesh.
 *
 * @param blocks inputs before users; edges to other blocks are the piece's entries and exits
 */
export function partsOf(blocks: readonly Block[]): Part[] {
  const groups = connected(blocks);
  if (groups.length > 1) {
    const [forked, joined] = [
      blocks.some(({ kind }) => kind === 'input'),
      blocks.some(({ kind }) => kind === 'output'),
    ];
    return [{ type: 'unit', branches: groups.map(partsOf), join: undefined, forked: !forked, joined: !joined }];
  }
  const inside = new Set(blocks);
  const cuts = cutsOf(blocks);
  if (cuts.length === 0) return [{ type: 'mesh', blocks }];
  const parts: Part[] = [];
  let from: Block | undefined;
  let start = 0;
  for (const cut of [...cuts, blocks.length]) {
    const between = blocks.slice(start, cut);
    const join = blocks[cut] as Block | undefined;
    if (between.length > 0) {
      const around = join
        ? join.inputs.some((input) => (from ? input === from : !inside.has(input)))
        : leaves(from, inside);
      parts.push(...unit(between, { from, join, around }));
    } else if (join) parts.push({ type: 'block', block: join });
    from = join;
    start = cut + 1;
  }
  return parts;
}

/** Whether a block's result is used outside a piece. */
function leaves(block: Block | undefined, inside: ReadonlySet<Block>): boolean {
  return block?.users.some((user) => !inside.has(user)) ?? false;
}

/** Where no edge passes by: all blocks before lead there, all blocks behind come from there. */
function cutsOf(blocks: readonly Block[]): number[] {
  const place = new Map(blocks.map((block, i) => [block, i]));
  const farthest = ({ users }: Block): number =>
    users.length ? Math.max(...users.map((user) => place.get(user) ?? blocks.length)) : blocks.length;
  // Entries are edges from before the first block.
  let reach = blocks.findLastIndex(({ inputs }) => inputs.length === 0 || inputs.some((input) => !place.has(input)));
  const cuts: number[] = [];
  blocks.forEach((block, i) => {
    if (reach <= i) cuts.push(i);
    reach = Math.max(reach, farthest(block));
  });
  return cuts;
}

/** The branches between two cuts, in the order in which the second takes them; a passing input goes last. */
function unit(
  blocks: readonly Block[],
  { from, join, around }: { from: Block | undefined; join: Block | undefined; around: boolean },
): Part[] {
  const inside = new Set(blocks);
  const place = (group: readonly Block[]): number =>
    join ? join.inputs.findIndex((input) => inside.has(input) && group.includes(input)) : 0;
  const groups = connected(blocks).sort((a, b) => place(a) - place(b));
  const branches = groups.map(partsOf);
  const forked = from !== undefined || blocks.every(({ kind }) => kind !== 'input');
  const joined = join !== undefined || blocks.every(({ kind }) => kind !== 'output');
  // A single branch is a mesh, which draws where it is entered and left itself.
  if (branches.length === 1 && !around) return join ? [...branches[0], { type: 'block', block: join }] : branches[0];
  return [{ type: 'unit', branches: around ? [...branches, []] : branches, join, forked, joined }];
}

/** The blocks of parts in order, with all repetitions of frames or with the shown one alone. */
export function blocksOf(parts: readonly Part[], which: 'all' | 'shown' = 'all'): Block[] {
  return parts.flatMap((part): readonly Block[] => {
    if (part.type === 'block') return [part.block];
    if (part.type === 'mesh') return part.blocks;
    if (part.type === 'frame') {
      return (which === 'all' ? part.repeats : part.repeats.slice(0, 1)).flatMap((repeat) => blocksOf(repeat, which));
    }
    const branches = part.branches.flatMap((branch) => blocksOf(branch, which));
    return part.join ? [...branches, part.join] : branches;
  });
}
