import type { Topology } from '../../topology/index.js';
import { blockGraph, type Block } from './blockGraph.js';
import { blocksOf, partsOf, type Frame, type Part } from './outline.js';

/** A model as it is drawn: the parts of its main path, and its auxiliary classifiers. */
export interface Outline {
  readonly parts: readonly Part[];
  readonly sides: readonly { readonly from: Block; readonly parts: readonly Part[] }[];
}

/**
 * Cuts a model into blocks, branches and, where asked, repetitions.
 *
 * Nothing is folded across the start of an auxiliary classifier, so that it can be seen where that starts.
 */
export function outlineOf(topology: Topology, folded = true): Outline {
  const { main, sides } = blockGraph(topology);
  const starts = new Set(sides.map(({ from }) => from));
  const cut = (blocks: readonly Block[]): readonly Part[] => {
    const parts = partsOf(blocks);
    return folded ? fold(parts, starts) : parts;
  };
  return { parts: cut(main), sides: sides.map(({ from, blocks }) => ({ from, parts: cut(blocks) })) };
}

/** Groups of more parts than this are not looked for. */
const largestGroup = 12;

/** How many blocks a fold must save at least: on the model's path, and in a branch, where longer ones leave space beside it. */
const leastSaved = { path: 2, branch: 4 } as const;

/**
 * Puts frames around the parts that belong to one module by their layers' names (`layer3.1`), then folds what is repeated:
 * consecutive parts, or groups of parts, with equal blocks, equal shapes and equally many parameters become one frame. Parts
 * that concatenate their result to their input (the layers of a DenseNet) are equal although their input grows.
 *
 * @param kept blocks after whose part no fold may go on, as something else starts there
 */
function fold(parts: readonly Part[], kept: ReadonlySet<Block>): Part[] {
  const inner = parts.map((part): Part => {
    if (part.type !== 'unit') return part;
    return { ...part, branches: part.branches.map((branch) => foldBranch(branch, kept)) };
  });
  return foldRepeats(frameModules(inner), kept, leastSaved.path);
}

/** A branch is inside a module, so that no frames of modules are needed there. */
function foldBranch(parts: readonly Part[], kept: ReadonlySet<Block>): Part[] {
  const inner = parts.map((part): Part => {
    if (part.type !== 'unit') return part;
    return { ...part, branches: part.branches.map((branch) => foldBranch(branch, kept)) };
  });
  return foldRepeats(inner, kept, leastSaved.branch);
}

function foldRepeats(parts: readonly Part[], kept: ReadonlySet<Block>, least: number): Part[] {
  const equal = new Map<string, number>();
  const signatures = parts.map((part, i) => {
    const text = signature(part, false) + (blocksOf([part]).some((block) => kept.has(block)) ? `#${i}` : '');
    if (!equal.has(text)) equal.set(text, equal.size);
    return equal.get(text)!;
  });
  const sizes = parts.map((part) => blocksOf([part], 'shown').length);
  const result: Part[] = [];
  let at = 0;
  while (at < parts.length) {
    const { period, times } = longestRepeat(signatures, sizes, { at, least });
    const repeats = Array.from({ length: times }, (_, k) => parts.slice(at + k * period, at + (k + 1) * period));
    result.push(...(times === 1 ? repeats[0] : [repeated(repeats)]));
    at += period * times;
  }
  return result;
}

/** The repetition from a place on that covers most; the shortest one of equals. */
function longestRepeat(
  signatures: readonly number[],
  sizes: readonly number[],
  { at, least }: { readonly at: number; readonly least: number },
): { readonly period: number; readonly times: number } {
  let best = { period: 1, times: 1 };
  for (let period = 1; period <= largestGroup && at + 2 * period <= signatures.length; period++) {
    let end = at + period;
    while (end < signatures.length && signatures[end] === signatures[end - period]) end++;
    const times = Math.floor((end - at) / period);
    const saved = (times - 1) * sizes.slice(at, at + period).reduce((sum, size) => sum + size, 0);
    if (saved >= least && times * period > best.times * best.period) best = { period, times };
  }
  return best;
}

