import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { Group } from '../../parts/controls.js';
import { Notice } from '../../parts/Notice.js';
import { BlobThumb } from '../../pictures/BlobThumb.js';
import { Camera } from '../../pictures/Camera.js';
import { useDrop } from '../../pictures/dropping.js';
import { say } from './strings.js';
import type { Work } from './work.js';
import type { ArchivedFile } from './yoloBoxes.js';

/** What `PictureControls` is given. */
export interface PictureControlsProps {
  readonly work: Work;
  /** The picture that is open. */
  readonly open: string;
  readonly problem: string | undefined;
  readonly note: string | undefined;
  readonly camera: boolean;
  readonly onCamera: (on: boolean) => void;
  readonly onOpen: (hash: string) => void;
  readonly onFiles: (files: readonly ArchivedFile[]) => void;
}

/** The pictures: those that are there, how many have boxes, and how more come. */
export function PictureControls(props: PictureControlsProps): JSX.Element {
  const { work, open, problem, note, camera, onCamera, onOpen, onFiles } = props;
  const chooser = useRef<HTMLInputElement>(null);
  const over = useDrop(() => true, onFiles);
  const shot = (): string => `camera-${new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)}.jpg`;
  return (
    <Group title={say.pictures}>
      <p class="number-line">
        {say.progress(work.pictures.filter(({ boxes }) => boxes.length > 0).length, work.pictures.length)}
      </p>
      <div class="annotate-strip">
        {work.pictures.map(({ hash, name, blob, boxes }) => (
          <button
            key={hash}
            type="button"
            aria-pressed={hash === open}
            aria-label={say.pictureOf(name, boxes.length)}
            onClick={() => onOpen(hash)}
          >
            <BlobThumb blob={blob} />
            <span class="number">{boxes.length}</span>
          </button>
        ))}
      </div>
      <p class={`hint${over ? ' over' : ''}`}>{over ? say.dropNow : say.drop}</p>
      <input
        ref={chooser}
        type="file"
        hidden
        multiple
        accept="image/*,.zip,.json"
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])].map((file) => ({ path: file.name, file })));
          currentTarget.value = '';
        }}
      />
      <div class="buttons">
        <button type="button" onClick={() => chooser.current!.click()}>
          {say.chooseFiles}
        </button>
        <button type="button" aria-pressed={camera} onClick={() => onCamera(!camera)}>
          {say.camera}
        </button>
      </div>
      {camera && <Camera onTake={(file) => onFiles([{ path: shot(), file }])} onClose={() => onCamera(false)} />}
      {problem !== undefined && <Notice>{problem}</Notice>}
      {note !== undefined && <Notice kind="note">{note}</Notice>}
    </Group>
  );
}
