import type { JSX } from 'preact';
import { Group, Slider, Toggle } from '../../parts/controls.js';
import { formatNumber } from '../../parts/formatNumber.js';
import { methodNames, type MethodName } from './methods.js';
import type { InsideState } from './state.js';
import { say } from './strings.js';
import type { Inside } from './tasks.js';

/** Which heat map, of which class, how opaque. */
export function HeatControls({ state, inside }: { state: InsideState; inside: Inside }): JSX.Element {
  const { method, target, opacity, evidence } = state.values.value;
  const classes = inside.classes.map(({ name }) => name);
  return (
    <div class="inside-controls">
      <Group title={say.heatMap}>
        <label class="row">
          <span class="label">{say.method}</span>
          <select
            value={method}
            onChange={(event) => state.change({ method: event.currentTarget.value as MethodName })}
          >
            {methodNames.map((name) => (
              <option key={name} value={name}>
                {name === 'none' ? say.none : name}
              </option>
            ))}
          </select>
        </label>
        <label class="row">
          <span class="label">{say.target}</span>
          <select value={target} onChange={(event) => state.change({ target: event.currentTarget.value })}>
            <option value="">{say.likeliest}</option>
            {(target === '' || classes.includes(target) ? classes : [target, ...classes]).map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <Slider
          label={say.opacity}
          value={opacity}
          least={0}
          most={1}
          by={0.05}
          write={(value) => formatNumber(value)}
          onChange={(value) => state.change({ opacity: value }, 'slide')}
        />
        <Toggle label={say.evidence} value={evidence} onChange={(value) => state.change({ evidence: value })} />
      </Group>
    </div>
  );
}
