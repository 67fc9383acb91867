import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { formatNumber } from '../../parts/formatNumber.js';
import { CameraSight } from '../../pictures/CameraSight.js';
import { useCamera } from '../../pictures/useCamera.js';
import { FoundThings } from './FoundThings.js';
import type { SeenPicture } from './learning.js';
import type { LearnKind } from './learnKinds.js';
import { say } from './strings.js';
import { useFound } from './useFound.js';

/** What `LiveSight` is given. */
export interface LiveSightProps {
  readonly kind: LearnKind;
  readonly learns: boolean;
  readonly classNames: readonly string[];
  readonly threshold: number;
}

/** What the camera sees, and over it what the model sees in each frame. Nothing leaves the browser. */
export function LiveSight({ kind, learns, classNames, threshold }: LiveSightProps): JSX.Element {
  const camera = useCamera();
  const size = useRef({ width: 640, height: 480 });
  const see = (): SeenPicture | undefined => {
    const { videoWidth: width = 0, videoHeight: height = 0 } = camera.video.current ?? {};
    if (width === 0) return undefined;
    size.current = { width, height };
    const context = new OffscreenCanvas(width, height).getContext('2d')!;
    context.drawImage(camera.video.current!, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, data };
  };
  const { found, milliseconds } = useFound({
    ...{ kind, learns, moves: true, on: [camera.ready] },
    see: camera.ready ? see : undefined,
  });
  const { width, height } = size.current;
  const shown = (found?.boxes ?? []).filter(({ score }) => score >= threshold);
  return (
    <div class="annotate-live camera">
      <div>
        <CameraSight camera={camera} />
        <svg class="annotate-drawing" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          <FoundThings found={found} classNames={classNames} scale={1} threshold={threshold} />
        </svg>
      </div>
      <p class="hint" role="status">
        {found &&
          `${shown.map(({ name, score }) => `${name} ${formatNumber(score, { digits: 2 })}`).join(', ') || say[kind]} · ${formatNumber(milliseconds, { digits: 0 })} ms`}
      </p>
    </div>
  );
}
