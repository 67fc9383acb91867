import { useEffect, useRef, useState } from 'preact/hooks';
import { keepSnapshots, keptSnapshots, leastClasses, mostOfClass, type SnapshotClass } from './snapshots.js';
import { say } from './strings.js';

/** Milliseconds between two pictures while a button is held. */
const pace = 125;

/** Classes that pictures are taken for, and what can be done with them. */
export interface SnapshotState {
  readonly classes: readonly SnapshotClass[];
  /** Whether what the browser has kept is read: before that nothing is taken. */
  readonly isRead: boolean;
  /** The classes before each deletion that can be undone. */
  readonly past: readonly (readonly SnapshotClass[])[];
  readonly change: (classes: readonly SnapshotClass[]) => void;
  readonly remove: (classes: readonly SnapshotClass[]) => void;
  readonly undo: () => void;
  /** The class that pictures are taken of now. */
  readonly recording: number | undefined;
  /** Takes pictures of a class until `stop`, or until a key comes up. */
  readonly start: (at: number, key?: string) => void;
  readonly stop: () => void;
  readonly problem: string | undefined;
  readonly setProblem: (problem: string | undefined) => void;
}

/**
 * Classes and their pictures, which the browser keeps as they change.
 *
 * @param frame what the camera shows now
 */
export function useSnapshots(frame: () => HTMLCanvasElement | undefined): SnapshotState {
  const [classes, setClasses] = useState<readonly SnapshotClass[]>(() =>
    Array.from({ length: leastClasses }, (_, n) => ({ name: say.newClass(n + 1), pictures: [] })),
  );
  const [past, setPast] = useState<readonly (readonly SnapshotClass[])[]>([]);
  const [recording, setRecording] = useState<number | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  const [isRead, setRead] = useState(false);
  const timer = useRef<ReturnType<typeof setInterval> | undefined>(undefined);
  /** Pictures that were taken and are not encoded yet. */
  const underWay = useRef(0);
  /** How often something was deleted or brought back: pictures that were taken before are not added after. */
  const edits = useRef(0);
  const writing = useRef<Promise<void>>(Promise.resolve());
  const fail = (error: unknown): void => setProblem((error as Error).message);
  useEffect(() => {
    keptSnapshots()
      .then((kept) => kept && setClasses(kept))
      .catch(fail)
      .finally(() => setRead(true));
  }, []);
  useEffect(() => {
    // What was kept is read first, and nothing is written eight times a second.
    if (!isRead || recording !== undefined) return;
    writing.current = writing.current.then(() => keepSnapshots(classes)).catch(fail);
  }, [classes, recording, isRead]);
  const settle = (): void => {
    if (timer.current === undefined && underWay.current === 0) setRecording(undefined);
  };
  const shoot = (at: number): void => {
    const shown = frame();
    if (!shown) return;
    const edit = edits.current;
    underWay.current++;
    shown.toBlob(
      (picture) => {
        underWay.current--;
        settle();
        if (!picture || edit !== edits.current) return;
        setClasses((before) =>
          before.map((one, i) =>
            i === at && one.pictures.length < mostOfClass ? { ...one, pictures: [...one.pictures, picture] } : one,
          ),
        );
      },
      'image/jpeg',
      0.9,
    );
  };
  const stop = (): void => {
    clearInterval(timer.current);
    timer.current = undefined;
    // A browser that is busy has some of the pictures later: until then they are being taken.
    settle();
  };
  const start = (at: number, key?: string): void => {
    if (timer.current !== undefined || !isRead) return;
    setPast([]);
    setRecording(at);
    shoot(at);
    timer.current = setInterval(() => shoot(at), pace);
    if (key === undefined) return;
    const up = (event: KeyboardEvent): void => {
      if (event.key !== key) return;
      removeEventListener('keyup', up);
      stop();
    };
    addEventListener('keyup', up);
  };
  useEffect(() => {
    // A key that comes up elsewhere is not heard of.
    addEventListener('blur', stop);
    return () => {
      removeEventListener('blur', stop);
      stop();
    };
  }, []);
  return {
    ...{ classes, isRead, past, recording, start, stop, problem, setProblem },
    change: (next) => {
      setPast([]);
      setClasses(next);
    },
    remove: (next) => {
      edits.current++;
      setPast([...past, classes]);
      setClasses(next);
    },
    undo: () => {
      if (past.length === 0) return;
      edits.current++;
      setClasses(past[past.length - 1]);
      setPast(past.slice(0, -1));
    },
  };
}
