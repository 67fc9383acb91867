import { useEffect, useRef, useState } from 'preact/hooks';
import { exampleWork } from './exampleWork.js';
import { keepWork, keptWork } from './keptWork.js';
import type { Work } from './work.js';

/** What was drawn, and how it is changed. */
export interface KeptWork {
  /** Undefined until the browser has said what it kept. */
  readonly work: Work | undefined;
  /** Why nothing is kept. */
  readonly problem: string | undefined;
  /** Changes it; one step for undoing. Is given what is there now. */
  readonly change: (next: (work: Work) => Work) => void;
  /** Undefined where there is nothing to undo, or to do again. */
  readonly undo: (() => void) | undefined;
  readonly redo: (() => void) | undefined;
}

/** Steps that can be undone, at most. */
const mostSteps = 200;

/** The work of this browser; examples where there is none. Every change is kept at once. */
export function useWork(): KeptWork {
  const [work, setWork] = useState<Work | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  const now = useRef<Work | undefined>(undefined);
  const done = useRef<Work[]>([]);
  const undone = useRef<Work[]>([]);
  const failed = (error: unknown): void => setProblem((error as Error).message);
  const show = (next: Work): void => {
    keepWork(now.current, next).then(() => setProblem(undefined), failed);
    now.current = next;
    setWork(next);
  };
  useEffect(() => {
    const open = async (): Promise<void> => {
      const kept = await keptWork().catch((error: unknown) => {
        failed(error);
        return undefined;
      });
      if (kept && kept.pictures.length > 0) {
        now.current = kept;
        setWork(kept);
      } else show(await exampleWork());
    };
    void open();
  }, []);
  const step = (from: Work[], to: Work[]) => (): void => {
    const next = from.pop();
    if (!next) return;
    to.push(now.current!);
    show(next);
  };
  return {
    work,
    problem,
    change: (next) => {
      const before = now.current;
      if (!before) return;
      const after = next(before);
      if (after === before) return;
      done.current = [...done.current, before].slice(-mostSteps);
      undone.current = [];
      show(after);
    },
    undo: done.current.length > 0 ? step(done.current, undone.current) : undefined,
    redo: undone.current.length > 0 ? step(undone.current, done.current) : undefined,
  };
}
