import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { colourAt, colourMap, isLight, rgbAt, shareOf } from '../../design/colourMaps.js';
import { theme } from '../../design/theme.js';
import { tokens } from '../../design/tokens.js';
import { say as ofParts } from '../../parts/strings.js';
import { kernelOf, type Kernel } from './kernels.js';
import type { ConvolveState } from './state.js';
import { say } from './strings.js';

/** What `KernelEditor` is given. */
export interface KernelEditorProps {
  readonly kernel: Kernel;
  /** The channel whose slice is edited; a kernel of one slice has one for all. */
  readonly slice: number;
  readonly state: ConvolveState;
  readonly filter: number;
  readonly side: number;
}

/** Pixels that the pointer is dragged for a step. */
const dragStep = 8;

/** A kernel's weights to type in, or to drag up and down; arrows change a cell by 1, with Shift by a tenth. */
export function KernelEditor({ kernel, slice, state, filter, side }: KernelEditorProps): JSX.Element {
  const drag = useRef<{ readonly y: number; readonly value: number; moved: boolean } | undefined>(undefined);
  const { size, slices } = kernel;
  const own = slices[slices.length === 1 ? 0 : slice];
  const at = slices.length === 1 ? 0 : slice;
  const now = theme.value;
  const map = colourMap('diverging', now);
  const most = Math.max(...slices.flat().map(Math.abs), 1e-9);
  const cell = Math.floor(side / size);
  const write = (i: number, value: number, change: 'step' | 'slide'): void => {
    if (!Number.isFinite(value) || Math.abs(value) > 9999 || value === own[i]) return;
    const changed = slices.map((weights, k) =>
      k === at ? weights.map((weight, n) => (n === i ? value : weight)) : weights,
    );
    const list = state.values
      .peek()
      .kernel.map((one, k) => (k === filter ? kernelOf({ ...kernel, slices: changed }) : one));
    state.change({ kernel: list }, change);
  };
  return (
    <div
      class="kernel-editor"
      role="group"
      aria-label={say.kernelHere}
      style={{ gridTemplateColumns: `repeat(${size}, ${cell}px)` }}
    >
      {own.map((weight, i) => {
        const share = shareOf(weight, -most, most);
        const ink = isLight(rgbAt(map, share)) ? tokens.light.ink : tokens.dark.ink;
        return (
          <input
            key={i}
            type="text"
            inputMode="decimal"
            aria-label={ofParts.rowColumn(Math.floor(i / size) + 1, (i % size) + 1)}
            value={shortWeight(weight)}
            style={{ width: `${cell}px`, height: `${cell}px`, background: colourAt(map, share), color: ink }}
            onChange={(event) => {
              const value = Number(event.currentTarget.value.replace('−', '-').replace(',', '.'));
              if (Number.isFinite(value) && event.currentTarget.value.trim() !== '') write(i, value, 'step');
              event.currentTarget.value = shortWeight(Number.isFinite(value) ? value : weight);
            }}
            onKeyDown={(event) => {
              if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
              event.preventDefault();
              write(i, rounded(weight + (event.key === 'ArrowUp' ? 1 : -1) * (event.shiftKey ? 0.1 : 1)), 'step');
            }}
            onPointerDown={(event) => {
              drag.current = { y: event.clientY, value: weight, moved: false };
              event.currentTarget.setPointerCapture(event.pointerId);
            }}
            onPointerMove={(event) => {
              const from = drag.current;
              if (!from) return;
              const steps = Math.trunc((from.y - event.clientY) / dragStep);
              if (steps === 0 && !from.moved) return;
              from.moved = true;
              write(i, rounded(from.value + steps * (Math.abs(from.value) < 1 && from.value !== 0 ? 0.1 : 1)), 'slide');
            }}
            onPointerUp={(event) => {
              if (!drag.current?.moved) event.currentTarget.select();
              drag.current = undefined;
            }}
          />
        );
      })}
    </div>
  );
}

function shortWeight(weight: number): string {
  return String(Number(weight.toFixed(2))).replace('-', '−');
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
