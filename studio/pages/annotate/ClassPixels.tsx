import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';

/** What `ClassPixels` is given. */
export interface ClassPixelsProps {
  readonly width: number;
  readonly height: number;
  /** Of each pixel what it belongs to. */
  readonly labels: ArrayLike<number>;
  /** What pixels are painted with, as #rrggbb; undefined for nothing. */
  readonly colourOf: (label: number) => string | undefined;
}

/** Pixels of classes as a part of a drawing, half transparent. */
export function ClassPixels({ width, height, labels, colourOf }: ClassPixelsProps): JSX.Element | null {
  const [address, setAddress] = useState('');
  useEffect(() => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d')!;
    const pixels = context.createImageData(width, height);
    const colours = new Map<number, readonly number[] | undefined>();
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i];
      if (!colours.has(label)) {
        const colour = colourOf(label);
        colours.set(
          label,
          colour === undefined ? undefined : [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)),
        );
      }
      const colour = colours.get(label);
      if (colour) pixels.data.set([...colour, 140], 4 * i);
    }
    context.putImageData(pixels, 0, 0);
    let made = '';
    let isGone = false;
    void canvas.convertToBlob().then((blob) => {
      if (isGone) return;
      made = URL.createObjectURL(blob);
      setAddress(made);
    });
    return () => {
      isGone = true;
      // The next one is there before this one goes.
      if (made !== '') setTimeout(() => URL.revokeObjectURL(made), 1000);
    };
  }, [labels, width, height]);
  return address === '' ? null : <image class="pixels" href={address} width={width} height={height} />;
}
