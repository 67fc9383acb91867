import type { JSX } from 'preact';
import { Choice, Group, Select, Slider, Toggle } from '../../parts/controls.js';
import { formatNumber } from '../../parts/formatNumber.js';
import { ClassChoice } from './ClassChoice.js';
import { methodNames } from './methods.js';
import type { InsideState } from './state.js';
import { say } from './strings.js';
import type { Inside } from './tasks.js';

/** The class that stands beside one where none is named: the likeliest other one; empty where there is none. */
export function rivalOf({ classes }: Inside, target: string): string {
  return classes.find(({ name }) => name !== (target || classes[0].name))?.name ?? '';
}

/** What `HeatControls` is given. */
export interface HeatControlsProps {
  readonly state: InsideState;
  readonly inside: Inside;
  /** The second picture's, where there is one. */
  readonly second: Inside | undefined;
}

/** Which heat map, of which class, how opaque, and what stands beside it. */
export function HeatControls({ state, inside, second }: HeatControlsProps): JSX.Element {
  const { method, target, target2, opacity, evidence, beside } = state.values.value;
  return (
    <div class="inside-controls">
      <Group title={say.heatMap}>
        <Select
          label={say.method}
          options={methodNames.map((name) => [name, name === 'none' ? say.none : name] as const)}
          value={method}
          onChange={(next) => state.change({ method: next })}
        />
        <ClassChoice
          label={say.target}
          inside={inside}
          value={target}
          otherwise={inside.classes[0]?.name ?? say.likeliest}
          onChange={(name) => state.change({ target: name })}
        />
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
      <div class="inside-gap" />
      <Group title={say.sideBySide}>
        <Choice
          label={say.beside}
          options={[
            ['nothing', say.besideNothing],
            ['picture', say.besidePicture],
            ['class', say.besideClass],
          ]}
          value={beside}
          onChange={(value) => state.change({ beside: value, picture2: '', target2: '' })}
        />
        {beside !== 'nothing' && (
          <ClassChoice
            label={say.secondClass}
            inside={beside === 'class' ? inside : (second ?? inside)}
            value={target2}
            otherwise={beside === 'class' ? rivalOf(inside, target) : (second?.classes[0]?.name ?? say.likeliest)}
            onChange={(name) => state.change({ target2: name })}
          />
        )}
      </Group>
    </div>
  );
}
