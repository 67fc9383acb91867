import { allowRelaxedSimd, asset, canShareMemory, coreCount, folderUrl, nextTurn, startThread } from '#platform';
import type { Graph, Variable } from '../../graph/index.js';
import type { Thread, ThreadEntry } from '../../platform/platform.js';
import { expectWhole } from '../../tensor/check.js';
import { EngineMemoryError } from '../../tensor/error.js';
import { StriateError } from '../../tensor/index.js';
import type { Engine, EngineDescription, EngineOptions, Program } from '../contract.js';
import { Arena } from './arena.js';
import { withUnsharedMemory } from './importedMemory.js';
import { controlAddress, pageBytes, pagesWord, programWord, runWord } from './control.js';
import { WasmProgram, type ProgramHost } from './wasmProgram.js';
import type { KernelName } from './step.js';
import {
  kernelNames,
  kernelTable,
  runTile,
  visitStages,
  type Kernel,
  type WorkerReport,
  type WorkerStart,
} from './work.js';

/** Options of the WebAssembly engine. */
export interface WasmEngineOptions extends EngineOptions {
  /** Leave out relaxed SIMD, for comparison; by default it is used where the host has it. */
  readonly simd?: 'relaxed' | 'plain';
  /** Leave out workers and shared memory; by default they are used where the host allows. */
  readonly sharedMemory?: boolean;
  /** Leave out the Winograd domain, for comparison: direct kernels round less. */
  readonly winograd?: boolean;
}

/** The compiled kernels; each address in full, so that bundlers find them. */
const kernelFiles = {
  relaxed: () => new URL('./kernels-relaxed.wasm', import.meta.url),
  plain: () => new URL('./kernels-plain.wasm', import.meta.url),
};

const workerEntry = {
  name: 'worker',
  node: () => new URL('./worker.node.mjs', import.meta.url),
  browser: () => new Worker(new URL('./worker.browser.js', import.meta.url), { type: 'module' }),
} satisfies ThreadEntry;

/** The worker's program in a folder that the user has named. */
function workerIn(folder: URL): ThreadEntry {
  const { name } = workerEntry;
  return {
    name,
    node: () => new URL(`${name}.node.mjs`, folder),
    browser: () => workerFrom(`${name}.browser.js`, folder),
  };
}

/** A worker; through a script of the page's own where the folder is on another server, whose scripts are no workers here. */
function workerFrom(file: string, folder: URL): Worker {
  const { href, origin } = new URL(file, folder);
  if (origin === globalThis.location.origin) return new Worker(href, { type: 'module' });
  const script = new Blob([`import ${JSON.stringify(href)};`], { type: 'text/javascript' });
  return new Worker(URL.createObjectURL(script), { type: 'module' });
}

/**
 * The CPU engine: WebAssembly kernels on worker threads over one shared memory, or on the calling thread, in small
 * portions, where memory cannot be shared.
 *
 * @throws StriateError where its files are not found, and where the host has no 128-bit WebAssembly SIMD.
 */
export async function createWasmEngine(options: WasmEngineOptions = {}): Promise<Engine> {
  const threads = expectWhole('wasm engine', 'threads', options.threads ?? coreCount(), 1, 64);
  const shared = (options.sharedMemory ?? true) && canShareMemory();
  const folder = options.assets === undefined ? undefined : folderUrl(options.assets);
  allowRelaxedSimd();
  for (const simd of options.simd ? [options.simd] : (['relaxed', 'plain'] as const)) {
    const url = folder ? new URL(`kernels-${simd}.wasm`, folder) : kernelFiles[simd]();
    const bytes = await asset(url);
    if (!WebAssembly.validate(bytes)) continue;
    const module = await WebAssembly.compile(shared ? bytes : withUnsharedMemory(bytes));
    return new WasmEngine(
      module,
      simd === 'relaxed' ? 'relaxed-simd' : 'simd',
      shared ? threads : 1,
      shared,
      options.winograd ?? true,
      folder ? workerIn(folder) : workerEntry,
    );
  }
  throw new StriateError({
    where: 'wasm engine',
    rule: 'this host has no 128-bit WebAssembly SIMD',
    advice: 'use Node 20 or a browser from 2023 on',
  });
}

/**
 * What threads know of their engine. They hold it only while a run is under way: an engine that nothing else refers to any
 * more can be collected, and its threads end with it.
 */
interface EngineLink {
  readonly engine: WeakRef<WasmEngine>;
  busy: WasmEngine | undefined;
}

/** Sends the threads home whose engine was collected without having been closed. */
const abandoned = new FinalizationRegistry<Pick<WorkerStart, 'memory'> & { readonly workers: readonly Thread[] }>(
  ({ memory, workers }) => void endWorkers(memory, workers),
);

