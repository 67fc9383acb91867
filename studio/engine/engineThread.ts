import { signal } from '@preact/signals';
import { StriateError } from 'striate';
import { language } from '../language/language.js';
import { say } from './strings.js';
import type { Answer, EngineStatus, Failure, Progress, Question, TaskContext, Tasks } from './protocol.js';

/** What the status line shows: the engine once it was used, and how long its last answer took. */
export const engineStatus = signal<(EngineStatus & { readonly milliseconds: number }) | undefined>(undefined);

/** What is being computed now, the latest last. */
export const work = signal<readonly Work[]>([]);

/** A task that is under way. */
export interface Work {
  readonly id: number;
  /** When it was asked, by `performance.now()`. */
  readonly since: number;
  readonly progress: Progress | undefined;
}

/** How a task is called. */
export interface TaskCall {
  /** Aborting it makes the call end with an `AbortError`. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly onNews?: (value: never) => void;
  /** Buffers that are moved instead of copied. */
  readonly transfer?: Transferable[];
}

/** A page's tasks as the page calls them. */
export type TaskCalls<T extends Tasks> = {
  readonly [K in keyof T]: (
    ...given: T[K] extends (input: infer I, context: TaskContext) => unknown ? [input: I, call?: TaskCall] : never
  ) => Promise<Awaited<ReturnType<T[K]>>>;
};

interface Waiting {
  readonly call: TaskCall;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

let worker: Worker | undefined;
let count = 0;
const waiting = new Map<number, Waiting>();

/**
 * The tasks of a page (`pages/NAME/tasks.ts`), computed in the worker.
 *
 * @example
 * const engine = tasksOf<typeof import('./tasks.js').tasks>('convolve');
 * const { map } = await engine.convolve({ picture, kernels });
 */
export function tasksOf<T extends Tasks>(page: string): TaskCalls<T> {
  return new Proxy({} as TaskCalls<T>, {
    get: (_, task) => (input: unknown, call?: TaskCall) => run(page, String(task), input, call ?? {}),
  });
}

function run(page: string, task: string, input: unknown, call: TaskCall): Promise<unknown> {
  const id = ++count;
  const question: Question = { kind: 'run', id, page, task, input, language: language.peek() };
  return new Promise((resolve, reject) => {
    const { signal: abort } = call;
    if (abort?.aborted) {
      reject(cancelled());
      return;
    }
    waiting.set(id, { call, resolve, reject });
    abort?.addEventListener('abort', () => cancel(id), { once: true });
    work.value = [...work.peek(), { id, since: performance.now(), progress: undefined }];
    started().postMessage(question, call.transfer ?? []);
  });
}

/** The page does not wait until the worker has heard. */
function cancel(id: number): void {
  const found = ended(id);
  if (!found) return;
  worker?.postMessage({ kind: 'cancel', id } satisfies Question);
  found.reject(cancelled());
}

function started(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'engine' });
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => hear(data));
  worker.addEventListener('error', (event) => {
    // A worker that could not be loaded answers nothing.
    worker = undefined;
    const stopped = new StriateError({
      where: say.engine,
      rule: say.noWorker,
      received: event.message || undefined,
      advice: say.reload,
    });
    for (const id of [...waiting.keys()]) ended(id)!.reject(stopped);
  });
  return worker;
}

function hear(answer: Answer): void {
  const { id } = answer;
  const { call } = waiting.get(id) ?? {};
  if (!call) return;
  if (answer.kind === 'progress') {
    work.value = work.peek().map((one) => (one.id === id ? { ...one, progress: answer.progress } : one));
    call.onProgress?.(answer.progress);
  } else if (answer.kind === 'news') call.onNews?.(answer.value as never);
  else if (answer.kind === 'result') {
    engineStatus.value = { ...answer.status, milliseconds: answer.milliseconds };
    ended(id)!.resolve(answer.value as never);
  } else ended(id)!.reject(errorOf(answer.failure));
}

/** Takes a task off the list, for whoever waits for it; undefined where nobody does any more. */
function ended(id: number): Waiting | undefined {
  const found = waiting.get(id);
  waiting.delete(id);
  work.value = work.peek().filter((one) => one.id !== id);
  return found;
}

function errorOf(failure: Failure): Error {
  if (failure.kind === 'striate') return new StriateError(failure.parts);
  return failure.kind === 'cancelled' ? cancelled() : new Error(failure.message);
}

function cancelled(): DOMException {
  return new DOMException('no longer wanted', 'AbortError');
}

/** Whether an error only says that a call was cancelled. */
export function isCancelled(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
