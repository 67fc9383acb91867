import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { theme } from '../design/theme.js';
import { Notice } from '../parts/Notice.js';
import { Group } from '../parts/controls.js';
import { drawMap } from '../parts/drawMap.js';
import { listData, server } from '../server/studioServer.js';
import { kept as changes } from '../storage/kept.js';
import { keepFile, keptFiles, type KeptFile } from '../storage/contents.js';
import { BlobThumb } from './BlobThumb.js';
import { builtIn, builtInPicture, type BuiltInName } from './builtIn.js';
import { Camera } from './Camera.js';
import { DrawGrid } from './DrawGrid.js';
import { isPicture, useDrop } from './dropping.js';
import { mapOf } from './mapOf.js';
import { say } from './strings.js';

/** What `PicturePicker` is given. */
export interface PicturePickerProps {
  /** The name of the picture that is chosen, as in an address. */
  readonly value: string;
  /** Which of the pictures that come with the studio are offered; all by default. */
  readonly offered?: readonly BuiltInName[];
  readonly onPick: (name: string, change?: 'step' | 'slide') => void;
}

/** How many pictures of the user are shown. */
const mostShown = 12;
/** How many of the server's are shown before more are asked for. */
const fewShown = 2;

/** Pictures to pick from: those of the studio, the user's, the server's, a drawing, the camera, and whatever is dropped. */
export function PicturePicker({ value, offered, onPick }: PicturePickerProps): JSX.Element {
  const file = useRef<HTMLInputElement>(null);
  const [camera, setCamera] = useState(false);
  const [kept, setKept] = useState<readonly KeptFile[]>([]);
  const [all, setAll] = useState(false);
  const [problem, setProblem] = useState('');
  const data = useDataPictures();
  const names = offered ?? (Object.keys(builtIn) as BuiltInName[]);
  const isDrawing = value.startsWith('draw:');
  useEffect(() => {
    keptFiles().then(
      (files) => setKept(files.filter(({ blob }) => blob.type.startsWith('image/')).slice(0, mostShown)),
      () => setKept([]),
    );
  }, [value, changes.value]);
  const take = (blob: Blob, name: string): void => {
    keepFile(blob, name).then(
      ({ hash }) => {
        setProblem('');
        onPick(`file:${hash}`);
      },
      (error: unknown) => setProblem((error as Error).message),
    );
  };
  const over = useDrop(isPicture, ([{ file: dropped }]) => take(dropped, dropped.name));
  return (
    <Group title={say.pictures}>
      <div class="thumbs" role="radiogroup" aria-label={say.pictures}>
        {names.map((name) => (
          <Thumb key={name} said={say[name]} chosen={value === name} onPick={() => onPick(name)}>
            <BuiltInThumb name={name} />
          </Thumb>
        ))}
        {kept.map(({ hash, name, blob }) => (
          <Thumb key={hash} said={name} chosen={value === `file:${hash}`} onPick={() => onPick(`file:${hash}`)}>
            <BlobThumb blob={blob} />
          </Thumb>
        ))}
        {data.slice(0, all ? data.length : fewShown).map((path) => (
          <Thumb
            key={path}
            said={path.replace(/^.*\//, '').replace(/\.\w+$/, '')}
            chosen={value === `data:${path}`}
            onPick={() => onPick(`data:${path}`)}
          >
            <img src={`api/data/file?${new URLSearchParams({ path })}`} alt="" loading="lazy" />
          </Thumb>
        ))}
      </div>
      {data.length > fewShown && (
        <button type="button" class="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? say.fewer : say.moreOfData(data.length - fewShown)}
        </button>
      )}
      <div class="buttons">
        <button type="button" aria-pressed={isDrawing} onClick={() => onPick('draw:9:')}>
          {say.draw}
        </button>
        <button type="button" aria-pressed={camera} onClick={() => setCamera(!camera)}>
          {say.camera}
        </button>
        <button type="button" onClick={() => file.current!.click()}>
          {say.file}
        </button>
      </div>
      <input
        ref={file}
        type="file"
        accept="image/*"
        aria-label={say.file}
        hidden
        onChange={(event) => {
          const [picked] = event.currentTarget.files ?? [];
          if (picked) take(picked, picked.name);
        }}
      />
      {isDrawing && <DrawGrid name={value} side={198} onChange={onPick} />}
      {camera && <Camera onTake={(blob) => take(blob, 'camera.jpg')} onClose={() => setCamera(false)} />}
      {problem !== '' && <Notice>{problem}</Notice>}
      <p class={`hint${over ? ' over' : ''}`}>{say.dropHere}</p>
    </Group>
  );
}

interface ThumbProps {
  readonly said: string;
  readonly chosen: boolean;
  readonly onPick: () => void;
  readonly children: JSX.Element;
}

function Thumb({ said, chosen, onPick, children }: ThumbProps): JSX.Element {
  return (
    <button type="button" class="thumb" role="radio" aria-checked={chosen} title={said} onClick={onPick}>
      <span class="sight">{children}</span>
      <span class="name">{said}</span>
    </button>
  );
}

const thumbSide = 44;

function BuiltInThumb({ name }: { name: BuiltInName }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = theme.value;
  useEffect(() => {
    const map = mapOf(builtInPicture(name)!);
    const cell = thumbSide / Math.max(map.height, map.width);
    const ratio = Math.max(1, devicePixelRatio);
    const element = canvas.current!;
    element.width = Math.round(map.width * cell * ratio);
    element.height = Math.round(map.height * cell * ratio);
    const view = [0, 0, map.height, map.width] as const;
    const drawing = { map, theme: now, cell, margin: 0, view, drawn: Infinity, marks: [], numbers: undefined };
    drawMap(element.getContext('2d')!, ratio, drawing);
  }, [name, now]);
  return <canvas ref={canvas} aria-hidden="true" />;
}

/** Pictures of the server's data: those in its folder, or in the first folder of it that has some. */
function useDataPictures(): readonly string[] {
  const [paths, setPaths] = useState<readonly string[]>([]);
  const has = server.value?.data ?? false;
  useEffect(() => {
    if (!has) return;
    const find = async (): Promise<string[]> => {
      const { entries } = await listData('');
      for (const folder of ['', ...entries.filter(({ kind }) => kind === 'folder').map(({ name }) => name)].slice(
        0,
        12,
      )) {
        const inside = folder === '' ? entries : (await listData(folder)).entries;
        const found = inside.filter(({ kind }) => kind === 'picture').slice(0, mostShown);
        if (found.length > 0) return found.map(({ name }) => (folder === '' ? name : `${folder}/${name}`));
      }
      return [];
    };
    find().then(setPaths, () => setPaths([]));
  }, [has]);
  return paths;
}