class WasmEngine implements Engine, ProgramHost {
  readonly name = 'wasm';
  readonly arena: Arena;
  private readonly memory: WebAssembly.Memory;
  /** By variable, not keeping it: the memory of variables that nothing refers to any more is given back. */
  private readonly places = new WeakMap<Variable, number>();
  private readonly collected = new FinalizationRegistry<readonly number[]>((addresses) => this.free(addresses));
  private readonly regions: { address: number; bytes: number; users: number }[] = [];
  private readonly workers: Thread[];
  private readonly kernels: Kernel[] | undefined;
  private readonly kernelPlaces: ReadonlyMap<string, number>;
  private queue: Promise<unknown> = Promise.resolve();
  /** Tasks in the queue. */
  private tasks = 0;
  private readonly link: EngineLink = { engine: new WeakRef(this), busy: undefined };
  private pending: { resolve: () => void; reject: (error: Error) => void } | undefined;
  private failure: Error | undefined;
  private runs = 0;
  private version = 0;
  /** By variable, the version at which it changed last. */
  private readonly versions = new WeakMap<Variable, number>();

  constructor(
    module: WebAssembly.Module,
    private readonly simd: string,
    readonly threads: number,
    private readonly shared: boolean,
    readonly winograd: boolean,
    workerProgram: ThreadEntry,
  ) {
    this.memory = reservedMemory(shared);
    this.arena = new Arena(this.memory);
    const { memory } = this;
    const workers = Array.from({ length: shared ? threads : 0 }, (_, worker) =>
      startWorker(workerProgram, { module, memory, worker, threads }, this.link),
    );
    this.workers = workers;
    abandoned.register(this, { memory, workers }, this);
    if (!shared) this.kernels = kernelTable(module, memory);
    this.kernelPlaces = new Map(kernelNames(module).map((name, place) => [name, place]));
    this.hold(false);
  }

  get failed(): boolean {
    return this.failure !== undefined;
  }

  describe(): EngineDescription {
    const { name, simd, threads, shared } = this;
    return { name, simd, threads, sharedMemory: shared, memory: this.memory.buffer.byteLength };
  }

  compile(graph: Graph): Program {
    return new WasmProgram(graph, this);
  }

  kernelPlace(name: KernelName): number {
    const place = this.kernelPlaces.get(name);
    if (place === undefined) throw new Error(`wasm engine: the kernel module has no '${name}'; build it again`);
    return place;
  }

  place(variable: Variable, start = () => variable.initialize()): number {
    let address = this.places.get(variable);
    if (address === undefined) {
      address = this.arena.allocate(variable.size * 4, `variable '${variable.name}'`);
      this.places.set(variable, address);
      this.collected.register(variable, [address], variable);
      this.values(address, variable).set(start());
    }
    return address;
  }

  read(variable: Variable, into?: Float32Array, from = 0): Promise<Float32Array> {
    return this.enqueue(() => {
      const values = this.values(this.place(variable), variable);
      if (!into) return Promise.resolve(values.slice());
      into.set(values.subarray(from, from + into.length));
      return Promise.resolve(into);
    });
  }

  write(variable: Variable, value: Float32Array): Promise<void> {
    if (value.length !== variable.size) {
      throw new StriateError({
        rule: `variable '${variable.name}' holds ${variable.size} numbers`,
        received: value.length,
      });
    }
    return this.enqueue(() => {
      this.versions.set(variable, ++this.version);
      // What is written first need not be drawn before: starting values of large models take seconds.
      return Promise.resolve(
        this.values(
          this.place(variable, () => value),
          variable,
        ).set(value),
      );
    });
  }

  release(variables: Iterable<Variable>): void {
    const addresses: number[] = [];
    for (const variable of variables) {
      const address = this.places.get(variable);
      if (address !== undefined) addresses.push(address);
      this.places.delete(variable);
      this.versions.delete(variable);
      this.collected.unregister(variable);
    }
    this.giveBack(addresses);
  }

  async close(): Promise<void> {
    abandoned.unregister(this);
    this.fail(new StriateError({ where: 'wasm engine', rule: 'it was closed' }));
    await endWorkers(this.memory, this.workers);
  }

  keep(program: object, addresses: readonly number[]): void {
    this.collected.register(program, addresses, program);
  }

  drop(program: object, addresses: readonly number[]): void {
    this.collected.unregister(program);
    this.giveBack(addresses);
  }

  versionOf(variables: Iterable<Variable>): number {
    let last = 0;
    for (const variable of variables) last = Math.max(last, this.versions.get(variable) ?? 0);
    return last;
  }

  scratch(bytes: number, what: string): number {
    let region = this.regions.find((candidate) => candidate.bytes >= bytes);
    if (!region) {
      region = { address: this.arena.allocate(bytes, what), bytes, users: 0 };
      this.regions.push(region);
      this.regions.sort((a, b) => a.bytes - b.bytes);
    }
    region.users++;
    return region.address;
  }

