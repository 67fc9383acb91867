import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { WorkerReport, WorkerStart } from './work.js';

/** A started worker. */
export interface WorkerHandle {
  /** Keeps the process alive while the worker has something to do. */
  hold(busy: boolean): void;
  stop(): Promise<void>;
}

/** The number of cores. */
export function coreCount(): number {
  return availableParallelism();
}

/** The bytes of a file that lies beside this one. */
export async function readBeside(file: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(file, import.meta.url)));
}

/** Lets V8 compile relaxed SIMD: Node 20 has it behind a flag, later versions always. */
export function allowRelaxedSimd(): void {
  if (Number(process.versions.node.split('.')[0]) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
}

/** Whether memory can be shared between threads. */
export function canShareMemory(): boolean {
  return true;
}

/** Starts a worker thread; it does not keep the process alive until it is held. */
export function startWorker(start: WorkerStart, report: (message: WorkerReport) => void): WorkerHandle {
  // The process's own flags are not for the worker: --input-type, for one, would keep it from starting.
  const worker = new Worker(new URL('./worker.node.js', import.meta.url), { workerData: start, execArgv: [] });
  worker.on('message', report);
  worker.on('error', (error) => report({ failed: error.message }));
  // Without this a thread that is ended from outside would leave the runs it had a share in waiting for ever.
  worker.on('exit', (code) => report({ failed: `its thread ended (exit code ${code})` }));
  return {
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
    stop: async () => {
      await worker.terminate();
    },
  };
}

/** Lets pending timers and messages run. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
