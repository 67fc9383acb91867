import { useEffect, useMemo, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Place } from '../../address/parameters.js';
import { calm } from '../../design/theme.js';
import { tasksOf } from '../../engine/engineThread.js';
import { PageFrame } from '../../frame/PageFrame.js';
import { useKeys } from '../../keys/keys.js';
import { Notice } from '../../parts/Notice.js';
import { useTask } from '../../parts/useTask.js';
import { builtInPicture, numbers } from '../../pictures/builtIn.js';
import { openPicture } from '../../pictures/openPicture.js';
import type { StudioPicture } from '../../pictures/picture.js';
import { cellSum, slicesFor } from './arithmetic.js';
import { outputSize, span } from './geometry.js';
import { KernelControls } from './KernelControls.js';
import type { ConvolveState } from './state.js';
import { SlidingWindow } from './SlidingWindow.js';
import type { Slide } from './slide.js';
import { say } from './strings.js';
import type { tasks } from './tasks.js';
import { Transport } from './Transport.js';
import { WhySum } from './WhySum.js';

const engine = tasksOf<typeof tasks>('convolve');

/** The longest side of a photograph here: its pixels are still to be seen. */
const photoSide = 96;

/** How long a whole map takes to draw, at most, and a cell, in milliseconds. */
const playing = { map: 14_000, cell: 140 } as const;

