import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { useKeys } from '../../keys/keys.js';
import { Notice } from '../../parts/Notice.js';
import { BlobThumb } from '../../pictures/BlobThumb.js';
import { CameraSight } from '../../pictures/CameraSight.js';
import { squareFrame, useCamera } from '../../pictures/useCamera.js';
import {
  leastClasses,
  leastOfClass,
  mostClasses,
  mostOfClass,
  nameProblem,
  snapshotSide,
  type SnapshotClass,
} from './snapshots.js';
import { say, strings } from './strings.js';
import { useSnapshots } from './useSnapshots.js';

/** What `Snapshots` is given. */
export interface SnapshotsProps {
  /** Learns from the pictures. */
  readonly onTrain: (classes: readonly SnapshotClass[]) => Promise<void>;
}

/** Classes that are named, and pictures that the webcam takes of each while a button or its key is held. */
export function Snapshots({ onTrain }: SnapshotsProps): JSX.Element {
  const camera = useCamera();
  const { classes, isRead, past, change, remove, undo, recording, start, stop, problem, setProblem } = useSnapshots(
    () => squareFrame(camera.video.current, snapshotSide),
  );
  const [busy, setBusy] = useState(false);
  useKeys([
    ...classes.map(({ name }, at) => ({
      key: String(at + 1),
      said: { en: strings.recordInto.en(name), ko: strings.recordInto.ko(name) },
      run: ({ repeat, key }: KeyboardEvent) => {
        if (!repeat && camera.ready) start(at, key);
      },
    })),
    { key: 'u', said: strings.undoDeletion, run: undo },
  ]);
  const add = (): void => {
    const names = classes.map(({ name }) => name);
    const free = Array.from({ length: mostClasses + 1 }, (_, n) => say.newClass(n + 1)).find(
      (name) => !names.includes(name),
    );
    change([...classes, { name: free!, pictures: [] }]);
  };
  const few = classes.find(({ pictures }) => pictures.length < leastOfClass);
  const total = classes.reduce((sum, { pictures }) => sum + pictures.length, 0);
  const isNamed = classes.every((_, at) => nameProblem(classes, at) === undefined);
  const train = (): void => {
    stop();
    setBusy(true);
    onTrain(classes).catch((error: unknown) => {
      setBusy(false);
      setProblem((error as Error).message);
    });
  };
  return (
    <section class="train-snapshots camera" aria-label={say.webcamClasses}>
      <p class="hint">{say.webcamSays}</p>
      <CameraSight camera={camera} />
      {classes.map((one, at) => (
        <SnapshotRow
          key={at}
          one={one}
          at={at}
          problem={nameProblem(classes, at)}
          disabled={!camera.ready || !isRead || one.pictures.length >= mostOfClass}
          isRecording={recording === at}
          onName={(name) => change(classes.map((before, i) => (i === at ? { ...before, name } : before)))}
          onStart={() => start(at)}
          onStop={stop}
          onDelete={(picture) =>
            remove(
              classes.map((before, i) =>
                i === at
                  ? { ...before, pictures: picture ? before.pictures.filter((other) => other !== picture) : [] }
                  : before,
              ),
            )
          }
          {...(classes.length > leastClasses && { onRemove: () => remove(classes.filter((_, i) => i !== at)) })}
        />
      ))}
      <div class="buttons">
        {classes.length < mostClasses && (
          <button type="button" onClick={add}>
            + {say.addClass}
          </button>
        )}
        <button type="button" class="quiet" disabled={past.length === 0} onClick={undo}>
          {say.undoDeletion}
        </button>
      </div>
      {problem !== undefined && <Notice>{problem}</Notice>}
      {few && (
        <p class="hint" role="status">
          {say.classNeeds(few.name, few.pictures.length, leastOfClass)}
        </p>
      )}
      <button type="button" class="main" disabled={few !== undefined || !isNamed || busy} onClick={train}>
        {say.trainOnThese(total)}
      </button>
    </section>
  );
}

interface SnapshotRowProps {
  readonly one: SnapshotClass;
  readonly at: number;
  readonly problem: 'nameMissing' | 'nameTaken' | undefined;
  readonly disabled: boolean;
  readonly isRecording: boolean;
  readonly onName: (name: string) => void;
  readonly onStart: () => void;
  readonly onStop: () => void;
  /** Deletes a picture, or all of the class. */
  readonly onDelete: (picture?: Blob) => void;
  readonly onRemove?: () => void;
}

/** A class: its name, the button that is held, and its pictures, each of which a click deletes. */
function SnapshotRow(props: SnapshotRowProps): JSX.Element {
  const { one, at, problem, disabled, isRecording, onName, onStart, onStop, onDelete, onRemove } = props;
  const { name, pictures } = one;
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // The latest are in sight.
    if (isRecording) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [pictures.length]);
  return (
    <div class="train-snapshot-class" role="group" aria-label={name}>
      <div class="train-snapshot-head">
        <input
          type="text"
          maxLength={40}
          aria-label={say.className(at + 1)}
          aria-invalid={problem !== undefined}
          value={name}
          onInput={(event) => onName(event.currentTarget.value)}
        />
        <span class="number hint">
          {pictures.length >= mostOfClass ? say.takenMost(pictures.length) : say.taken(pictures.length)}
        </span>
        {onRemove && (
          <button type="button" class="quiet" aria-label={say.deleteClass(name)} onClick={onRemove}>
            ×
          </button>
        )}
      </div>
      {problem && <Notice>{say[problem]}</Notice>}
      <div class="buttons">
        <button
          type="button"
          class="train-record"
          aria-pressed={isRecording}
          disabled={disabled}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            onStart();
          }}
          onLostPointerCapture={onStop}
          onContextMenu={(event) => event.preventDefault()}
          onKeyDown={(event) => {
            if (event.key !== ' ' && event.key !== 'Enter') return;
            event.preventDefault();
            if (!event.repeat) onStart();
          }}
          onKeyUp={(event) => {
            if (event.key !== ' ' && event.key !== 'Enter') return;
            event.preventDefault();
            onStop();
          }}
          onBlur={onStop}
          onClick={(event) => {
            // Pressed by neither pointer nor key, as screen readers do: one picture.
            if (event.detail !== 0) return;
            onStart();
            onStop();
          }}
        >
          {say.record(at + 1)}
        </button>
        {pictures.length > 0 && (
          <button type="button" class="quiet" aria-label={say.deleteAllOf(name)} onClick={() => onDelete()}>
            {say.deleteAll}
          </button>
        )}
      </div>
      {pictures.length > 0 && (
        <ul class="train-snapshot-pictures" ref={list}>
          {pictures.map((picture, i) => (
            <li key={keyOf(picture)}>
              <button
                type="button"
                title={say.deletePicture(i + 1, name)}
                aria-label={say.deletePicture(i + 1, name)}
                onClick={() => onDelete(picture)}
              >
                <BlobThumb blob={picture} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Numbers of pictures, so that a list of them is not drawn anew where one goes. */
const numbers = new WeakMap<Blob, number>();
let given = 0;
function keyOf(picture: Blob): number {
  if (!numbers.has(picture)) numbers.set(picture, given++);
  return numbers.get(picture)!;
}