function repeated(repeats: readonly (readonly Part[])[]): Frame {
  const [first, last] = [repeats[0], repeats[repeats.length - 1]];
  const title = `${pathOf(first)} … ${pathOf(last)}`;
  const frames = repeats.map((repeat) => (repeat.length === 1 && repeat[0].type === 'frame' ? repeat[0] : undefined));
  const [frame] = frames;
  // Frames of single modules need no second frame around them.
  const opened = frames.every((each) => each?.repeats.length === 1) ? frames.map((each) => each!.repeats[0]) : repeats;
  const prefix = frame?.prefix ?? (blocksOf(first).length > 1 ? pathOf(first) : '');
  return { type: 'frame', title: pathOf(first) === '' ? '' : title, prefix, repeats: opened };
}

/** What a part consists of, in a text that is the same for parts that may be folded. */
function signature(part: Part, growing: boolean): string {
  const all = (parts: readonly Part[], loose: boolean): string => parts.map((each) => signature(each, loose)).join();
  switch (part.type) {
    case 'block':
      return blockSignature(part.block, growing);
    case 'frame':
      return `[${part.repeats.length}×${all(part.repeats[0], growing)}]`;
    case 'mesh': {
      const place = new Map(part.blocks.map((block, i) => [block, i]));
      const edges = part.blocks.map(({ inputs }) => inputs.map((input) => place.get(input) ?? '').join('+'));
      return `{${part.blocks.map((block, i) => `${blockSignature(block, growing)}<${edges[i]}`).join()}}`;
    }
    case 'unit': {
      const { branches, join } = part;
      const grows = join?.layers[0]?.className === 'Concatenate' && branches.some((branch) => branch.length === 0);
      const loose = growing || grows;
      const end = join ? blockSignature(join, loose) : '';
      return `(${branches.map((branch) => all(branch, loose)).join('|')})${end}`;
    }
  }
}

function blockSignature({ kind, parts, shape, parameters }: Block, growing: boolean): string {
  const what = parts.join('·');
  if (!growing) return `${what} ${shape.join('×')} ${parameters}`;
  // The channels that a growing input has are those of everything that passes them on.
  const passes = kind === 'join' || kind === 'normalization' || kind === 'pooling';
  return `${what} ${(passes ? shape.slice(0, -1) : shape).join('×')}`;
}

/** Frames around runs of parts whose layers' names begin with the same module. */
function frameModules(parts: readonly Part[]): Part[] {
  const patterns = modulePatterns(parts);
  const keys = parts.map((part) => moduleOf(part, patterns));
  const result: Part[] = [];
  let at = 0;
  while (at < parts.length) {
    let end = at + 1;
    // Poolings have no name of their own; they belong to the module on both sides of them.
    for (let next = end; keys[at] !== undefined && next < parts.length; next++) {
      if (keys[next] === keys[at]) end = next + 1;
      else if (pathOf([parts[next]]) !== '') break;
    }
    const run = parts.slice(at, end);
    const key = keys[at];
    if (key === undefined || (run.length === 1 && run[0].type === 'block')) result.push(...run);
    else result.push({ type: 'frame', title: key, prefix: key, repeats: [run] });
    at = end;
  }
  return result;
}

/** What modules are called, with # for numbers: known from the parts that branch; `layer#.#`. */
function modulePatterns(parts: readonly Part[]): readonly RegExp[] {
  const names = parts.filter(({ type }) => type === 'unit').map((part) => pathOf([part]));
  const numbered = [...new Set(names.map((name) => name.replace(/\d+/g, '#')))].filter((name) => name.includes('#'));
  numbered.sort((a, b) => a.split('.').length - b.split('.').length);
  const escaped = numbered.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('#', '\\d+'));
  return escaped.map((name) => new RegExp(`^${name}(?=\\.|$)`));
}

function moduleOf(part: Part, patterns: readonly RegExp[]): string | undefined {
  const path = pathOf([part]);
  return patterns.map((pattern) => pattern.exec(path)?.[0]).find((key) => key !== undefined);
}

/** What the names of all layers with weights begin with, up to a dot; the whole name of a single one. */
function pathOf(parts: readonly Part[]): string {
  const layers = blocksOf(parts).flatMap((block) => block.layers);
  const names = layers.filter(({ weights }) => weights.length > 0).map(({ name }) => name);
  return sharedPath(names);
}

/** What dotted names have in common: `a.b.c`, `a.b.d` → `a.b`. */
function sharedPath(names: readonly string[]): string {
  if (names.length === 0) return '';
  const [first, ...others] = names.map((name) => name.split('.'));
  let length = first.length;
  for (const other of others) {
    let i = 0;
    while (i < length && first[i] === other[i]) i++;
    length = i;
  }
  return first.slice(0, length).join('.');
}
