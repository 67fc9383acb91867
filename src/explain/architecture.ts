import type { Topology } from '../topology/index.js';
import { blockGraph, type Block } from './architecture/blockGraph.js';
import { fold } from './architecture/fold.js';
import { partsOf, type Part } from './architecture/outline.js';

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
