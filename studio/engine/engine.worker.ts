/**
 * The engine's worker: all that is computed is computed here, so that the page stays free. Tasks are the pages' own
 * (`pages/NAME/tasks.ts`), loaded when one of them is first asked for.
 */
import { openEngine, StriateError, type Engine } from 'striate';
import { language } from '../language/language.js';
import { say } from './strings.js';
import type { Answer, Failure, Question, TaskContext, Tasks } from './protocol.js';

const modules = import.meta.glob<{ readonly tasks: Tasks }>('../pages/*/tasks.ts');
const running = new Map<number, AbortController>();
let engine: Promise<Engine> | undefined;

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  if (data.kind === 'cancel') running.get(data.id)?.abort();
  else void answer(data);
});

async function answer({ id, page, task, input, language: spoken }: Question & { kind: 'run' }): Promise<void> {
  language.value = spoken;
  const abort = new AbortController();
  running.set(id, abort);
  try {
    const [{ tasks }, opened] = await Promise.all([modules[`../pages/${page}/tasks.ts`](), openedEngine()]);
    // What was cancelled before its turn came is not begun.
    abort.signal.throwIfAborted();
    const context: TaskContext = {
      engine: opened,
      signal: abort.signal,
      progress: (progress) => post({ kind: 'progress', id, progress }),
      news: (value) => post({ kind: 'news', id, value }),
    };
    const started = performance.now();
    const value = await tasks[task](input as never, context);
    const milliseconds = performance.now() - started;
    abort.signal.throwIfAborted();
    const { name, threads, simd, memory } = opened.describe();
    post({ kind: 'result', id, value, milliseconds, status: { name, threads, simd, memory } });
  } catch (error) {
    post({ kind: 'failure', id, failure: failureOf(error, abort.signal) });
  } finally {
    running.delete(id);
  }
}

/** The one engine of all tasks, so that they share its memory and its threads. */
function openedEngine(): Promise<Engine> {
  return (engine ??= openEngine('wasm').catch((error: unknown) => {
    engine = undefined;
    throw error;
  }));
}

function failureOf(error: unknown, signal: AbortSignal): Failure {
  if (signal.aborted) return { kind: 'cancelled' };
  if (error instanceof StriateError) return { kind: 'striate', parts: error.parts };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RangeError && /allocat|memory|array length/i.test(message)) {
    const parts = { where: say.engine, rule: say.noMemory, received: message, advice: say.takeLess };
    return { kind: 'striate', parts };
  }
  return { kind: 'mistake', message };
}

function post(message: Answer): void {
  postMessage(message);
}
