import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { PredictedClass } from 'striate';
import { isCancelled } from '../../engine/engineThread.js';
import { formatNumber } from '../../parts/formatNumber.js';
import { Notice } from '../../parts/Notice.js';
import { pictureBlob } from '../../pictures/openPicture.js';
import { keepFile } from '../../storage/contents.js';
import { engine, inputOf } from './liveTraining.js';
import type { TrainState } from './state.js';
import { say } from './strings.js';
import type { TriedPicture } from './tasks.js';
import { forgetDrawing, keepDrawing, keptDrawing } from './triedDrawing.js';
import type { TrainingRun } from './trainingRuns.js';
import { TryWebcam } from './TryWebcam.js';

/** The side of the drawing, in pixels, and how thick its pen is. */
const side = 168;
const pen = 13;
/** How far an arrow moves the pen. */
const stride = 6;

/** Draw, take a picture of a file, or hold something before the webcam, and see at once what the network takes it for. */
export function TryIt({ run, state }: { run: TrainingRun; state: TrainState }): JSX.Element {
  const { tried } = state.values.value;
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<readonly [number, number] | undefined>(undefined);
  const [spot, setSpot] = useState<readonly [number, number]>([side / 2, side / 2]);
  const [answer, setAnswer] = useState<readonly PredictedClass[] | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  const [webcam, setWebcam] = useState(false);
  const asked = useRef<AbortController | undefined>(undefined);
  const context = (): CanvasRenderingContext2D => canvas.current!.getContext('2d', { willReadFrequently: true })!;
  const clear = (): void => {
    const to = context();
    to.fillStyle = '#fff';
    to.fillRect(0, 0, side, side);
    setAnswer(undefined);
  };
  useEffect(() => {
    clear();
    const before = keptDrawing();
    if (before === null) return;
    const picture = new Image();
    picture.src = before;
    picture.decode().then(
      () => {
        context().drawImage(picture, 0, 0);
        if (state.values.peek().tried === '') ask(read());
      },
      () => forgetDrawing(),
    );
  }, []);
  useEffect(() => {
    if (tried === '') return;
    setWebcam(false);
    pictureBlob(tried).then(ask, fail);
  }, [tried]);
  const fail = (error: unknown): void => {
    if (!isCancelled(error)) setProblem((error as Error).message);
  };
  const ask = (picture: TriedPicture | Blob): void => {
    asked.current?.abort();
    const abort = new AbortController();
    asked.current = abort;
    setProblem(undefined);
    engine.tryPicture({ ...inputOf(run), picture }, { signal: abort.signal }).then(setAnswer, fail);
  };
  const read = (): TriedPicture => {
    const { data, width, height } = context().getImageData(0, 0, side, side);
    return { data, width, height };
  };
  const drawn = (): void => {
    keepDrawing(canvas.current!);
    state.change({ tried: '' }, 'slide');
    ask(read());
  };
  const stroke = (from: readonly [number, number], to: readonly [number, number]): void => {
    const at = context();
    at.strokeStyle = '#000';
    at.lineWidth = pen;
    at.lineCap = 'round';
    at.beginPath();
    at.moveTo(...from);
    at.lineTo(...to);
    at.stroke();
  };
  const place = (event: PointerEvent): readonly [number, number] => {
    const box = canvas.current!.getBoundingClientRect();
    const scale = side / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  };
  return (
    <section class="train-try">
      <h2>{say.tryIt}</h2>
      <div class="train-drawing">
        <canvas
          ref={canvas}
          width={side}
          height={side}
          hidden={webcam}
          tabIndex={0}
          role="application"
          aria-label={say.drawHere}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            last.current = place(event);
            stroke(last.current, last.current);
          }}
          onPointerMove={(event) => {
            if (!last.current) return;
            const to = place(event);
            stroke(last.current, to);
            last.current = to;
          }}
          onPointerUp={() => {
            last.current = undefined;
            drawn();
          }}
          onKeyDown={(event) => {
            const move = moves[event.key];
            if (!move && event.key !== ' ') return;
            event.preventDefault();
            event.stopPropagation();
            const clamp = (value: number): number => Math.min(side, Math.max(0, value));
            const [x, y] = move ?? [0, 0];
            const to = [clamp(spot[0] + stride * x), clamp(spot[1] + stride * y)] as const;
            // Shift lifts the pen.
            if (!event.shiftKey) {
              stroke(spot, to);
              drawn();
            }
            setSpot(to);
          }}
        />
        {webcam && <TryWebcam run={run} onAnswer={setAnswer} onProblem={setProblem} />}
        {/* Eight answers a second are too many to be read out. */}
        <ol class="train-answer" aria-live={webcam ? 'off' : 'polite'}>
          {answer?.slice(0, 5).map(({ name, probability }) => (
            <li key={name}>
              <span>{name}</span>
              <span class="number">{formatNumber(probability)}</span>
              <span class="bar" aria-hidden="true">
                <span style={{ width: `${100 * probability}%` }} />
              </span>
            </li>
          ))}
        </ol>
      </div>
      {!answer && !webcam && <p class="hint">{say.drawHere}</p>}
      {problem !== undefined && <Notice>{problem}</Notice>}
      <div class="buttons">
        <button
          type="button"
          disabled={webcam}
          onClick={() => {
            void forgetDrawing();
            state.change({ tried: '' }, 'slide');
            clear();
          }}
        >
          {say.clear}
        </button>
        <label class="button train-file">
          {say.tryPhoto}
          <input
            type="file"
            accept="image/*"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              event.currentTarget.value = '';
              if (!file) return;
              keepFile(file, file.name).then(({ hash }) => state.change({ tried: `file:${hash}` }), fail);
            }}
          />
        </label>
        <button
          type="button"
          aria-pressed={webcam}
          onClick={() => {
            asked.current?.abort();
            setProblem(undefined);
            setAnswer(undefined);
            setWebcam(!webcam);
          }}
        >
          {say.webcam}
        </button>
      </div>
    </section>
  );
}

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};