/** Kernels that slide over a picture. */
export function KernelView({ state }: { state: ConvolveState }): JSX.Element {
  const values = state.values.value;
  const { picture: pictureName, size, kernel: kernels, stride, pad, dilate, mode, relu, pool } = values;
  const picture = usePicture(pictureName, size);
  const settings = { stride, padding: pad, dilation: dilate };
  const filter = Math.min(values.filter, kernels.length - 1);
  const kernel = kernels[filter];
  const shown = picture.value;
  const [height, width] = shown
    ? [
        outputSize(shown.height, { ...settings, size: kernel.size }),
        outputSize(shown.width, { ...settings, size: kernel.size }),
      ]
    : [0, 0];
  const fits = shown !== undefined && kernels.every((one) => fitsIn(shown, one.size, settings));
  const isMatch = mode === 'match';
  const maps = useTask(
    shown && fits
      ? (call) => {
          const { data, channels } = shown;
          const scale = (count: number): number => (isMatch ? 1 / (count * channels) : 1);
          return engine.convolve(
            {
              height: shown.height,
              width: shown.width,
              channels,
              data,
              kernels: kernels.map((one) => ({
                size: one.size,
                slices: slicesFor(one, channels).map((slice) => slice.map((weight) => weight * scale(one.size ** 2))),
                bias: one.bias * scale(one.size ** 2),
              })),
              ...settings,
              relu,
              pool,
            },
            call,
          );
        }
      : undefined,
    [shown, kernels.map(({ name }) => name).join(), stride, pad, dilate, isMatch, relu, pool],
  );
  const count = height * width;
  const at: Place = [Math.min(values.at[0], Math.max(0, height - 1)), Math.min(values.at[1], Math.max(0, width - 1))];
  const drawn = values.drawn === 0 ? count : Math.min(values.drawn, count);
  const position = at[0] * width + at[1];
  const placeOf = (n: number): Place => [Math.floor(n / width), n % width];
  const move = (n: number, change: 'step' | 'slide'): void => {
    const to = Math.min(count - 1, Math.max(0, n));
    state.change({ at: placeOf(to), drawn: to + 1 >= count ? 0 : to + 1 }, change);
  };
  const [isPlaying, setPlaying] = useState(false);
  useEffect(() => {
    if (!isPlaying) return undefined;
    // Without movement whole rows appear; with it, cell after cell.
    const each = calm.value ? width : Math.max(1, Math.round((count * 1000) / 60 / playing.map));
    const every = calm.value ? 400 : Math.max(1000 / 60, Math.min(playing.cell, playing.map / count));
    const timer = setInterval(() => {
      const before = state.values.peek();
      const now = before.drawn === 0 ? 0 : before.drawn;
      const to = Math.min(count - 1, now + each - 1);
      state.change({ at: placeOf(to), drawn: to + 1 >= count ? 0 : to + 1 }, 'slide');
      if (to + 1 >= count) setPlaying(false);
    }, every);
    return () => clearInterval(timer);
  }, [isPlaying, count, width]);
  const pick = (n: number): void => state.change({ filter: (n + kernels.length) % kernels.length });
  const play = (): void => {
    if (!isPlaying && values.drawn === 0) state.change({ at: [0, 0], drawn: 1 }, 'slide');
    setPlaying(!isPlaying);
  };
  useKeys([
    ...(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const).map((key) => ({
      key,
      said: { en: 'move the window', ko: '창 옮기기' },
      run: () => {
        const [down, right] = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[key];
        const clamp = (value: number, most: number): number => Math.min(most - 1, Math.max(0, value));
        if (count > 0) state.change({ at: [clamp(at[0] + down, height), clamp(at[1] + right, width)] }, 'slide');
      },
    })),
    { key: ' ', said: { en: 'play or pause', ko: '재생 또는 멈춤' }, run: play },
    { key: '.', said: { en: 'one step', ko: '한 칸' }, run: () => move(values.drawn === 0 ? 0 : drawn, 'step') },
    { key: '[', said: { en: 'kernel before, next kernel', ko: '이전 커널, 다음 커널' }, run: () => pick(filter - 1) },
    { key: ']', said: { en: 'kernel before, next kernel', ko: '이전 커널, 다음 커널' }, run: () => pick(filter + 1) },
    { key: 'a', said: { en: 'draw all', ko: '모두 그리기' }, run: () => state.change({ drawn: 0 }) },
  ]);
  const map = maps.value?.[filter];
  // While a new map is computed, the one before must not be read with the new window.
  const current = map?.map.height === height && map.map.width === width ? map : undefined;
  const sum = shown && count > 0 ? cellSum(shown, kernel, at, settings, isMatch) : undefined;
  const slide: Slide | undefined = shown &&
    sum && {
      picture: shown,
      kernel,
      settings: { ...settings, size: kernel.size },
      at,
      sum,
      height,
      width,
      drawn,
      isMatch,
      relu,
    };
  return (
    <PageFrame
      title={say.title}
      sentence={say.sentence}
      what={<KernelControls state={state} filter={filter} />}
      why={slide && <WhySum slide={slide} maps={current} />}
      below={
        count > 0 && (
          <Transport
            state={state}
            playing={isPlaying}
            position={position}
            count={count}
            onPlay={play}
            onStep={() => move(values.drawn === 0 ? 0 : drawn, 'step')}
            onScrub={(n) => move(n, 'slide')}
          />
        )
      }
    >
      {picture.error && <Notice>{picture.error.message}</Notice>}
      {maps.error && <Notice>{maps.error.message}</Notice>}
      {shown?.channels === 1 && kernel.slices.length === 3 && <Notice kind="note">{say.threeSlices}</Notice>}
      {shown && !fits && (
        <Notice>
          {say.tooLarge(
            Math.max(...kernels.map((one) => span({ ...settings, size: one.size }))),
            Math.min(shown.height, shown.width) + 2 * pad,
          )}
        </Notice>
      )}
      {slide && <SlidingWindow slide={slide} maps={maps.value ?? []} filter={filter} state={state} />}
    </PageFrame>
  );
}

function fitsIn(
  picture: StudioPicture,
  size: number,
  settings: { stride: number; padding: number; dilation: number },
): boolean {
  return (
    Math.min(outputSize(picture.height, { ...settings, size }), outputSize(picture.width, { ...settings, size })) > 0
  );
}

/** The picture of a name, at once where it comes with the studio. */
function usePicture(
  name: string,
  size: number,
): { readonly value: StudioPicture | undefined; readonly error: Error | undefined } {
  const known = useMemo(() => (size > 0 ? numbers(size) : builtInPicture(name)), [name, size]);
  const opened = useTask(known ? undefined : () => openPicture(name, photoSide), [name, known]);
  if (known) return { value: known, error: undefined };
  return { value: opened.value?.name === name ? opened.value : undefined, error: opened.error };
}
