import type { Graph, Variable } from '../graph/index.js';
import type { Tensor } from '../tensor/index.js';

/** Values for one run, by input name; a uint8 array is widened to the input's element type. */
export type Feeds = Readonly<Record<string, Float32Array | Int32Array | Uint8Array>>;

/** What `striate doctor` prints of an engine. */
export interface EngineDescription {
  readonly name: string;
  /** `relaxed-simd`, `simd`, `none`. */
  readonly simd: string;
  readonly threads: number;
  readonly sharedMemory: boolean;
  /** Bytes the engine holds now. */
  readonly memory: number;
}

/** Options that every engine takes. */
export interface EngineOptions {
  /** Worker threads; by default as many as the machine has cores. */
  readonly threads?: number;
  /**
   * The folder that has the engine's files, `kernels-*.wasm` and the worker's script; by default they are looked for
   * beside the script that loads them, where bundlers put them. In a page an address ('/striate/', a CDN's), in Node a path.
   */
  readonly assets?: string | URL;
}

/** A compiled graph: one call is one step. */
export interface Program {
  /**
   * Runs the graph once. Runs of one engine are carried out in the order of the calls; feeds may be reused as soon as the
   * promise settles. The caller's thread is not blocked.
   *
   * @returns the graph's outputs by name, as copies.
   */
  run(feeds: Feeds): Promise<Record<string, Tensor>>;
  /** Gives back the program's memory. */
  dispose(): void;
}

/** Computes programs; holds the current value of every variable its programs name. */
export interface Engine {
  readonly name: string;
  /** Whether it cannot compute any more: it was closed, or one of its threads ended. */
  readonly failed?: boolean;
  describe(): EngineDescription;
  /** Turns a graph with fixed shapes into a program; variables are allocated, with their initial values, on first sight. */
  compile(graph: Graph): Program;
  /** A copy of a variable's current value; with `into`, of as many numbers as it takes, from the given one on. */
  read(variable: Variable, into?: Float32Array, from?: number): Promise<Float32Array>;
  /** Replaces a variable's current value. */
  write(variable: Variable, value: Float32Array): Promise<void>;
  /** Forgets variables and frees their memory. */
  release(variables: Iterable<Variable>): void;
  /** Stops the workers and frees everything. */
  close(): Promise<void>;
}
