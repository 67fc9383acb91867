import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { colourMap, rgbAt, shareOf } from '../../design/colourMaps.js';
import { theme } from '../../design/theme.js';
import { formatNumber } from '../../parts/formatNumber.js';
import { MapCanvas } from '../../parts/MapCanvas.js';
import type { Kernels } from './looks.js';
import { say } from './strings.js';

/** More are not shown at once. */
const mostShown = 64;
/** Numbers of a kernel are averaged over more channels than these. */
const colourChannels = 3;

/** The first layer's kernels as they are now; the one under the pointer is shown with its numbers. */
export function KernelSheet({ kernels }: { kernels: Kernels }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [at, setAt] = useState(0);
  const { height, width, filters, layer } = kernels;
  const count = Math.min(mostShown, filters);
  const columns = Math.min(count, 8);
  const rows = Math.ceil(count / columns);
  const most = Math.max(1e-6, largest(kernels.data));
  useLayoutEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const image = context.createImageData(columns * (width + 1) - 1, rows * (height + 1) - 1);
    const map = colourMap('diverging', theme.value);
    for (let filter = 0; filter < count; filter++) {
      const [top, left] = [Math.floor(filter / columns) * (height + 1), (filter % columns) * (width + 1)];
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const place = 4 * ((top + row) * image.width + left + column);
          image.data.set([...colourOf(kernels, filter, row, column, most, map), 255], place);
        }
      }
    }
    context.putImageData(image, 0, 0);
  });
  const chosen = Math.min(at, count - 1);
  return (
    <section class="train-kernels">
      <h2>{say.kernels(layer, filters, `${height}×${width}`)}</h2>
      <canvas
        ref={canvas}
        class="train-sheet"
        width={columns * (width + 1) - 1}
        height={rows * (height + 1) - 1}
        role="img"
        aria-label={say.kernels(layer, filters, `${height}×${width}`)}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
          const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
          setAt(Math.min(count - 1, Math.max(0, row * columns + column)));
        }}
      />
      <div class="train-kernel">
        <MapCanvas
          label={say.kernel(chosen + 1)}
          side={112}
          map={{
            height,
            width,
            data: Array.from({ length: height * width }, (_, i) =>
              meanOf(kernels, chosen, Math.floor(i / width), i % width),
            ),
            low: -most,
            high: most,
            colours: 'diverging',
          }}
          numbers={(value) => formatNumber(value)}
        />
        <span class="hint">{say.kernel(chosen + 1)}</span>
      </div>
    </section>
  );
}

function largest(data: Float32Array): number {
  let most = 0;
  for (const value of data) most = Math.max(most, Math.abs(value));
  return most;
}

function valueOf({ width, channels, filters, data }: Kernels, filter: number, place: number[]): number {
  const [row, column, channel] = place;
  return data[((row * width + column) * channels + channel) * filters + filter];
}

/** The mean over a kernel's channels. */
function meanOf(kernels: Kernels, filter: number, row: number, column: number): number {
  let sum = 0;
  for (let c = 0; c < kernels.channels; c++) sum += valueOf(kernels, filter, [row, column, c]);
  return sum / kernels.channels;
}

/** Kernels of colour pictures in their colours, others signed. */
function colourOf(
  kernels: Kernels,
  filter: number,
  row: number,
  column: number,
  most: number,
  map: Uint8Array,
): readonly number[] {
  if (kernels.channels === colourChannels) {
    return [0, 1, 2].map((c) => 255 * shareOf(valueOf(kernels, filter, [row, column, c]), -most, most));
  }
  return rgbAt(map, shareOf(meanOf(kernels, filter, row, column), -most, most));
}