  run<T>(before: () => readonly number[], after: () => T, changes: Iterable<Variable>): Promise<T> {
    return this.enqueue(async () => {
      for (const program of before()) await (this.shared ? this.post(program) : this.runHere(program));
      this.version++;
      for (const variable of changes) this.versions.set(variable, this.version);
      return after();
    });
  }

  /** Frees blocks and leaves regions once no run under way can use them any more. */
  private giveBack(addresses: readonly number[]): void {
    if (this.tasks === 0) this.free(addresses);
    else void this.enqueue(() => Promise.resolve(this.free(addresses))).catch(() => undefined);
  }

  private free(addresses: readonly number[]): void {
    for (const address of addresses) {
      const index = this.regions.findIndex((region) => region.address === address);
      if (index >= 0) {
        if (--this.regions[index].users > 0) continue;
        this.regions.splice(index, 1);
      }
      this.arena.free(address);
    }
  }

  /** Carries out tasks one after another, in the order of the calls. */
  private enqueue<T>(task: () => Promise<T>): Promise<T> {
    this.tasks++;
    const turn = this.queue.then(async () => {
      try {
        if (this.failure) throw this.failure;
        return await task();
      } finally {
        this.tasks--;
      }
    });
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  /** Wakes the workers for one run and settles when the last of them has left it. */
  private async post(program: number): Promise<void> {
    this.hold(true);
    await new Promise<void>((resolve, reject) => {
      this.pending = { resolve, reject };
      const control = this.control();
      control[programWord] = program;
      control[pagesWord] = this.memory.buffer.byteLength / pageBytes;
      Atomics.store(control, runWord, ++this.runs);
      Atomics.notify(control, runWord);
    });
    this.hold(false);
  }

  /** Runs tiles on this thread, letting pending events through at least every 8 ms (a tile is well under that). */
  private async runHere(program: number): Promise<void> {
    const words = new Int32Array(this.memory.buffer);
    const stages: [position: number, steps: number, tiles: number][] = [];
    visitStages(words, program, (...stage) => stages.push(stage));
    let rested = performance.now();
    for (const [position, steps, tiles] of stages) {
      for (let tile = 0; tile < tiles; tile++) {
        runTile(this.kernels!, words, position, steps, tile, 0);
        if (performance.now() - rested > 8) {
          await nextTurn();
          rested = performance.now();
        }
      }
    }
    await nextTurn();
  }

  hear(message: WorkerReport): void {
    if ('failed' in message) this.fail(new Error(`wasm engine: a worker failed: ${message.failed}`));
    else if (message.done === this.runs) this.settle();
  }

  private settle(): void {
    const { pending } = this;
    this.pending = undefined;
    pending?.resolve();
  }

  private fail(error: Error): void {
    // Workers that end because the engine is closed have not failed.
    if (this.failure) return;
    this.failure = error;
    this.pending?.reject(error);
    this.pending = undefined;
    this.hold(false);
  }

  /** While a run is under way one worker keeps the process alive; between runs none does. */
  private hold(busy: boolean): void {
    this.link.busy = busy ? this : undefined;
    if (busy) this.workers[0]?.hold(true);
    else for (const worker of this.workers) worker.hold(false);
  }

  private control(): Int32Array {
    return controlOf(this.memory);
  }

  private values(address: number, variable: Variable): Float32Array {
    return new Float32Array(this.memory.buffer, address, variable.size);
  }
}

/** Address space for as much as WebAssembly can have, or for as much as a limited system gives. */
function reservedMemory(shared: boolean): WebAssembly.Memory {
  for (const maximum of [65536, 32768, 16384, 8192, 4096]) {
    try {
      return new WebAssembly.Memory({ initial: 16, maximum, shared });
    } catch {
      // A smaller one may do.
    }
  }
  throw new EngineMemoryError({
    where: 'wasm engine',
    rule: 'the system refuses the address space of 256 MiB and its guards',
    advice: 'allow more (ulimit -v unlimited), or end other programs',
  });
}

/** Outside the engine, so that what a thread calls back does not hold it. */
function startWorker(program: ThreadEntry, start: WorkerStart, link: EngineLink): Thread {
  return startThread(program, start, {
    onMessage: (message) => link.engine.deref()?.hear(message as WorkerReport),
    onEnd: (failed) => link.engine.deref()?.hear({ failed }),
  });
}

async function endWorkers(memory: WebAssembly.Memory, workers: readonly Thread[]): Promise<void> {
  const control = controlOf(memory);
  Atomics.store(control, runWord, -1);
  Atomics.notify(control, runWord);
  await Promise.all(workers.map((worker) => worker.stop()));
}

function controlOf(memory: WebAssembly.Memory): Int32Array {
  return new Int32Array(memory.buffer, controlAddress, 64);
}
