import type { JSX } from 'preact';
import type { ConvolveState } from './state.js';
import { KernelView } from './KernelView.js';
import { NetworkView } from './NetworkView.js';
import './convolve.css';

/** Convolve: kernels that slide over a picture, or the lectures' network by hand. */
export function ConvolvePage({ state }: { state: ConvolveState }): JSX.Element {
  return state.values.value.view === 'network' ? <NetworkView state={state} /> : <KernelView state={state} />;
}
