import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import type { PredictedClass } from 'striate';
import { isCancelled } from '../../engine/engineThread.js';
import { CameraSight } from '../../pictures/CameraSight.js';
import { squareFrame, useCamera } from '../../pictures/useCamera.js';
import { engine, inputOf } from './liveTraining.js';
import { snapshotSide } from './snapshots.js';
import type { TrainingRun } from './trainingRuns.js';

/** What `TryWebcam` is given. */
export interface TryWebcamProps {
  readonly run: TrainingRun;
  readonly onAnswer: (classes: readonly PredictedClass[]) => void;
  readonly onProblem: (problem: string) => void;
}

/** Milliseconds from an answer to the next frame: a training that is under way has the engine meanwhile. */
const rest = 60;

/** What the webcam sees, and what the network takes each frame for, one after the other. */
export function TryWebcam({ run, onAnswer, onProblem }: TryWebcamProps): JSX.Element {
  const camera = useCamera();
  useEffect(() => {
    if (!camera.ready) return undefined;
    const abort = new AbortController();
    const { signal } = abort;
    const look = async (): Promise<void> => {
      while (!signal.aborted) {
        const canvas = document.hidden ? undefined : squareFrame(camera.video.current, snapshotSide);
        if (canvas) {
          const { data, width, height } = canvas.getContext('2d')!.getImageData(0, 0, snapshotSide, snapshotSide);
          onAnswer(await engine.tryPicture({ ...inputOf(run), picture: { data, width, height } }, { signal }));
        }
        await new Promise((resolve) => setTimeout(resolve, rest));
      }
    };
    look().catch((error: unknown) => {
      if (!isCancelled(error)) onProblem((error as Error).message);
    });
    return () => abort.abort();
  }, [camera.ready]);
  return (
    <div class="train-sight camera">
      <CameraSight camera={camera} />
    </div>
  );
}
