import { useEffect, useState } from 'preact/hooks';
import { isCancelled } from '../../engine/engineThread.js';
import { engine } from './droppedWork.js';
import type { LearnKind } from './learnKinds.js';
import type { Found } from './learnt.js';
import type { SeenPicture } from './learning.js';

/** Milliseconds between looks at least; a training that is under way has the engine for a few times as long as a look takes. */
const rest = { still: 60, learning: 400 } as const;

/** What is looked at, and how. */
export interface Looking {
  readonly kind: LearnKind;
  /** Gives the picture that is looked at now; undefined where there is none yet. */
  readonly see: (() => SeenPicture | undefined) | undefined;
  /** Whether what sees changes, as in a training. */
  readonly learns: boolean;
  /** Whether the picture changes by itself, as a camera's does. */
  readonly moves: boolean;
  /** It is looked anew where one of these changes. */
  readonly on: readonly unknown[];
}

/** What the model of a kind sees in a picture, looked at again and again while one of the two changes. */
export function useFound({ kind, see, learns, moves, on }: Looking): {
  readonly found: Found | undefined;
  readonly milliseconds: number;
} {
  const [state, setState] = useState<{ found: Found | undefined; milliseconds: number }>({
    found: undefined,
    milliseconds: 0,
  });
  useEffect(() => setState({ found: undefined, milliseconds: 0 }), [kind, ...on]);
  useEffect(() => {
    if (!see) return undefined;
    const abort = new AbortController();
    const { signal } = abort;
    const look = async (): Promise<void> => {
      do {
        const picture = document.hidden ? undefined : see();
        const began = performance.now();
        if (picture) {
          const found = await engine.find({ kind, picture }, { signal });
          setState({ found, milliseconds: performance.now() - began });
        }
        const pause = learns ? Math.max(rest.learning, 3 * (performance.now() - began)) : rest.still;
        await new Promise((resolve) => setTimeout(resolve, pause));
      } while (!signal.aborted && (learns || moves));
    };
    look().catch((error: unknown) => {
      // What is wrong with the model is told where it is learned.
      if (!isCancelled(error)) setState({ found: undefined, milliseconds: 0 });
    });
    return () => abort.abort();
  }, [kind, see !== undefined, learns, moves, ...on]);
  return state;
}
