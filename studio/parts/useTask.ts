import { useEffect, useState } from 'preact/hooks';
import { isCancelled, type TaskCall } from '../engine/engineThread.js';

/** What came of a task: its latest result, kept while a newer one is computed. */
export interface TaskState<T> {
  readonly value: T | undefined;
  readonly error: Error | undefined;
  /** Whether a newer result is being computed. */
  readonly busy: boolean;
}

/**
 * The result of a task that is computed anew whenever what it depends on changes; one that is no longer wanted is cancelled.
 *
 * @param ask starts the task; undefined where there is nothing to compute yet
 * @param on what the result depends on, compared one by one
 */
export function useTask<T>(ask: ((call: TaskCall) => Promise<T>) | undefined, on: readonly unknown[]): TaskState<T> {
  const [state, setState] = useState<TaskState<T>>({ value: undefined, error: undefined, busy: true });
  useEffect(() => {
    if (!ask) return undefined;
    const abort = new AbortController();
    setState((before) => ({ ...before, busy: true }));
    ask({ signal: abort.signal }).then(
      (value) => setState({ value, error: undefined, busy: false }),
      (error: unknown) => {
        if (!isCancelled(error)) setState((before) => ({ ...before, error: error as Error, busy: false }));
      },
    );
    return () => abort.abort();
  }, on);
  return state;
}
