import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { Notice } from '../parts/Notice.js';
import { say } from './strings.js';

/** What `Camera` is given. */
export interface CameraProps {
  /** A picture that was taken. */
  readonly onTake: (picture: Blob) => void;
  readonly onClose: () => void;
}

/** What the camera sees, and a button that takes a picture. Nothing leaves the browser. */
export function Camera({ onTake, onClose }: CameraProps): JSX.Element {
  const video = useRef<HTMLVideoElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let stream: MediaStream | undefined;
    let closed = false;
    const open = async (): Promise<void> => {
      // Undefined on pages that are neither on this machine nor encrypted.
      const devices = (navigator as Partial<Navigator>).mediaDevices;
      if (!devices) throw new Error('no camera');
      stream = await devices.getUserMedia({ video: { facingMode: 'environment', width: 640, height: 480 } });
      if (closed) stream.getTracks().forEach((track) => track.stop());
      else video.current!.srcObject = stream;
    };
    open().catch(() => setFailed(true));
    return () => {
      closed = true;
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);
  const take = (): void => {
    const { videoWidth: width, videoHeight: height } = video.current!;
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    canvas.getContext('2d')!.drawImage(video.current!, 0, 0);
    canvas.toBlob((blob) => blob && onTake(blob), 'image/jpeg', 0.92);
  };
  return (
    <div class="camera">
      {failed ? <Notice>{say.noCamera}</Notice> : <video ref={video} autoplay muted playsInline />}
      <div class="buttons">
        <button type="button" disabled={failed} onClick={take}>
          {say.takePicture}
        </button>
        <button type="button" class="quiet" onClick={onClose}>
          {say.closeCamera}
        </button>
      </div>
    </div>
  );
}
