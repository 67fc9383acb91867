import { useEffect, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

/** Why there is nothing to see: the name of the sentence that says so, and what to do. */
export type CameraProblem = 'cameraRefused' | 'cameraMissing' | 'cameraBusy' | 'cameraUnsafe' | 'cameraGone';

/** A camera that is open, or why it is not. `CameraSight` shows it. */
export interface OpenCamera {
  readonly video: RefObject<HTMLVideoElement | null>;
  /** Whether it shows something. */
  readonly ready: boolean;
  readonly problem: CameraProblem | undefined;
  /** To be called when the first frame is there. */
  readonly onReady: () => void;
  readonly tryAgain: () => void;
}

/** Opens the camera for as long as the component is shown. Nothing leaves the browser. */
export function useCamera(): OpenCamera {
  const video = useRef<HTMLVideoElement>(null);
  const [tries, setTries] = useState(0);
  const [ready, setReady] = useState(false);
  const [problem, setProblem] = useState<CameraProblem | undefined>();
  useEffect(() => {
    let closed = false;
    let tracks: readonly MediaStreamTrack[] = [];
    const fail = (why: CameraProblem): void => {
      if (closed) return;
      setReady(false);
      setProblem(why);
    };
    const gone = (): void => fail('cameraGone');
    borrowStream().then(
      (stream) => {
        if (closed) return;
        tracks = stream.getTracks();
        for (const track of tracks) track.addEventListener('ended', gone);
        video.current!.srcObject = stream;
      },
      (error: unknown) => fail(problemOf(error)),
    );
    return () => {
      closed = true;
      for (const track of tracks) track.removeEventListener('ended', gone);
      giveBackStream();
    };
  }, [tries]);
  return {
    video,
    ready,
    problem,
    onReady: () => setReady(true),
    tryAgain: () => {
      setProblem(undefined);
      setTries(tries + 1);
    },
  };
}

/** The middle of what a camera shows now, as a square; undefined before its first frame. */
export function squareFrame(video: HTMLVideoElement | null, side: number): HTMLCanvasElement | undefined {
  const { videoWidth: width = 0, videoHeight: height = 0 } = video ?? {};
  const least = Math.min(width, height);
  if (!video || least === 0) return undefined;
  const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side });
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(video, (width - least) / 2, (height - least) / 2, least, least, 0, 0, side, side);
  return canvas;
}

const named: Readonly<Record<string, CameraProblem>> = {
  NotAllowedError: 'cameraRefused',
  SecurityError: 'cameraRefused',
  NotFoundError: 'cameraMissing',
  OverconstrainedError: 'cameraMissing',
  NotReadableError: 'cameraBusy',
  AbortError: 'cameraBusy',
  NotSupportedError: 'cameraUnsafe',
};

function problemOf(error: unknown): CameraProblem {
  return named[(error as Partial<Error>).name ?? ''] ?? 'cameraMissing';
}

/** What the camera gives, to all parts of the page that show it: some phones go dark where it is opened twice. */
let opening: Promise<MediaStream> | undefined;
let borrowers = 0;

function borrowStream(): Promise<MediaStream> {
  borrowers++;
  if (opening) return opening;
  const stream = openStream();
  opening = stream;
  // What failed, or came to an end, is opened anew by the next who asks.
  const forget = (): void => {
    if (opening === stream) opening = undefined;
  };
  stream.then((it) => it.getTracks().forEach((track) => track.addEventListener('ended', forget)), forget);
  return stream;
}

function giveBackStream(): void {
  borrowers--;
  if (borrowers > 0) return;
  const last = opening;
  opening = undefined;
  last?.then(
    (stream) => stream.getTracks().forEach((track) => track.stop()),
    () => undefined,
  );
}

async function openStream(): Promise<MediaStream> {
  // Undefined on pages that are neither on this machine nor encrypted.
  const devices = (navigator as Partial<Navigator>).mediaDevices;
  if (!devices) throw new DOMException('no cameras for this page', 'NotSupportedError');
  return devices.getUserMedia({ video: { facingMode: 'environment', width: 640, height: 480 } });
}
