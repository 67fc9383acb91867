import type { JSX } from 'preact';
import { Notice } from '../parts/Notice.js';
import { say } from './strings.js';
import type { OpenCamera } from './useCamera.js';

/** What a camera sees; or why it sees nothing, what to do, and a button that tries again. */
export function CameraSight({ camera }: { camera: OpenCamera }): JSX.Element {
  const { video, problem, onReady, tryAgain } = camera;
  if (problem === undefined)
    return <video ref={video} aria-label={say.cameraSees} autoplay muted playsInline onLoadedData={onReady} />;
  return (
    <>
      <Notice>{say[problem]}</Notice>
      <button type="button" onClick={tryAgain}>
        {say.tryAgain}
      </button>
    </>
  );
}
