import type { JSX } from 'preact';
import { Choice } from '../../parts/controls.js';
import type { ConvolveState } from './state.js';
import { say } from './strings.js';

/** Kernels one by one, or the network that they make. */
export function ViewChoice({ state }: { state: ConvolveState }): JSX.Element {
  return (
    <Choice
      label={say.view}
      options={[
        ['kernels', say.oneKernel],
        ['network', say.asNetwork],
      ]}
      value={state.values.value.view}
      onChange={(view) => state.change({ view })}
    />
  );
}
