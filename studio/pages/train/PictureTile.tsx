import { useLayoutEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import type { ShownPicture } from '../../pictures/shownPictures.js';

/** A small picture, its pixels as they are. */
export function PictureTile({ picture, label }: { picture: ShownPicture; label: string }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { rgba, width, height } = picture;
  useLayoutEffect(() => {
    canvas.current!.getContext('2d')!.putImageData(new ImageData(rgba, width, height), 0, 0);
  }, [picture]);
  return (
    <canvas
      ref={canvas}
      class={width <= 48 ? 'train-picture pixels' : 'train-picture'}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    />
  );
}
