import {
  arrivedWord,
  controlAddress,
  leftWord,
  pageBytes,
  pagesWord,
  programWord,
  runWord,
  stageWord,
  tileWord,
} from './control.js';

/** A kernel as the WebAssembly module exports it. */
export type Kernel = (args: number, tile: number, worker: number) => void;

/** What a module exports as functions, the kernels among them: programs name a kernel by its place in this list. */
export function kernelNames(module: WebAssembly.Module): readonly string[] {
  return WebAssembly.Module.exports(module).flatMap(({ kind, name }) => (kind === 'function' ? [name] : []));
}

/** A module's functions in the order of `kernelNames`, working on this memory. */
export function kernelTable(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel[] {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  return kernelNames(module).map((name) => exports[name] as Kernel);
}

/** Turns of the barrier's loop before a worker sleeps: about 50 µs, more than most stages' unevenness. */
const patience = 4000;

/**
 * A program in memory is a list of stages; each is [steps, tiles, (kernel, args, first tile) × steps]. All tiles of a
 * stage may run at once. A list ends with a stage of 0 steps. Addresses beyond 2 GiB look negative in 32-bit words.
 */
export function visitStages(
  words: Int32Array,
  program: number,
  stage: (position: number, steps: number, tiles: number) => void,
): void {
  for (let at = program >>> 2; words[at] !== 0; at += 2 + 3 * words[at]) stage(at, words[at], words[at + 1]);
}

/** Runs one tile of the stage at `position`. */
export function runTile(
  kernels: readonly Kernel[],
  words: Int32Array,
  position: number,
  steps: number,
  tile: number,
  worker: number,
): void {
  let step = position + 2 + 3 * (steps - 1);
  while (words[step + 2] > tile) step -= 3;
  kernels[words[step]](words[step + 1], tile - words[step + 2], worker);
}

/** One worker's share of one run: takes tiles until a stage is done, then waits for the others. */
function runShare(kernels: readonly Kernel[], words: Int32Array, worker: number, threads: number): void {
  const control = controlAddress >> 2;
  visitStages(words, words[control + programWord], (position, steps, tiles) => {
    for (;;) {
      const tile = Atomics.add(words, control + tileWord, 1);
      if (tile >= tiles) break;
      runTile(kernels, words, position, steps, tile, worker);
    }
    const stage = Atomics.load(words, control + stageWord);
    if (Atomics.add(words, control + arrivedWord, 1) === threads - 1) {
      Atomics.store(words, control + arrivedWord, 0);
      Atomics.store(words, control + tileWord, 0);
      Atomics.store(words, control + stageWord, stage + 1);
      Atomics.notify(words, control + stageWord);
      return;
    }
    for (let turn = 0; turn < patience; turn++) {
      if (Atomics.load(words, control + stageWord) !== stage) return;
    }
    while (Atomics.load(words, control + stageWord) === stage) Atomics.wait(words, control + stageWord, stage);
  });
}

/**
 * The memory as it is now. It may have grown since this thread last looked, and a thread that is just starting, or waking, may
 * not have heard of that yet; growing it by nothing makes it look.
 */
function wordsOf(memory: WebAssembly.Memory, pages: number): Int32Array {
  if (memory.buffer.byteLength < pages * pageBytes) memory.grow(0);
  return new Int32Array(memory.buffer);
}

/** What a worker is started with. */
export interface WorkerStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly worker: number;
  readonly threads: number;
}

/** A worker's whole life: sleep until a run is posted, do a share of it, and, as the last to leave, report that it is over. */
export function work({ module, memory, worker, threads }: WorkerStart, report: (message: WorkerReport) => void): void {
  try {
    const kernels = kernelTable(module, memory);
    const control = new Int32Array(memory.buffer, controlAddress, 64);
    let run = 0;
    for (;;) {
      while (Atomics.load(control, runWord) === run) Atomics.wait(control, runWord, run);
      run = Atomics.load(control, runWord);
      if (run < 0) return;
      runShare(kernels, wordsOf(memory, control[pagesWord]), worker, threads);
      // The last to leave reports: only then may the program's memory be used for something else.
      if (Atomics.add(control, leftWord, 1) === threads - 1) {
        Atomics.store(control, leftWord, 0);
        report({ done: run });
      }
    }
  } catch (error) {
    report({ failed: error instanceof Error ? error.message : String(error) });
  }
}

/** What a worker reports to the main thread. */
export type WorkerReport = { readonly done: number } | { readonly failed: string };

/** AssemblyScript's abort, which only a broken kernel calls. */
function abort(): never {
  throw new Error('a kernel aborted');
}
