import type { JSX } from 'preact';
import { formatNumber } from '../../parts/formatNumber.js';
import type { InsideState } from './state.js';
import { placeOf } from './ProductTable.js';
import { say } from './strings.js';
import type { Inside, PathStep } from './tasks.js';

/** A number that was come through on the way down. */
export type TrailStep = Omit<PathStep, 'value'>;

/** The way down as the address has it. */
export function readTrail(trail: string): TrailStep[] {
  return trail
    .split(';')
    .filter(Boolean)
    .map((step) => {
      const [call, row, column, channel] = step.split(',').map(Number);
      return { call, row, column, channel };
    });
}

/** The way down as an address has it. */
export function writeTrail(steps: readonly TrailStep[]): string {
  return steps.map(({ call, row, column, channel }) => [call, row, column, channel].join(',')).join(';');
}

/** What `PathTrail` is given. */
export interface PathTrailProps {
  readonly inside: Inside;
  readonly state: InsideState;
  /** Where one came from, the first first. */
  readonly trail: readonly TrailStep[];
  readonly here: TrailStep;
  /** On from here, along what counts most, down to the picture. */
  readonly path: readonly PathStep[];
}

/** The path that mattered: from where one came, here, and on down to a pixel of the picture; each a place to go to. */
export function PathTrail({ inside, state, trail, here, path }: PathTrailProps): JSX.Element {
  const name = (call: number): string => (call < 0 ? say.picture : (inside.calls[call]?.name ?? '?'));
  const all: readonly (TrailStep & { readonly value?: number })[] = [...trail, here, ...path];
  const link = (i: number): string => {
    const { call, row, column, channel } = all[i];
    if (call < 0) return state.link({ layer: '', map: 0, at: [0, 0], trail: '' });
    return state.link({ layer: name(call), map: channel, at: [row, column], trail: writeTrail(all.slice(0, i)) });
  };
  return (
    <nav class="inside-path" aria-label={say.path}>
      <ol>
        {all.map((step, i) => (
          <li key={i} class={i < trail.length ? 'come-through' : ''}>
            {i === trail.length ? (
              <strong aria-current="location">{name(step.call)}</strong>
            ) : (
              <a
                href={link(i)}
                title={`${placeOf(step, name(step.call))}${step.value !== undefined ? `: ${formatNumber(step.value)}` : ''}`}
              >
                {name(step.call)}
              </a>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
