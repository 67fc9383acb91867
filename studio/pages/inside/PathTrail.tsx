import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { formatNumber } from '../../parts/formatNumber.js';
import type { InsideState } from './state.js';
import { placeOf } from './ProductTable.js';
import { say } from './strings.js';
import type { Inside } from './tasks.js';
import type { PathStep, UnitPath } from './unitTasks.js';

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
  /** On from here, along what counts most, down to the picture, and up to an answer. */
  readonly path: UnitPath;
}

/**
 * The path that mattered: from an answer, or where one came from, to here, and on down to a pixel of the picture; each a place to
 * go to.
 */
export function PathTrail({ inside, state, trail, here, path }: PathTrailProps): JSX.Element {
  const name = (call: number): string => (call < 0 ? say.picture : (inside.calls[call]?.name ?? '?'));
  // Whoever came down goes back where they came from; others go on to what the number counts most for.
  const above: readonly (TrailStep & { readonly value?: number })[] = trail.length > 0 ? trail : path.up.toReversed();
  const all = [...above, here, ...path.down] as const;
  const link = (i: number): string => {
    const { call, row, column, channel } = all[i];
    if (call < 0) return state.link({ layer: '', map: 0, at: [0, 0], trail: '' });
    const through = writeTrail(all.slice(trail.length > 0 ? 0 : above.length, i));
    return state.link({ layer: name(call), map: channel, at: [row, column], trail: through });
  };
  const current = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = current.current;
    const list = element?.closest('ol');
    // The list alone, not the page: half of what is above stays in sight.
    if (list) list.scrollLeft = Math.max(0, element!.offsetLeft - list.offsetLeft - list.clientWidth / 3);
  }, [here.call, all.length]);
  return (
    <nav class="inside-path" aria-label={say.path}>
      <ol>
        {all.map((step, i) => (
          <li key={i} class={i < trail.length ? 'come-through' : ''}>
            {i === above.length ? (
              <strong ref={current} aria-current="location">
                {name(step.call)}
              </strong>
            ) : (
              <a href={link(i)} title={titleOf(step, name(step.call))}>
                {name(step.call)}
              </a>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function titleOf(step: TrailStep & { readonly value?: number }, layer: string): string {
  return `${placeOf(step, layer)}${step.value === undefined ? '' : `: ${formatNumber(step.value)}`}`;
}
