import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { tasksOf } from '../../engine/engineThread.js';
import type { Progress } from '../../engine/protocol.js';
import { Select } from '../../parts/controls.js';
import { formatNumber, fullNumber } from '../../parts/formatNumber.js';
import { Notice } from '../../parts/Notice.js';
import { PictureCanvas } from '../../parts/PictureCanvas.js';
import { useTask } from '../../parts/useTask.js';
import { isPicture, useDrop, type DroppedFile } from '../../pictures/dropping.js';
import { server } from '../../server/studioServer.js';
import { kept } from '../../storage/kept.js';
import { pickableFolders } from '../../storage/photoFolders.js';
import { isZip } from '../../storage/takePhotos.js';
import { pictureSet, usualSet, type SetPicture } from './pictureSets.js';
import type { RaisingPicture } from './explainTasks.js';
import type { InsideState } from './state.js';
import { say } from './strings.js';
import type { Subject } from './subject.js';
import type { tasks } from './tasks.js';

const engine = tasksOf<typeof tasks>('inside');

/** What `LooksFor` is given. */
export interface LooksForProps {
  readonly subject: Subject;
  readonly state: InsideState;
  readonly layer: string;
  readonly filter: number;
}

/** What a map looks for: the pattern that raises it most, and the pictures of a set that do. */
export function LooksFor({ subject, state, layer, filter }: LooksForProps): JSX.Element {
  return (
    <>
      <Pattern subject={subject} layer={layer} filter={filter} />
      <Raising subject={subject} state={state} layer={layer} filter={filter} />
    </>
  );
}

function Pattern({ subject, layer, filter }: Omit<LooksForProps, 'state'>): JSX.Element {
  const [progress, setProgress] = useState<Progress>();
  const found = useTask(
    (call) => engine.patterns({ subject, layer, filters: [filter] }, { ...call, onProgress: setProgress }),
    [subject.model.key, layer, filter],
  );
  const pattern = found.busy ? undefined : found.value?.find(({ unit }) => unit === filter);
  return (
    <section class="inside-pattern" aria-busy={found.busy}>
      <h2>{say.patternOf(filter + 1)}</h2>
      <p class="hint">{say.patternHint}</p>
      {found.error && !found.busy && <Notice>{found.error.message}</Notice>}
      {pattern && <PictureCanvas picture={pattern.picture} side={196} label={say.patternOf(filter + 1)} />}
      {found.busy && <ProgressLine said={say.finding} progress={progress} />}
    </section>
  );
}

interface Found {
  readonly pictures: readonly SetPicture[];
  readonly raising: readonly RaisingPicture[];
}

function Raising({ subject, state, layer, filter }: LooksForProps): JSX.Element {
  const { from, model } = state.values.value;
  const [progress, setProgress] = useState<Progress>();
  const usual = useTask(() => usualSet(model), [model, server.value]).value;
  const set = from === '' ? usual : from;
  const chooser = useRef<HTMLInputElement>(null);
  const folders = useTask(() => pickableFolders('any').catch(() => []), [from, kept.value]).value ?? [];
  const [said, setSaid] = useState<{ readonly kind: 'error' | 'note'; readonly text: string } | undefined>();
  const take = (dropped: readonly DroppedFile[]): void => {
    setSaid(undefined);
    engine.takePhotos({ dropped }).then(
      ({ hash, notKept }) => {
        if (notKept !== undefined) setSaid({ kind: 'note', text: notKept });
        state.change({ from: `photos:${hash}` });
      },
      (error: unknown) => setSaid({ kind: 'error', text: (error as Error).message }),
    );
  };
  const over = useDrop(
    (file) => isPicture(file) || isZip(file),
    (files) => (files.length > 1 || isZip(files[0].file)) && take(files),
  );
  const found = useTask<Found>(
    set === undefined
      ? undefined
      : async (call) => {
          const pictures = await pictureSet(set, call.signal!);
          const asked = { subject, layer, filter, pictures: pictures.map(({ source }) => source) };
          return { pictures, raising: await engine.raising(asked, { ...call, onProgress: setProgress }) };
        },
    [subject.model.key, layer, filter, set],
  );
  useEffect(() => setProgress(undefined), [layer, filter, set]);
  const offered: readonly (readonly [string, string])[] = [
    ['digits', say.drawnDigits],
    ...(usual !== undefined && usual !== 'digits' ? [[usual, usual.replace(/^data:/, '')] as const] : []),
    ...folders,
  ];
  const titleOf = (name: string): string =>
    name.startsWith('photos:') ? say.yourPictures : name.replace(/^data:/, '');
  const known = offered.some(([name]) => name === set);
  const shown = found.busy || found.error ? undefined : found.value;
  return (
    <section class="inside-raising" aria-busy={found.busy}>
      <h2>{say.raising(filter + 1)}</h2>
      <Select
        label={say.among}
        options={[...offered, ...(known || set === undefined ? [] : [[set, titleOf(set)] as const])]}
        value={set}
        onChange={(next) => state.change({ from: next })}
      />
      <div class="buttons">
        <button type="button" onClick={() => chooser.current!.click()}>
          {say.choosePictures}
        </button>
      </div>
      <input
        ref={chooser}
        type="file"
        accept="image/*"
        multiple
        aria-label={say.choosePictures}
        hidden
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])].filter(isPicture);
          if (files.length > 0) take(files.map((file) => ({ path: file.name, file })));
          event.currentTarget.value = '';
        }}
      />
      <p class={`hint${over ? ' over' : ''}`}>{say.dropPictures}</p>
      {said && <Notice kind={said.kind}>{said.text}</Notice>}
      {found.error && !found.busy && <Notice>{found.error.message}</Notice>}
      {found.busy && <ProgressLine said={say.lookingThrough} progress={progress} />}
      {shown && (
        <ol>
          {shown.raising.map((one) => (
            <li key={one.index}>
              <button
                type="button"
                class="thumb"
                title={`${say.openThere}: ${fullNumber(one.activation)}`}
                onClick={() => {
                  void shown.pictures[one.index]
                    .address()
                    .then((picture) => state.change({ picture, at: one.at, trail: '', show: 'products' }));
                }}
              >
                <PictureCanvas picture={one.crop} side={72} label="" />
                <PictureCanvas picture={one.picture} side={72} label="" marks={[{ ...one.area, kind: 'chosen' }]} />
                <span class="number">{formatNumber(one.activation)}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function ProgressLine({ said, progress }: { said: string; progress: Progress | undefined }): JSX.Element {
  return (
    <p role="status" class="inside-progress">
      {said}{' '}
      {progress?.total !== undefined && (
        <>
          <progress value={progress.done} max={progress.total} aria-label={said} />{' '}
          <span class="number">
            {progress.done}/{progress.total}
          </span>
        </>
      )}
    </p>
  );
}
