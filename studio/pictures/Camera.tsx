import type { JSX } from 'preact';
import { CameraSight } from './CameraSight.js';
import { say } from './strings.js';
import { useCamera } from './useCamera.js';

/** What `Camera` is given. */
export interface CameraProps {
  /** A picture that was taken. */
  readonly onTake: (picture: Blob) => void;
  readonly onClose: () => void;
}

/** What the camera sees, and a button that takes a picture. Nothing leaves the browser. */
export function Camera({ onTake, onClose }: CameraProps): JSX.Element {
  const camera = useCamera();
  const take = (): void => {
    const { videoWidth: width, videoHeight: height } = camera.video.current!;
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    canvas.getContext('2d')!.drawImage(camera.video.current!, 0, 0);
    canvas.toBlob((blob) => blob && onTake(blob), 'image/jpeg', 0.92);
  };
  return (
    <div class="camera">
      <CameraSight camera={camera} />
      <div class="buttons">
        <button type="button" disabled={!camera.ready} onClick={take}>
          {say.takePicture}
        </button>
        <button type="button" class="quiet" onClick={onClose}>
          {say.closeCamera}
        </button>
      </div>
    </div>
  );
}
