import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { formatBytes } from '../parts/formatNumber.js';
import { Notice } from '../parts/Notice.js';
import { kept as changes, type KeptThing } from '../storage/kept.js';
import { keptThings } from './keptThings.js';
import { say } from './strings.js';

/** All that this browser keeps for the studio, each to be forgotten. */
export function KeptList({ onClose }: { onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [things, setThings] = useState<readonly KeptThing[] | undefined>();
  const [used, setUsed] = useState<StorageEstimate>({});
  const [problem, setProblem] = useState<string | undefined>();
  const fail = (error: unknown): void => setProblem((error as Error).message);
  useEffect(() => dialog.current!.showModal(), []);
  useEffect(() => {
    keptThings().then(setThings, fail);
    // Undefined on pages that are neither on this machine nor encrypted.
    void (navigator as Partial<Navigator>).storage?.estimate().then(setUsed);
  }, [changes.value]);
  const forget = async (gone: readonly KeptThing[]): Promise<void> => {
    setProblem(undefined);
    await Promise.all(gone.map((one) => one.forget())).catch(fail);
    changes.value++;
  };
  const { usage, quota } = used;
  return (
    <dialog
      ref={dialog}
      aria-labelledby="kept-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <h2 id="kept-title">{say.keptHere}</h2>
      <p class="hint">
        {say.keptSays} {usage !== undefined && say.keptOf(formatBytes(usage), formatBytes(quota ?? 0))}
      </p>
      {problem !== undefined && <Notice>{problem}</Notice>}
      {things?.length === 0 && <p>{say.keptNothing}</p>}
      <ul class="kept">
        {things?.map((one, i) => (
          <li key={i}>
            <span class="label">{one.what}</span>
            <span>{one.name}</span>
            <span class="number">{one.bytes !== undefined && formatBytes(one.bytes)}</span>
            <button type="button" class="quiet" aria-label={say.forget(one.name)} onClick={() => void forget([one])}>
              ×
            </button>
          </li>
        ))}
      </ul>
      <div class="buttons">
        <button type="button" class="main" onClick={onClose}>
          {say.close}
        </button>
        <button type="button" disabled={!things?.length} onClick={() => void forget(things!)}>
          {say.forgetAll}
        </button>
      </div>
    </dialog>
  );
}
