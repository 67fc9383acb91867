import type { JSX } from 'preact';
import { Slider } from '../../parts/controls.js';
import { builtIn } from '../../pictures/builtIn.js';
import { kernelNames, readKernel } from './kernels.js';
import type { ConvolveState } from './state.js';
import { say } from './strings.js';

/** What `Transport` is given. */
export interface TransportProps {
  readonly state: ConvolveState;
  readonly playing: boolean;
  /** Which cell of the map the window makes, row by row. */
  readonly position: number;
  readonly count: number;
  readonly onPlay: () => void;
  readonly onStep: () => void;
  readonly onScrub: (position: number) => void;
}

/** Play, step, scrub, next picture, next kernel, draw all. */
export function Transport({ state, playing, position, count, onPlay, onStep, onScrub }: TransportProps): JSX.Element {
  const { picture, kernel: kernels, filter } = state.values.value;
  const samples = Object.keys(builtIn);
  const nextSample = (): void => {
    const next = samples[(samples.indexOf(picture) + 1) % samples.length];
    state.change({ picture: next, size: 0, at: [0, 0], drawn: 0 });
  };
  const nextFilter = (): void => {
    if (kernels.length > 1) state.change({ filter: (filter + 1) % kernels.length });
    else
      state.change({
        kernel: [readKernel(kernelNames[(kernelNames.indexOf(kernels[0].name) + 1) % kernelNames.length])!],
      });
  };
  return (
    <div class="transport">
      <button type="button" class="main" onClick={onPlay}>
        {playing ? say.pause : say.play}
      </button>
      <button type="button" onClick={onStep}>
        {say.stepOn}
      </button>
      <Slider
        bare
        label={say.scrub}
        value={position}
        least={0}
        most={count - 1}
        write={(n) => `${n + 1} / ${count}`}
        onChange={onScrub}
      />
      <output class="number">
        {position + 1} / {count}
      </output>
      <button type="button" onClick={() => state.change({ drawn: 0 })}>
        {say.drawAll}
      </button>
      <button type="button" onClick={nextFilter}>
        {say.nextFilter}
      </button>
      <button type="button" onClick={nextSample}>
        {say.nextSample}
      </button>
    </div>
  );
}
