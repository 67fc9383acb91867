import type { Node, OperatorNode } from '../../graph/index.js';
import type { Shape } from '../../tensor/index.js';
import type { AttributesOf, OperatorName } from '../../ops/index.js';
import type { Epilogue } from './fusion.js';
import type { Arguments, Block, KernelName } from './step.js';

/** What a lowering may ask for while it turns a node into steps. */
export interface LoweringContext {
  /** How many workers may run tiles at once; may shape scratch memory, never arithmetic. */
  readonly threads: number;
  /** Whether 3×3 convolutions may go through the Winograd domain. */
  readonly winograd: boolean;
  /** What the node's kernel does to its result on its way out; the node's block is then the last one's. */
  readonly epilogue: Epilogue | undefined;
  /**
   * For a gradient before a fused ReLU and pooling: the pooled gradient and the winners (kernels/convPool.ts), for users
   * that can do with those; asking for its `block` instead makes the whole gradient.
   */
  pooledGradient(node: Node): PooledGradient | undefined;
  /** Where the winners of a fused pooling go; undefined where no gradient asks for them. */
  choice(pool: Node): Block | undefined;
  /** Where a node's value lives. For the node being lowered: where to put it. */
  block(node: Node): Block;
  /** Lets a node's value be its input's, without copying (reshape). */
  alias(node: Node, input: Node): void;
  /** Whole numbers that kernels read and nothing changes. */
  table(values: readonly number[]): Block;
  /** Memory for this node's own use, shared by all tiles, uninitialised. */
  temporary(bytes: number, label: string): Block;
  /** Memory of `bytesPerWorker` for each worker: worker i's begins at i × bytesPerWorker. */
  scratch(bytesPerWorker: number, label: string): Block;
  /** Appends a step. */
  step(kernel: KernelName, args: Arguments, tiles: number): void;
  /**
   * Another form of a value, such as packed filters, in memory of so many bytes: `make` appends the steps that fill it.
   * Where the value follows from weights alone and the program changes none of them, they run only when weights have
   * changed, and not at every run.
   */
  derived(from: Node, bytes: number, label: string, make: (block: Block) => void): Block;
}

/** A gradient that exists only as its pooled numbers and where each of them belongs. */
export interface PooledGradient {
  readonly gradient: Block;
  readonly choice: Block;
  /** [N, H, W, C] of the pooled gradient. */
  readonly shape: Shape;
}

/** Turns one operator node into kernel steps. */
export type Lowering<A> = (context: LoweringContext, node: OperatorNode<A>) => void;

/** A lowering for every operator: leaving one out is a compile error. */
export type Lowerings = { readonly [K in OperatorName]: Lowering<AttributesOf<K>> };

/** Elements that one tile of an element-by-element kernel handles: 64 KiB of float32, so that three operands fit L2. */
export const elementsPerTile = 16384;

/** The number of tiles that cover `count` things, `perTile` at a time. */
export const tilesFor = (count: number, perTile: number): number => Math.max(1, Math.ceil(count / perTile));
