import type { WorkerHandle } from './host.node.js';
import type { WorkerReport, WorkerStart } from './work.js';

export type { WorkerHandle } from './host.node.js';

/** The number of cores. */
export function coreCount(): number {
  return navigator.hardwareConcurrency;
}

/** The bytes of a file that lies beside this one. */
export async function readBeside(file: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(file, import.meta.url));
  if (!response.ok)
    throw new Error(`${response.url} answered ${response.status}; serve the package's dist folder whole`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Browsers have relaxed SIMD or not; there is nothing to switch on. */
export function allowRelaxedSimd(): void {
  // Nothing to do.
}

/** Whether the page is cross-origin isolated, so that memory can be shared with workers. */
export function canShareMemory(): boolean {
  return globalThis.crossOriginIsolated;
}

const unloaded = "its script worker.browser.js could not be loaded; serve the package's dist folder whole";

/** Starts a web worker. */
export function startWorker(start: WorkerStart, report: (message: WorkerReport) => void): WorkerHandle {
  const worker = new Worker(new URL('./worker.browser.js', import.meta.url), { type: 'module' });
  worker.onmessage = (event: MessageEvent<WorkerReport>) => report(event.data);
  // A script that does not load is reported by a bare Event, without a message.
  worker.onerror = (event: Event) => report({ failed: event instanceof ErrorEvent ? event.message : unloaded });
  worker.postMessage(start);
  return {
    hold: () => undefined,
    stop: () => {
      worker.terminate();
      return Promise.resolve();
    },
  };
}

/** Lets pending events run; a message channel is not slowed down as nested timers are. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(0);
  });
}
